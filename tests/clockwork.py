"""Lets simulated time pass: the clockwork rings as the worker's role, at each instant that it would have rung."""

from datetime import datetime

from tests import databases
from tuntas.timekeeping import ring_due


def pass_time(until: datetime) -> int:
    """Ring everything that falls due up to `until`; returns how many rang."""
    with databases.role("worker"):
        return ring_due(now=until, at_most=1000)
