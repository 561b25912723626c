"""The table of rules in docs/introduction.md names tests that exist (DOMAIN 4)."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RULES = [f"4.{number}" for number in range(1, 12)]


def table() -> str:
    return (ROOT / "docs/introduction.md").read_text().split("## Each rule and its tests")[1]


def test_each_rule_of_introduction_names_its_tests_and_they_exist():
    written = "".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    named = re.findall(r"`(test_[a-z0-9_]+)`", table())
    known = set(re.findall(r"^def (test_[a-z0-9_]+)", written, re.MULTILINE))
    assert named
    assert [name for name in named if name not in known] == []


def test_no_rule_is_left_out():
    told = re.findall(r"^\| (4\.[0-9]+) \|", table(), re.MULTILINE)
    assert told == RULES
    assert all(row.count("`test_") for row in table().splitlines() if row.startswith(("| 4", "| |")))
