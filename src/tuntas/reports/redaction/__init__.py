"""What a text gives away about people: found, explained, and masked where a person says so (docs/redaction.md).

Pure: no database, no settings. Everything proposes; the reporter and the administrator decide each find (law 9).
"""
