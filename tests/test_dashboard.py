"""The stage dashboard: what it counts, what it says of it, how it is asked (DOMAIN 8.2)."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from kol_crm.core import policy
from kol_crm.core.actor import Actor
from kol_crm.dashboard import CHARTS, Dashboard
from kol_crm.dashboard.stages import quantile
from lifecycle.figures import LOAD
from lifecycle.models import Stay
from lifecycle.services import stage
from profiles import scope_counting
from profiles.services import kol as kol_verbs
from tests import scopes
from tests.dashboards import DAY, numbers, went
from tests.factories import NOW, UserFactory, field, make_kol

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def test_a_move_and_its_undoing_show_at_once(operator, manager):
    kol = make_kol(operator)
    actor = Actor(manager, "page", NOW)
    moved = stage.move(actor, kol, "departed", cause="refused", why="no")

    def flow():
        lines = Dashboard(manager, QueryDict(""), NOW).whole("flow").lines
        return [figure.count for figure in lines[-1].figures]

    assert flow() == [0, 0, 0, 0, 0, 1]
    stage.undo(actor.again(), moved)
    assert flow() == [0, 0, 0, 0, 0, 0]


def test_a_cause_that_doubled_is_red_beside_the_period_before(operator, manager):
    for number, days in enumerate((10, 20, 110)):
        went(make_kol(operator, f"K{number}"), (("late", "departed", days, "inactive"),))
    chart = Dashboard(manager, QueryDict("period=3"), NOW).chart("departures")
    [line] = chart.lines
    assert (line.main.count, line.main.tone, line.notes[0][0]) == (2, "bad", "before 1")
    assert chart.finding == "2 left in 3 months; before: 1; most: Inactive (2)"


def test_quantiles_of_stays_by_hand():
    steps = scopes.Counter({3: 1, 10: 2, 28: 1})
    assert [quantile(steps, share) for share in (25, 50, 75, 90)] == [3, 10, 10, 28]


def test_stays_are_counted_in_days_weeks_and_months(operator, manager):
    for number, days in enumerate((17, 45, 45, 200)):
        kol = make_kol(operator, f"K{number}")
        Stay.objects.filter(kol=kol).update(
            stage="initial", since=DAY - timedelta(days=days), until=DAY, entered_by=None
        )
    [line] = [
        line for line in Dashboard(manager, QueryDict(""), NOW).chart("time").lines if line.key == "initial"
    ]
    assert (line.main.count, line.more["median"]) == (4, "42–48 d")


def test_an_operator_above_the_limit_is_marked_and_counted(operator, manager, admin):
    for number in range(3):
        make_kol(operator, f"K{number}")
    policy.change(Actor(admin, "page", NOW), {LOAD.key: 2})
    chart = Dashboard(manager, QueryDict(""), NOW).chart("loads")
    assert [(line.key, line.main.tone) for line in chart.lines] == [("operator", "bad")]
    assert chart.finding == "1 of 1 has more than 2 files; 3 each on average"


def test_a_file_counts_in_each_of_its_fields(operator, team):
    make_kol(operator, fields=[(field("running"), 5), (field("cooking"), 3)])
    lines = Dashboard(operator, QueryDict(""), NOW).chart("fields").lines
    assert sorted((line.key, line.main.count) for line in lines) == [("cooking", 1), ("running", 1)]
    lines = Dashboard(operator, QueryDict("field=running"), NOW).chart("fields").lines
    assert [line.key for line in lines] == ["running"]


def test_findings_say_what_the_bars_show(operator):
    for name, at, verdict in (
        ("a", "late", "drifting"),
        ("b", "late", "loyal"),
        ("c", "initial", "unknown"),
    ):
        kol = make_kol(operator, name)
        kol_verbs.set_figures(kol.pk, stage=at, verdict=verdict, level="mid", review_due=DAY)
    scope_counting.draw(DAY)
    found = {key: Dashboard(operator, QueryDict(""), NOW).chart(key).finding for key in CHARTS}
    assert found["stages"] == "Most are in Late: 2 of 3 (67%)"
    assert found["verdicts"] == "50% of those with a verdict drift; 1 unknown"
    assert found["levels"] == "Mid is the largest: 3 (100%)"
    assert found["due"] == "0 overdue, 3 more within 7 days"
    assert found["overdue"] == "All in time"
    assert all(found.values())


def test_a_page_reads_counters_alone_however_many_files(operator, as_user):
    client = as_user(operator)
    client.get("/dashboard/")  # what the process remembers is read
    costs = []
    for _round in range(2):
        for n in range(3):
            make_kol(operator, f"KOL {n}", fields=[(field(), 3)])
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/dashboard/").status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1]
    assert costs[0] <= 8  # session, user, the rail's counts; of the page the figures and the names
    with CaptureQueriesContext(connection) as queries:
        assert numbers(Dashboard(operator, QueryDict(""), NOW))
    own = [query["sql"] for query in queries if "lifecycle_" in query["sql"]]
    assert own == []


@pytest.mark.parametrize(
    "query", ["level=huge", "period=7", "team=x", "colour=red", "field=running&field=cooking"]
)
def test_a_filter_that_is_not_understood_shows_no_figures(operator, as_user, kol, query):
    field("running"), field("cooking")
    answer = as_user(operator).get(f"/dashboard/?{query}")
    assert answer.context["dashboard"].total == 0
    assert 'role="alert"' in answer.content.decode()
    assert as_user(operator).get(f"/dashboard/stages.csv?{query}").status_code == 400


def test_nothing_to_count_says_what_would_fill_it(operator, as_user):
    assert "There is nothing to count yet." in as_user(operator).get("/dashboard/").content.decode()


def test_finance_sees_no_files_and_no_dashboard(finance, as_user):
    for url in ("/dashboard/", "/dashboard/stages.csv", "/dashboard/facet/level/", "/dashboard/?part=loads"):
        assert as_user(finance).get(url).status_code == 403


def test_a_filter_keeps_the_others_in_its_form(manager, as_user):
    facet = as_user(manager).get("/dashboard/facet/level/?period=6&level=mid").context["facet"]
    assert facet["keep"] == [("period", "6")]
    assert [option["value"] for option in facet["options"] if option["selected"]] == ["mid"]
    assert as_user(manager).get("/dashboard/facet/owner/").status_code == 404


def test_a_name_in_a_csv_runs_nowhere(operator, manager, as_user):
    operator.display_name = "=SUM(A1)"
    operator.save(update_fields=["display_name"])
    make_kol(operator)
    assert "'=SUM(A1)" in as_user(manager).get("/dashboard/loads.csv").content.decode()
    assert "<b>" not in as_user(manager).get("/dashboard/").content.decode().split("chart-loads")[1][:4000]


def test_a_long_chart_shows_ten_lines_and_brings_the_others(operator, manager, as_user):
    for number in range(12):
        owner = UserFactory(username=f"u{number:02}", display_name="", team=operator.team)
        make_kol(owner, f"K{number}")
    page = as_user(manager).get("/dashboard/").content.decode()
    assert "2 more" in page
    table = as_user(manager).get("/dashboard/?part=flow").content.decode()
    assert table.count("<tr>") == 13
    part = as_user(manager).get("/dashboard/?part=loads").content.decode()
    assert part.count('class="dl"') == 12
    assert as_user(manager).get("/dashboard/?part=stages").status_code == 404


def test_who_belongs_to_no_team_sees_nothing_and_no_error(as_user, kol):
    nobody = UserFactory(username="nobody", team=None)
    assert "There is nothing to count yet." in as_user(nobody).get("/dashboard/").content.decode()
    assert as_user(nobody).get("/board/").status_code == 200
