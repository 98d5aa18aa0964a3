"""The verifier: checks the public log of a Tuntas register without trusting whoever runs it.

It stands alone: Python, one library for Ed25519 (PyNaCl or cryptography) and, to look into a database, psycopg. It
knows nothing of Django and of the rest of Tuntas, so that an outsider can read all of it in an evening. The formats are
written down in docs/transparency.md, for whoever would rather write a verifier of their own.
"""
