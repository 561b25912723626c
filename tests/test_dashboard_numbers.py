"""Every number on the dashboard is the length of the list behind its link (DOMAIN 8.2)."""

import csv
from datetime import date

import pytest
import time_machine
from django.http import QueryDict

from kol_crm.core import lists
from kol_crm.core.models import Team, User
from kol_crm.dashboard import CHARTS, Dashboard
from lifecycle.models import Stay
from lifecycle.stay_list import STAYS
from profiles.models import Kol
from tests import scopes
from tests.dashboards import length_of, make_files, numbers
from tests.factories import NOW, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db
SCOPES = (
    "",
    "period=1",
    "period=12&level=micro",
    "level=micro&level=none",
    "field=cooking",
    "field=running&level=macro&period=6",
    "team={team}",
)


@pytest.fixture(scope="module")
def as_built(standing):
    return standing(build)


def build():
    """Staff of two teams with their files, and an admin."""
    east, west = TeamFactory(name="East"), TeamFactory(name="West")
    users = {name: UserFactory(username=name, team=east) for name in ("operator", "colleague")}
    users["stranger"] = UserFactory(username="stranger", team=west)
    users["manager"] = UserFactory(username="manager", team=east, role=User.Role.MANAGER)
    users["admin"] = UserFactory(username="admin", team=None, role=User.Role.ADMIN)
    make_files(users["operator"], users["colleague"], users["stranger"])
    return users


@pytest.fixture
def users(as_built, db):
    return as_built.copy()


@pytest.fixture
def operator(users):
    return users["operator"]


@pytest.fixture
def manager(users):
    return users["manager"]


@pytest.fixture
def admin(users):
    return users["admin"]


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.parametrize("who", ["operator", "manager", "admin", "stranger"])
def test_each_number_is_the_length_of_its_list(users, who):
    user = users[who]
    east = Team.objects.get(name="East")
    above_zero = 0
    for scope in SCOPES:
        dashboard = Dashboard(user, QueryDict(scope.format(team=east.pk)), NOW)
        for label, count, url in numbers(dashboard):
            assert (label, url, count) == (label, url, length_of(url, user))
            above_zero += count > 0
    assert above_zero > 30
    assert scopes.standing() == scopes.counted()


def test_conversions_and_boxes_lead_to_those_they_count(manager):
    dashboard = Dashboard(manager, QueryDict("period=12"), NOW)
    notes = [note for line in dashboard.chart("stages").lines for note in line.notes if note[1]]
    assert len(notes) >= 6
    for words, url, _tone in notes:
        assert f"({length_of(url, manager)})" in words
    for line in dashboard.chart("time").lines:
        for words, url, _tone in line.notes:
            assert words.split()[0] == str(length_of(url, manager))
    for line in dashboard.chart("overdue").lines:
        for words, url, _tone in line.notes:
            assert words.split()[0] == str(length_of(url, manager))


def test_a_reader_does_not_count_the_file_about_themselves(operator):
    before = Dashboard(operator, QueryDict(""), NOW).total
    kol = Kol.objects.exclude(stays__entered_by=None).filter(team=operator.team, archived_at=None).first()
    Kol.objects.filter(pk=kol.pk).update(staff_user=operator)
    after = Dashboard(operator, QueryDict(""), NOW)
    assert after.total == before - 1
    for label, count, url in numbers(after):
        assert (label, url, count) == (label, url, length_of(url, operator))


def test_the_figures_of_an_operator_are_those_of_the_team(operator):
    dashboard = Dashboard(operator, QueryDict(""), NOW)
    mine = Kol.objects.filter(team=operator.team, archived_at=None)
    assert dashboard.total == mine.count() == 11
    assert {line.key: line.main.count for line in dashboard.chart("stages").lines} == {
        name: mine.filter(stage=name).count()
        for name in ("introduction", "initial", "mid_term", "late", "departed")
    }
    assert [line.key for line in dashboard.chart("loads").lines] == ["colleague", "operator"]


def test_leaving_from_introduction_is_not_won_and_no_loss(operator, manager):
    chart = Dashboard(manager, QueryDict("period=3"), NOW).chart("departures")
    not_won = Stay.objects.visible_to(manager).filter(
        entered_by__from_stage="introduction", stage="departed", since__gte=date(2026, 9, 1)
    )
    assert not_won.count() > 0
    assert chart.note == f"Not won from introduction, counted apart: {not_won.count()}"
    assert "refused" not in [line.key for line in chart.lines]


def test_teams_offered_are_those_one_sees(operator, manager, admin, as_user):
    def offered(user):
        answer = as_user(user).get("/dashboard/facet/team/")
        return {option["label"] for option in answer.context["facet"]["options"]}

    assert offered(operator) == set()
    assert offered(manager) == {"East", "East below"}
    assert offered(admin) >= {"East", "East below", "West"}
    assert [facet["key"] for facet in as_user(operator).get("/dashboard/").context["facets"]] == [
        "period",
        "level",
        "field",
    ]


@pytest.mark.parametrize("key", CHARTS)
def test_each_chart_is_handed_out_as_csv(manager, as_user, key):
    answer = as_user(manager).get(f"/dashboard/{key}.csv?period=12")
    rows = list(csv.reader(answer.content.decode("utf-8-sig").splitlines()))
    chart = Dashboard(manager, QueryDict("period=12"), NOW).chart(key)
    assert rows[0] == [str(head) for head in chart.head]
    assert rows[1:] == [[str(cell) for cell in row] for row in chart.rows]
    assert len({len(row) for row in rows}) == 1
    assert as_user(manager).get("/dashboard/nothing.csv").status_code == 404


def test_the_api_tells_the_figures_of_the_page_with_their_lists(manager, api):
    answer = api(manager).get("/api/v1/dashboard/?period=12&level=micro")
    dashboard = Dashboard(manager, QueryDict("period=12&level=micro"), NOW)
    assert [chart["key"] for chart in answer.json()["charts"]] == list(CHARTS)
    for chart in answer.json()["charts"]:
        page = dashboard.whole(chart["key"])
        assert (chart["finding"], len(chart["rows"])) == (page.finding, len(page.rows))
        told = [(one["count"], one["list"]) for line in chart["lines"] for one in line["figures"]]
        assert told == [(one.count, one.url) for line in page.lines for one in line.figures]
    assert api(manager).get("/api/v1/dashboard/?period=7").json()["errors"].keys() == {"period"}


def test_the_api_lists_the_stays_that_the_page_lists(manager, api):
    query = "way=out&entered_from=2026-06"
    listing = lists.read(STAYS, QueryDict(query), manager, NOW)
    told = api(manager).get(f"/api/v1/stays/?{query}").json()["results"]
    assert [row["id"] for row in told] == [str(row.pk) for row in listing.rows]
    assert {row["cause"] for row in told} >= {"inactive", "competitor"}
    assert api(manager).get("/api/v1/stays/?entered_from=2026-13").status_code == 400
