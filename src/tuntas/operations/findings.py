"""What `tuntas doctor` says about one thing that it looked at."""

from dataclasses import dataclass

GOOD, WEAK, BAD = "good", "weak", "bad"


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    subject: str
    verdict: str
    found: str
    remedy: str = ""
