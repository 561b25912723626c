"""One rule colours what is due on every page: ``wording.due_tone`` says late, today or later (UI, feel)."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from kol_crm import today
from kol_crm.core import wording

ROOT = Path(settings.BASE_DIR)
TONES = {"late", "today", "later"}
CLASS = re.compile(r"""\bdue-(?!when\b|window\b)([a-z]+|\{\{.*?\}\}|\{[a-z_.]+\})""")
ASKED = re.compile(r"^\{\{.*\|due_tone.*\}\}$|^\{(self\.)?tone\}$")
NO_TONE = {"kinds", "today"}  # the names of a script's block and of the trash's last day
PAGES = sorted((ROOT / "templates").rglob("*.html"))
MODULES = [
    ROOT / "profiles/views/cells.py",
    ROOT / "lifecycle/board_cards.py",
    ROOT / "kol_crm/views/today_rows.py",
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT / "templates").as_posix())
def test_pages_take_the_tone_from_the_rule(page):
    for said in CLASS.findall(page.read_text()):
        assert ASKED.match(said) or said in NO_TONE, f"due-{said} is decided by the page itself"


def test_rows_written_in_python_take_it_too():
    for module in MODULES:
        source = module.read_text()
        found = [said for said in re.findall(r"due-(\{[a-z_]+\})", source) if said != "{kind}"]
        assert found, module
        assert set(found) == {"{tone}"}, module
        assert "due_tone" in source or module.name == "today_rows.py", module  # whose groups come from it


def test_the_stylesheet_colours_the_three_tones_once_and_nothing_else():
    css = "\n".join(path.read_text() for path in (ROOT / "static/src/css").glob("*.css"))
    rules = re.findall(r"^\.due-(\w+) \{ color", css, re.MULTILINE)
    assert sorted(rules) == sorted(TONES)


def test_the_groups_of_today_are_the_tones():
    assert {tone for tone, _label in today.GROUPS} == TONES


def test_nothing_reckons_the_tone_anew():
    """Who compares with 0 what ``days_late`` says decides a colour by itself."""
    for page in PAGES:
        source = page.read_text()
        assert not re.search(r"days_late[^%}]*%}\s*[<>]", source), page
    assert wording.due_tone(None, date(2026, 11, 23)) == "later"
