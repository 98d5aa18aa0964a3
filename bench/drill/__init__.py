"""`make drill`: kill -9 of everything, at any instant, under load; nothing acknowledged may be lost or doubled (law 1)."""
