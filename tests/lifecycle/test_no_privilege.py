"""The no-privilege report: penalties for the same rule side by side across levels (DOMAIN 5.10)."""

from datetime import timedelta

import pytest

from kol_crm.core.actor import Actor
from lifecycle import no_privilege
from lifecycle.rules.penalty import Case, side_by_side
from lifecycle.services import rule, violation
from profiles.models import Kol
from tests.factories import NOW, make_kol
from tests.lifecycle.factories import make_rule, make_violation


def by(user, at=NOW):
    return Actor(user, "page", at)


def test_levels_stand_side_by_side_with_counts_and_means():
    """Worked by hand: nano 2 and 3 → 2.50; mega 2 → 2.00, less; the overturned 5 counts for none."""
    cases = [
        Case("a", "nano", 2, 2),
        Case("a", "nano", 3, 2),
        Case("a", "mega", 2, 2),
        Case("a", "mega", 5, 3, overturned=True),
        Case("b", "", 1, 1),
    ]
    first, second = side_by_side(cases)
    assert {level: (cell.number, str(cell.mean)) for level, cell in first.cells.items()} == {
        "nano": (2, "2.50"),
        "mega": (1, "2.00"),
    }
    assert (first.cells["mega"].overturned, first.ordinary, first.lighter) == (1, (2, 3), ("nano", "mega"))
    assert (list(second.cells), second.lighter) == (["none"], None)


def test_a_level_without_a_standing_penalty_has_no_mean():
    [line] = side_by_side([Case("a", "mid", 2, 2, overturned=True)])
    assert (line.cells["mid"].mean, line.lighter, line.number) == (None, None, 0)


@pytest.fixture
def punished(operator):
    """A nano KOL suspended, a mega KOL who lost a privilege, for the same rule."""
    known = make_rule(title_en="=Sum of rules")
    for level, severity in (("nano", 4), ("mega", 2)):
        kol = make_kol(operator, name=level)
        Kol.objects.filter(pk=kol.pk).update(level=level)
        rule.tell(by(operator), kol, "phone", at=NOW - timedelta(days=9))
        until = NOW.date() + timedelta(days=30) if severity == 4 else None
        violation.penalise(by(operator), make_violation(kol, known), severity, "x", until=until)
    return known


@pytest.mark.django_db
def test_the_report_finds_who_gets_away_more_lightly_on_page_api_and_csv(operator, as_user, api, punished):
    found = "“=Sum of rules”: Mega gets 2.0 on average, Nano 4.0."
    page = as_user(operator).get("/no-privilege/").content.decode()
    assert found in page
    assert f"rule={punished.pk}&amp;level=mega" in page
    body = api(operator).get("/api/v1/no-privilege/").json()
    assert body["finding"] == found
    [line] = body["results"]
    assert line["lighter"] == {"smaller": "nano", "larger": "mega"}
    assert line["levels"]["mega"] == {"penalties": {"2": 1}, "number": 1, "mean": 2.0, "overturned": 0}
    table = as_user(operator).get("/no-privilege/csv/")
    assert table["Content-Type"] == "text/csv; charset=utf-8"
    lines = table.content.decode("utf-8-sig").splitlines()
    assert lines[1:] == [
        "'=Sum of rules,Nano,Suspended,1,Privilege withdrawn,4.00,0",
        "'=Sum of rules,Mega,Privilege withdrawn,1,Privilege withdrawn,2.00,0",
    ]


@pytest.mark.django_db
def test_every_figure_leads_to_the_violations_behind_it(operator, api, punished):
    for level in ("nano", "mega", "mid"):
        url = f"/api/v1/violations/?rule={punished.pk}&level={level}"
        assert len(api(operator).get(url).json()["results"]) == (level != "mid")


@pytest.mark.django_db
def test_of_files_one_does_not_see_nothing_is_counted(stranger, punished):
    assert no_privilege.lines(stranger) == []
    assert no_privilege.finding([]) == "No penalty stands: there is nothing to compare."
