"""Group rows: heads with totals that equal the rows inside, whatever is filtered (UI, screen 2)."""

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from kol_crm.core import lists
from kol_crm.core.models import User
from profiles import counting
from profiles.models import Kol
from profiles.views import groups
from profiles.views.list import KOLS
from tests.factories import NOW, TeamFactory, UserFactory, field, kol_type, make_kol

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def as_built(standing):
    return standing(build)


@pytest.fixture
def files(as_built, db):
    """Their owners are ``operator`` and ``colleague``."""


@pytest.fixture
def operator(as_built, db):
    return User.objects.get(username="operator")


def build():
    team = TeamFactory(name="East")
    operator, colleague = (UserFactory(username=name, team=team) for name in ("operator", "colleague"))
    make_files(operator, colleague)


def make_files(operator, colleague):
    counting.recount()
    tea, running = field("tea"), field("running")
    for number, (owner, stage, level, fields, kind) in enumerate(
        [
            (operator, "late", "mega", [(tea, 5), (running, 2)], "expert"),
            (operator, "late", "", [(tea, 3)], "creator"),
            (operator, "initial", "mega", [], None),
            (colleague, "initial", "nano", [(running, 1)], "expert"),
            (colleague, "introduction", "", [], None),
        ]
    ):
        values = {"type": kol_type(kind)} if kind else {}
        kol = make_kol(owner, name=f"KOL {number}", fields=fields, **values)
        Kol.objects.filter(pk=kol.pk).update(stage=stage, level=level, verdict="loyal")
    Kol.objects.filter(name="KOL 4").update(owner=None)
    gone = make_kol(operator, name="gone")
    Kol.objects.filter(pk=gone.pk).update(archived_at=NOW)


def read(user, query, *, folded=True):
    return lists.read(KOLS, QueryDict(query), user, NOW, path="/kols/", folded=folded)


def told(user, query) -> dict:
    return {str(head.label): head.total for head in groups.heads(read(user, query))}


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("query", "totals"),
    [
        ("group=stage", {"Introduction": 1, "Initial": 2, "Late": 2}),
        ("group=owner", {"Operator": 3, "Colleague": 1, "Nobody": 1}),
        ("group=level", {"Nano": 1, "Mega": 2, "No level": 2}),
        ("group=main_field", {"Tea": 2, "Running": 1, "No field": 2}),
        ("group=verdict", {"Loyal": 5}),
        ("group=type", {"Expert": 2, "Creator": 1, "No type": 2}),
        ("group=team", {"East": 5}),
        ("group=stage&owner=me", {"Initial": 1, "Late": 2}),
        ("group=stage&owner=none&owner=colleague", {"Introduction": 1, "Initial": 1}),
        ("group=stage&field=running", {"Initial": 1, "Late": 1}),
        ("group=level&stage=late", {"Mega": 1, "No level": 1}),
        ("group=level&level=none", {"No level": 2}),
        ("group=stage&stage=late&level=mega", {"Late": 1}),
        ("group=team&owner=me&stage=late", {"East": 2}),
        ("group=owner&q=KOL 3", {"Colleague": 1}),
        ("group=level&owner=me&verdict=loyal", {"Mega": 2, "No level": 1}),
    ],
)
def test_totals_are_those_of_the_rows_inside(operator, query, totals):
    assert told(operator, query) == totals
    for head in groups.heads(read(operator, query)):
        rows = read(operator, head.url.partition("?")[2]).rows
        assert len(rows) == head.total, head


@pytest.mark.usefixtures("files")
def test_beyond_the_cap_totals_come_from_the_counters_or_are_not_stated(operator, monkeypatch):
    with CaptureQueriesContext(connection) as asked:
        for query in ("group=level", "group=stage&owner=me", "group=level&stage=late"):
            assert all(total is not None for total in told(operator, query).values())
    grouped = [one["sql"] for one in asked if "GROUP BY" in one["sql"]]
    assert all('FROM "profiles_filecount"' in sql for sql in grouped)  # nothing is grouped live
    monkeypatch.setattr(groups, "LOOKED_AT", 2)
    monkeypatch.setattr(groups, "CAP", 1)
    shown = {
        str(head.label): head.total_text
        for head in groups.heads(read(operator, "group=level&owner=me&verdict=loyal"))
    }
    assert shown.pop("Mega") == "1+"
    assert set(shown.values()) == {""}


@pytest.mark.usefixtures("files")
def test_a_stranger_and_the_person_themself_are_told_only_what_they_see(operator, stranger):
    assert told(stranger, "group=stage") == {}
    Kol.objects.filter(name="KOL 0").update(staff_user=operator)
    assert told(operator, "group=stage") == {"Introduction": 1, "Initial": 2, "Late": 1}
    assert told(operator, "group=team") == {"East": 4}


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("query", ["group=owner&inside=x", "group=type&inside=x", "group=team&inside=none-"])
def test_what_is_no_group_shows_no_row(operator, query):
    listing = read(operator, query)
    assert (list(listing.problems), listing.rows) == (["inside"], [])


@pytest.mark.usefixtures("files")
def test_a_group_is_read_page_by_page(operator):
    first = read(operator, "group=level&inside=mega&limit=1&sort=name")
    assert [row["name"] for row in first.rows] == ["KOL 0"]
    second = read(operator, first.next_url.partition("?")[2])
    assert [row["name"] for row in second.rows] == ["KOL 2"]
    assert second.next_url is None


@pytest.mark.usefixtures("files")
def test_the_page_shows_heads_and_htmx_gets_the_rows_of_one(operator, as_user):
    client = as_user(operator)
    page = client.get("/kols/?group=stage").content.decode()
    assert 'hx-get="/kols/?group=stage&amp;inside=late"' in page
    assert "data-row" not in page
    with CaptureQueriesContext(connection) as asked:
        client.get("/kols/?group=stage")
    assert len(asked) <= 10
    part = client.get("/kols/?group=stage&inside=late", headers={"HX-Request": "true"}).content.decode()
    assert part.count("data-row") == 2
    assert "<table" not in part


@pytest.mark.usefixtures("files")
def test_chips_count_their_options_from_the_counters(operator, as_user):
    for key, counts in (("level", (2, 1)), ("owner", (3, 1)), ("field", (2, 2)), ("stage", (2, 1))):
        page = as_user(operator).get(f"/kols/facet/{key}/").content.decode()
        for count in counts:
            assert f'<span class="meta num">{count}</span>' in page, key


@pytest.mark.usefixtures("files")
def test_the_api_tells_the_same_groups_and_lists_what_is_inside(operator, api):
    client = api(operator)
    answer = client.get("/api/v1/kols/groups/?group=level&stage=late").json()
    assert answer == {
        "group": "level",
        "results": [
            {"value": "mega", "label": "Mega", "total": 1},
            {"value": "none", "label": "No level", "total": 1},
        ],
    }
    rows = client.get("/api/v1/kols/?group=level&stage=late&inside=none").json()["results"]
    assert [row["name"] for row in rows] == ["KOL 1"]
    assert len(client.get("/api/v1/kols/?group=level").json()["results"]) == 5
    refused = client.get("/api/v1/kols/groups/")
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["group"])
