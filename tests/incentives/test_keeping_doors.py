"""Bond, loss risk and survival as pages and by API (DOMAIN 7.6–7.8)."""

from datetime import date, timedelta

import pytest
from django.http import QueryDict

from incentives.services import keeping, keeping_record
from kol_crm.core.actor import Actor
from kol_crm.dashboard import Dashboard
from lifecycle.models import Exclusivity
from profiles.models import Kol
from tests.dashboards import length_of
from tests.factories import NOW, make_account, make_kol
from tests.incentives.test_keeping import record
from tests.incentives.value import DAY, enter

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def bound(actor, kol):
    enter(kol, date(2026, 8, 1))
    record(actor, make_account(kol), "followers", 3000, DAY, DAY)
    ends = DAY + timedelta(days=20)
    Exclusivity.objects.create(kol=kol, scope="Video", starts_on=DAY, ends_on=ends, created_at=NOW)
    keeping.refresh([kol.pk], DAY)
    return kol


def test_7_6_the_dials_of_the_head_open_their_parts(bound, operator, as_user):
    page = as_user(operator).get(f"/kols/{bound.pk}/").content.decode()
    assert f'hx-get="/kols/{bound.pk}/dials/"' in page
    part = as_user(operator).get(f"/kols/{bound.pk}/dials/", **HTMX).content.decode()
    assert 'popovertarget="parts-bond"' in part
    assert 'popovertarget="parts-risk"' in part
    assert "Video, until" in part
    assert "1 tie ends within 90 days" in part
    assert "rescaled, not known: " in part


def test_7_6_the_tab_lists_ties_with_their_last_day(bound, operator, as_user):
    part = as_user(operator).get(f"/kols/{bound.pk}/keeping/", **HTMX).content.decode()
    assert "falls away soon" in part
    assert "the bond goes from 50 to 33" in part  # 45 of 90, then 30 of 90


def test_7_6_the_api_tells_bond_its_parts_and_what_falls_away(bound, operator, api):
    found = api(operator).get(f"/api/v1/kols/{bound.pk}/bond/").json()
    assert (found["value"], found["missing"]) == (50, ["needs"])
    assert {part["key"]: part["points"] for part in found["parts"]}["exclusivity"] == 15
    falls = found["falls_away"]
    assert (falls["bond_after"], falls["points"], falls["by"]) == (33, 17, "2027-02-21")
    assert [(one["part"], one["until"]) for one in falls["ties"]] == [("exclusivity", "2026-12-13")]


def test_7_7_the_api_tells_risk_its_parts_and_what_is_missing(bound, operator, api):
    found = api(operator).get(f"/api/v1/kols/{bound.pk}/risk/").json()
    assert found["missing"] == ["posts", "touch", "per_post"]
    assert found["value"] == 30  # 5 and 10 of 50
    Kol.objects.filter(pk=bound.pk).update(stage="departed")
    gone = api(operator).get(f"/api/v1/kols/{bound.pk}/risk/").json()
    assert (gone["value"], gone["parts"], gone["why_none"]) == (None, [], "departed")


@pytest.mark.parametrize("what", ["bond", "risk"])
def test_2_2_of_a_file_one_may_not_see_nothing_is_told(bound, stranger, api, what):
    assert api(stranger).get(f"/api/v1/kols/{bound.pk}/{what}/").status_code == 404


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("risk=50&risk=75", "BC"),
        ("risk=none", "D"),
        ("bond=0", "AB"),
        ("bond=75&risk=75", "C"),
        ("sort=bond", "ABCD"),
    ],
)
def test_7_7_the_list_filters_by_bands_and_sorts(operator, api, query, names):
    for name, bond, risk in (("A", 0, 49), ("B", 24, 50), ("C", 75, 100), ("D", None, None)):
        Kol.objects.filter(pk=make_kol(operator, name).pk).update(bond=bond, risk=risk)
    found = api(operator).get(f"/api/v1/kols/?{query}").json()["results"]
    assert "".join(one["name"] for one in sorted(found, key=lambda one: one["name"])) == names
    if query == "sort=bond":
        assert [one["name"] for one in found] == list("ABCD")


def test_7_7_an_unknown_band_is_refused_and_shows_nothing(operator, api):
    make_kol(operator)
    answer = api(operator).get("/api/v1/kols/?risk=10")
    assert answer.status_code == 400
    assert "risk" in str(answer.json())


@pytest.fixture
def cohort(operator):
    for name, risk in (("A", 80), ("B", 10), ("C", None)):
        kol = make_kol(operator, name)
        enter(kol, date(2026, 6, 10))
        Kol.objects.filter(pk=kol.pk).update(risk=risk)
    keeping_record.nightly(Actor.job(NOW))


def test_7_7_each_band_of_the_dashboard_is_as_long_as_its_list(cohort, operator):
    chart = Dashboard(operator, QueryDict(""), NOW).chart("risk")
    found = {line.key: line.main.count for line in chart.lines}
    assert found == {"75": 1, "50": 0, "25": 0, "0": 1, "unknown": 1}
    assert {line.key: length_of(line.main.url, operator) for line in chart.lines} == found


def test_7_8_each_mark_of_survival_is_as_long_as_its_list(cohort, operator):
    chart = Dashboard(operator, QueryDict(""), NOW).chart("survival")
    [line] = chart.lines
    assert [one.count for one in line.figures] == [3, 3]
    assert [length_of(one.url, operator) for one in line.figures] == [3, 3]
    assert chart.drawn["series"][-1]["values"] == [100] * 5
    assert length_of(chart.drawn["series"][0]["urls"][2], operator) == 3


def test_7_7_the_api_tells_losses_and_survival(cohort, operator, api):
    found = api(operator).get("/api/v1/keeping/").json()
    assert found["losses"]["recorded_since"] == "2026-11-23"
    assert (found["losses"]["value"], found["losses"]["by_band"]) == (0, False)
    assert [one["kols"] for one in found["losses"]["bands"]] == [1, 0, 0, 1, 1]
    assert found["survival"][0]["kols"] == 3
    assert [one["share"] for one in found["together"]] == [1] * 5


def test_7_8_the_list_behind_survival_has_who_was_still_there(cohort, operator, as_user):
    page = as_user(operator).get("/keeping/survivors/?entered_from=2026-06&at=2026-07&state=still")
    assert page.context["listing"].total.value == 3
    assert "at the end of 2026-07" in page.content.decode()
    page = as_user(operator).get("/keeping/survivors/?entered_from=June")
    assert page.context["listing"].rows == []
