"""The stage dashboard: every number is the length of the list behind its link (DOMAIN 8.2)."""

import csv
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kol_crm.core import lists, policy
from kol_crm.core.actor import Actor
from kol_crm.core.models import Team
from kol_crm.dashboard import CHARTS, Dashboard
from kol_crm.dashboard.stages import quantile
from lifecycle.board import Board
from lifecycle.figures import LOAD
from lifecycle.models import Move, Review, Stay
from lifecycle.services import stage
from lifecycle.stay_list import STAYS
from lifecycle.views.review import REVIEWS
from profiles import counting, scope_counting
from profiles.models import Kol
from profiles.services import kol as kol_verbs
from profiles.views.list import KOLS
from tests import scopes
from tests.factories import NOW, TeamFactory, UserFactory, field, make_kol
from tests.lifecycle.factories import at_stage

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)
STAGES = ("introduction", "initial", "initial", "mid_term", "late", "departed")
LEVELS = ("", "nano", "micro", "micro", "macro")
VERDICTS = ("unknown", "drifting", "thriving", "drifting")
FIELDS = ("running", "cooking", "reading")
# What a file went through before: (from, to, days ago, cause)
COURSES = (
    (("introduction", "initial", 200, ""), ("initial", "mid_term", 80, ""), ("mid_term", "late", 20, "")),
    (("introduction", "initial", 40, ""), ("initial", "introduction", 12, "")),
    (("introduction", "initial", 300, ""), ("initial", "departed", 100, "inactive")),
    (("introduction", "initial", 90, ""), ("initial", "departed", 30, "competitor")),
    (("introduction", "departed", 60, "refused"), ("departed", "introduction", 5, "")),
)


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def went(kol: Kol, course) -> None:
    """The file moved so, as the verbs would have written it."""
    stay = Stay.objects.get(kol=kol, until=None)
    Stay.objects.filter(pk=stay.pk).update(stage=course[0][0], since=DAY - timedelta(days=course[0][2] + 50))
    for before, after, days, cause in course:
        day = DAY - timedelta(days=days)
        move = Move.objects.create(
            kol=kol,
            from_stage=before,
            to_stage=after,
            at=NOW - timedelta(days=days),
            cause=cause,
            look_again_on=DAY if cause else None,
        )
        Stay.objects.filter(kol=kol, until=None).update(until=day)
        Stay.objects.create(kol=kol, stage=after, since=day, entered_by=move)
        kol_verbs.set_figures(kol.pk, stage=after, stage_since=day)


@pytest.fixture
def files(operator, colleague, stranger, manager):
    """24 files over all sorts, of three owners in two teams, and two without an owner."""
    below = UserFactory(username="below", team=TeamFactory(name="East below", parent=operator.team))
    counting.recount()
    for n in range(24):
        owner = (operator, colleague, stranger, below)[n % 4]
        fields = [(field(FIELDS[n % 3]), 4)] + ([(field("running"), 2)] if n % 3 == 1 else [])
        kol = make_kol(owner, f"KOL {n}", fields=fields)
        since = DAY - timedelta(days=60 * (n % 5))
        at_stage(kol, STAGES[n % 6], since=since, review_due=DAY + timedelta(days=3 * (n % 9) - 12))
        if n % 2:
            went(kol, COURSES[n % 5])
        kol_verbs.set_figures(
            kol.pk,
            level=LEVELS[n % 5],
            verdict=VERDICTS[n % 4 if n % 7 else 0],
            figures_due=DAY + timedelta(days=n % 3 - 1),
        )
        kol.refresh_from_db()
        if kol.stage == "departed":
            Review.objects.filter(kol=kol).delete()
            kol_verbs.set_figures(kol.pk, review_due=None)
    Kol.objects.filter(name__in=["KOL 4", "KOL 9"]).update(owner=None, dormant=True, review_due=None)
    Review.objects.filter(kol__owner=None).delete()
    kol_verbs.archive(Actor(operator, "page", NOW), Kol.objects.get(name="KOL 8"), None)
    scope_counting.draw(DAY)


SCOPES = (
    "",
    "period=1",
    "period=12&level=micro",
    "level=micro&level=none",
    "field=cooking",
    "field=running&level=macro&period=6",
    "team={team}",
)
LISTS = {"profiles:kol-list": KOLS, "lifecycle:review-list": REVIEWS, "lifecycle:stay-list": STAYS}
SUMMED = {"levels", "verdicts", "stages", "loads", "fields"}


def numbers(dashboard: Dashboard) -> list[tuple[str, int, str]]:
    """Each number on the page with its words and its link."""
    found = [(tile["label"], tile["count"], tile["url"]) for tile in dashboard.tiles]
    found.append(("all", dashboard.total, dashboard.asked.url()))
    for key in CHARTS:
        for line in dashboard.whole(key).lines:
            found += [(f"{key} {line.key}", one.count, one.url) for one in line.figures if one.url]
    return found


def length_of(url: str, user) -> int:
    """How many rows the list at that address has for this reader; of the board those of the column."""
    parts = urlsplit(url)
    params = QueryDict(parts.query)
    if parts.path == reverse("lifecycle:board"):
        board = Board(params, user, NOW)
        assert board.filterset.problems == {}
        tally = board.tallies().get(params["column"])
        return tally.total if tally else 0
    spec = {reverse(name): spec for name, spec in LISTS.items()}[parts.path]
    listing = lists.read(spec, params, user, NOW)
    assert listing.problems == {}
    return listing.total.value


@pytest.mark.parametrize("who", ["operator", "manager", "admin", "stranger"])
def test_each_number_is_the_length_of_its_list(request, files, who):
    user = request.getfixturevalue(who)
    east = Team.objects.get(name="East")
    above_zero = 0
    for scope in SCOPES:
        dashboard = Dashboard(user, QueryDict(scope.format(team=east.pk)), NOW)
        for label, count, url in numbers(dashboard):
            assert (label, url, count) == (label, url, length_of(url, user))
            above_zero += count > 0
    assert above_zero > 30
    assert scopes.standing() == scopes.counted()


def test_conversions_and_boxes_lead_to_those_they_count(manager, files):
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


def test_a_reader_does_not_count_the_file_about_themselves(operator, files):
    before = Dashboard(operator, QueryDict(""), NOW).total
    kol = Kol.objects.exclude(stays__entered_by=None).filter(team=operator.team, archived_at=None).first()
    Kol.objects.filter(pk=kol.pk).update(staff_user=operator)
    after = Dashboard(operator, QueryDict(""), NOW)
    assert after.total == before - 1
    for label, count, url in numbers(after):
        assert (label, url, count) == (label, url, length_of(url, operator))


def test_the_figures_of_an_operator_are_those_of_the_team(operator, files):
    dashboard = Dashboard(operator, QueryDict(""), NOW)
    mine = Kol.objects.filter(team=operator.team, archived_at=None)
    assert dashboard.total == mine.count() == 11
    assert {line.key: line.main.count for line in dashboard.chart("stages").lines} == {
        name: mine.filter(stage=name).count()
        for name in ("introduction", "initial", "mid_term", "late", "departed")
    }
    assert [line.key for line in dashboard.chart("loads").lines] == ["colleague", "operator"]


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


def test_leaving_from_introduction_is_not_won_and_no_loss(operator, manager, files):
    chart = Dashboard(manager, QueryDict("period=3"), NOW).chart("departures")
    not_won = Stay.objects.visible_to(manager).filter(
        entered_by__from_stage="introduction", stage="departed", since__gte=date(2026, 9, 1)
    )
    assert not_won.count() > 0
    assert chart.note == f"Not won from introduction, counted apart: {not_won.count()}"
    assert "refused" not in [line.key for line in chart.lines]


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


def test_teams_offered_are_those_one_sees(operator, manager, admin, as_user, files):
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


def test_a_filter_keeps_the_others_in_its_form(manager, as_user):
    facet = as_user(manager).get("/dashboard/facet/level/?period=6&level=mid").context["facet"]
    assert facet["keep"] == [("period", "6")]
    assert [option["value"] for option in facet["options"] if option["selected"]] == ["mid"]
    assert as_user(manager).get("/dashboard/facet/owner/").status_code == 404


@pytest.mark.parametrize("key", CHARTS)
def test_each_chart_is_handed_out_as_csv(manager, as_user, files, key):
    answer = as_user(manager).get(f"/dashboard/{key}.csv?period=12")
    rows = list(csv.reader(answer.content.decode("utf-8-sig").splitlines()))
    chart = Dashboard(manager, QueryDict("period=12"), NOW).chart(key)
    assert rows[0] == [str(head) for head in chart.head]
    assert rows[1:] == [[str(cell) for cell in row] for row in chart.rows]
    assert len({len(row) for row in rows}) == 1
    assert as_user(manager).get("/dashboard/nothing.csv").status_code == 404


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


def test_the_api_tells_the_figures_of_the_page_with_their_lists(manager, api, files):
    answer = api(manager).get("/api/v1/dashboard/?period=12&level=micro")
    dashboard = Dashboard(manager, QueryDict("period=12&level=micro"), NOW)
    assert [chart["key"] for chart in answer.json()["charts"]] == list(CHARTS)
    for chart in answer.json()["charts"]:
        page = dashboard.whole(chart["key"])
        assert (chart["finding"], len(chart["rows"])) == (page.finding, len(page.rows))
        told = [(one["count"], one["list"]) for line in chart["lines"] for one in line["figures"]]
        assert told == [(one.count, one.url) for line in page.lines for one in line.figures]
    assert api(manager).get("/api/v1/dashboard/?period=7").json()["errors"].keys() == {"period"}


def test_the_api_lists_the_stays_that_the_page_lists(manager, api, files):
    query = "way=out&entered_from=2026-06"
    listing = lists.read(STAYS, QueryDict(query), manager, NOW)
    told = api(manager).get(f"/api/v1/stays/?{query}").json()["results"]
    assert [row["id"] for row in told] == [str(row.pk) for row in listing.rows]
    assert {row["cause"] for row in told} >= {"inactive", "competitor"}
    assert api(manager).get("/api/v1/stays/?entered_from=2026-13").status_code == 400
