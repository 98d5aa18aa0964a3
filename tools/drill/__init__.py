"""`make drill`: kill -9 of every process under load; nothing that was acknowledged may be lost or doubled (law 1).

How to read what it prints: docs/durability.md.
"""
