"""Mails to officers about their accounts: invitations, links, and what happened that they should know of."""
