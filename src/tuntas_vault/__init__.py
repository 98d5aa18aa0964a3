"""The vault: the one process that can open an identity. It puts identities away and sends the letters.

It has its own operating-system user, database and key folder, and imports nothing of tuntas but kernel and channels.
"""
