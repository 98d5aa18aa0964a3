"""The gates: each looks at a tree and returns a line for each fault. None of them asks the network."""

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

from tools.gates.patterns import slow
from tools.gates.place import HERE, ROOT, node, programs

JUDGED = ROOT / "tools" / "rules" / "judged.toml"  # what bandit says of our source and a person has looked at
RULES = ROOT / "tools" / "rules" / "house.yml"
# csp_evaluator's numbers: 10 is high, 20 a fault of writing, 30 medium; above stand maybe, advice and remarks.
WORST_THAT_MAY_BE = 40


def bandit(tree: Path) -> list[str]:
    """What bandit finds of medium weight and above."""
    told = [sys.executable, "-m", "bandit", "--quiet", "--recursive", "-ll", "--format", "json", str(tree)]
    said = subprocess.run(told, capture_output=True, text=True, check=False).stdout
    # B608 in a migration is frozen text of our own: no word of a person gets there.
    judged = tomllib.loads(JUDGED.read_text(encoding="utf-8"))
    return [
        f"{each['filename']}:{each['line_number']}: {each['test_id']} {each['issue_text']}"
        for each in json.loads(said)["results"]
        if each["test_id"] not in judged.get(Path(each["filename"]).relative_to(tree).as_posix(), {})
        and not (each["test_id"] == "B608" and "migrations" in Path(each["filename"]).parts)
    ]


def house_rules(tree: Path) -> list[str]:
    """What breaks a rule of tools/rules/house.yml."""
    return [
        f"{each['path']}:{each['start']['line']}: {each['check_id'].rpartition('.')[2]}: {each['extra']['message']}"
        for each in _semgrep(tree)
    ]


def _semgrep(tree: Path) -> list[dict]:
    bin_ = programs(HERE / "semgrep.lock")
    told = [str(bin_ / "semgrep"), "scan", "--metrics", "off", "--disable-version-check", "--json", "--quiet",
            "--no-git-ignore", "--jobs", "2", "--config", str(RULES), str(tree)]  # fmt: skip
    quiet = {
        "SEMGREP_SEND_METRICS": "off",
        "SEMGREP_ENABLE_VERSION_CHECK": "0",
        "PATH": f"{bin_}{os.pathsep}{os.environ['PATH']}",
    }
    done = subprocess.run(told, capture_output=True, text=True, check=False, env=os.environ | quiet, cwd=tree)
    answer = json.loads(done.stdout)
    serious = [each for each in answer["errors"] if each.get("level") == "error"]
    if done.returncode > 1 or serious:  # a rule that cannot be read finds nothing: that is no clean tree
        raise RuntimeError(f"semgrep: {serious or done.stderr[-2000:]}")
    return list(answer["results"])


def weak_policies(policies: Iterable[str]) -> list[str]:
    """What csp_evaluator has against these content security policies."""
    given = sorted(set(policies))
    answers = node("policy.mjs", given)
    return [
        f"{policy[:60]}…: {directive}: {words}"
        for policy, faults in zip(given, answers, strict=True)
        for severity, directive, words in faults
        if severity < WORST_THAT_MAY_BE
    ]


GATES = {"bandit": bandit, "house rules": house_rules, "slow patterns": slow}
