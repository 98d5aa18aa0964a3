"""The demo: a real province and city by their codes, with invented officers, invented reports and honest clocks.

Every report is walked to where it stands by the real verbs at simulated times, while the clockwork rings. Texts are
made up and say so; no person in them exists.
"""
