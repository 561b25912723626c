"""The tables of rules in the docs leave none out and name tests that exist (DOMAIN 4, 5)."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TABLES = [
    ("introduction", [f"4.{number}" for number in range(1, 12)]),
    ("stages", [f"5.{number}" for number in range(1, 11)]),
]


def table(page: str) -> str:
    return (ROOT / f"docs/{page}.md").read_text().split("## Each rule and its tests")[1]


@pytest.mark.parametrize("page", [page for page, _rules in TABLES])
def test_each_rule_names_its_tests_and_they_exist(page):
    written = "".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    named = re.findall(r"`(test_[a-z0-9_]+)`", table(page))
    known = set(re.findall(r"^def (test_[a-z0-9_]+)", written, re.MULTILINE))
    assert named
    assert [name for name in named if name not in known] == []


@pytest.mark.parametrize(("page", "rules"), TABLES)
def test_no_rule_is_left_out(page, rules):
    rows = [row for row in table(page).splitlines() if re.match(r"\| ([45]\.\d+)? ?\|", row)]
    assert [found[1] for row in rows if (found := re.match(r"\| ([45]\.\d+) \|", row))] == rules
    assert all(row.count("`test_") for row in rows)
