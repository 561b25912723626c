"""The stage dashboard: every number is the length of the list behind its link (DOMAIN 8.2)."""

from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from incentives.services import plan as plans
from incentives.views.plan import PLANS
from kol_crm.core import lists
from kol_crm.core.actor import Actor
from kol_crm.core.models import Team
from kol_crm.dashboard import Dashboard
from lifecycle.models import Review
from lifecycle.views.review import REVIEWS
from profiles.models import Kol
from profiles.services import kol as kol_verbs
from profiles.views.list import KOLS
from tests.factories import NOW, TeamFactory, UserFactory, field, make_kol
from tests.lifecycle.factories import at_stage

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)
STAGES = ("introduction", "initial", "initial", "mid_term", "late", "departed")
LEVELS = ("", "nano", "micro", "micro", "macro")
VERDICTS = ("unknown", "drifting", "thriving", "drifting")
FIELDS = ("running", "cooking", "reading")


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def files(operator, colleague, stranger, manager):
    """20 files over all sorts, of three owners in two teams, and two without an owner."""
    below = UserFactory(username="below", team=TeamFactory(name="East below", parent=operator.team))
    for n in range(20):
        owner = (operator, colleague, stranger, below)[n % 4]
        fields = [(field(FIELDS[n % 3]), 4)] + ([(field("running"), 2)] if n % 3 == 1 else [])
        kol = make_kol(owner, f"KOL {n}", fields=fields)
        at_stage(kol, STAGES[n % 6], since=DAY, review_due=DAY + timedelta(days=3 * (n % 9) - 9))
        kol_verbs.set_figures(
            kol.pk,
            level=LEVELS[n % 5],
            verdict=VERDICTS[n % 4 if n % 7 else 0],
            last_touch_at=None if n % 5 == 0 else NOW - timedelta(days=26 + n % 8),
        )
        if n % 3 == 0 and STAGES[n % 6] != "departed":
            plan = plans.create(
                Actor(owner, "page", NOW), kol, {"title": "Plan"}, [{"kind": "knowledge", "what": "x"}]
            )
            if n % 2 == 0:
                plans.activate(Actor(owner, "page", NOW), plan)
    Kol.objects.filter(name__in=["KOL 4", "KOL 9"]).update(owner=None, dormant=True, review_due=None)
    Review.objects.filter(kol__owner=None).delete()
    kol_verbs.archive(Actor(operator, "page", NOW), Kol.objects.get(name="KOL 8"), None)


SCOPES = (
    "",
    "level=micro",
    "level=micro&level=none",
    "field=cooking",
    "field=running&level=macro",
    "team={team}",
)
LISTS = {"profiles:kol-list": KOLS, "lifecycle:review-list": REVIEWS, "incentives:plan-list": PLANS}


def numbers(dashboard: Dashboard) -> list[tuple[str, int, str]]:
    """Each number on the page with its words and its link."""
    found = [(tile["label"], tile["count"], tile["url"]) for tile in dashboard.tiles]
    found.append(("all", dashboard.total, dashboard.url()))
    bars = (dashboard.stages, dashboard.levels, dashboard.verdicts, dashboard.fields, dashboard.loads)
    found += [(bar.key, bar.count, bar.url) for kind in (*bars, dashboard.reviews) for bar in kind]
    return found + [
        (f"{load.key} overdue", load.more["overdue"], load.more["overdue_url"]) for load in dashboard.loads
    ]


def length_of(url: str, user) -> int:
    """How many rows the list at that address has for this reader."""
    parts = urlsplit(url)
    spec = {reverse(name): spec for name, spec in LISTS.items()}[parts.path]
    listing = lists.read(spec, QueryDict(parts.query), user, NOW)
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


def test_the_links_on_the_page_lead_to_the_lists(operator, as_user, files):
    client = as_user(operator)
    page = client.get("/dashboard/")
    dashboard = page.context["dashboard"]
    words = page.content.decode().replace("&amp;", "&")
    for _label, count, url in numbers(dashboard)[:12]:
        assert f'href="{url}"' in words
        assert client.get(url).context["listing"].total.value == count


def test_the_figures_of_an_operator_are_those_of_the_team(operator, files):
    dashboard = Dashboard(operator, QueryDict(""), NOW)
    mine = Kol.objects.filter(team=operator.team, archived_at=None)
    assert dashboard.total == mine.count() == 9
    assert {bar.key: bar.count for bar in dashboard.stages} == {
        stage: mine.filter(stage=stage).count()
        for stage in ("introduction", "initial", "mid_term", "late", "departed")
    }
    assert [bar.key for bar in dashboard.loads] == ["colleague", "operator", "none"]


def test_a_file_counts_in_each_of_its_fields(operator, team):
    make_kol(operator, fields=[(field("running"), 5), (field("cooking"), 3)])
    dashboard = Dashboard(operator, QueryDict(""), NOW)
    assert [(bar.key, bar.count) for bar in dashboard.fields] == [("running", 1), ("cooking", 1)]
    assert [bar.key for bar in Dashboard(operator, QueryDict("field=running"), NOW).fields] == ["running"]


def test_findings_say_what_the_bars_show(operator):
    for name, stage, verdict in (
        ("a", "late", "drifting"),
        ("b", "late", "loyal"),
        ("c", "initial", "unknown"),
    ):
        kol = make_kol(operator, name)
        kol_verbs.set_figures(kol.pk, stage=stage, verdict=verdict, level="mid", review_due=DAY)
    findings = Dashboard(operator, QueryDict(""), NOW).findings
    assert findings["stages"] == "Most are in Late: 2 of 3 (67%)"
    assert findings["verdicts"] == "50% of those with a verdict drift; 1 unknown"
    assert findings["levels"] == "Mid is the largest: 100%"
    assert findings["reviews"] == "0 overdue, 3 more within 7 days"


def test_queries_do_not_grow_with_files(operator, as_user):
    client = as_user(operator)
    costs = []
    for _round in range(2):
        for n in range(3):
            make_kol(operator, f"KOL {n}", fields=[(field(), 3)])
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/dashboard/").status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1]
    assert costs[0] <= 12  # session, user, six counts and lists of the page, the rest is the rail's count
    with CaptureQueriesContext(connection) as queries:
        assert numbers(Dashboard(operator, QueryDict(""), NOW))
    assert len(queries) <= 6


def test_a_filter_that_is_not_understood_shows_no_figures(operator, as_user, kol):
    answer = as_user(operator).get("/dashboard/?level=huge")
    assert answer.context["dashboard"].total == 0
    assert "huge" in answer.content.decode()


def test_nothing_to_count_says_what_would_fill_it(operator, as_user):
    assert "There is nothing to count yet." in as_user(operator).get("/dashboard/").content.decode()


def test_finance_sees_no_files_and_no_dashboard(finance, as_user):
    assert as_user(finance).get("/dashboard/").status_code == 403


def test_teams_offered_are_those_one_sees(operator, manager, admin, as_user, files):
    def offered(user):
        facets = as_user(user).get("/dashboard/").context["facets"]
        return [option["label"] for option in facets[0]["options"]]

    assert offered(operator) == []
    assert sorted(offered(manager)) == ["East", "East below"]
    assert {"East", "East below", "West"} <= set(offered(admin))
