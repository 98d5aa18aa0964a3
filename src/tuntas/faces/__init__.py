"""Faces: a portal per agency under its own host name, with its name, emblem and colour, over the one register.

The operator binds a host name to an agency; the agency's administrator decides what the portal looks like. A face
chooses what is shown first and nothing else: every report goes into the same register by the same door.
"""
