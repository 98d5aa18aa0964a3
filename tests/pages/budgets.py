"""How much each page may weigh on a first visit: budgets.toml, beside this file."""

import tomllib
from pathlib import Path

TABLE = Path(__file__).with_name("budgets.toml")


def budget_of(name: str) -> int:
    """Bytes over the wire, headers included. name: of a visit; a state has its page's budget unless it has a line."""
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    pages, address = table["pages"], name.partition(" ")[0]
    surface = address.partition(":")[0]
    return int(pages.get(name) or pages.get(address) or table["surfaces"][surface])


def over(name: str, weight: int) -> list[str]:
    budget = budget_of(name)
    return [f"{weight} bytes, and the budget is {budget}"] if weight > budget else []


def lcp_of(name: str) -> float:
    """Seconds until the largest thing of the page may stand there, on slow 3G and a processor four times slower."""
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return float(table["largest_after"][name.partition(":")[0]])
