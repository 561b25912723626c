"""Yield per channel, agency, introducer and source, each figure the length of its list (DOMAIN 4.10)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from kol_crm.core.actor import Actor
from lifecycle import yields
from lifecycle.models import Stay
from lifecycle.services import candidate as candidates
from lifecycle.services import outreach
from lifecycle.yields import Cost
from profiles.services import agency
from tests.factories import NOW, TeamFactory, UserFactory, make_kol
from tests.lifecycle.factories import make_candidate, make_programme

pytestmark = pytest.mark.django_db
DAY = NOW.date()
LONG_AGO = DAY - timedelta(days=500)


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def by(user):
    return Actor(user, "page", NOW)


@pytest.fixture(scope="module")
def as_built(standing):
    return standing(build)


@pytest.fixture
def scene(as_built, db):
    return as_built.copy()


@pytest.fixture
def operator(scene):
    return scene[0]


@pytest.fixture
def people(scene):
    return scene[1]


def build():
    operator = UserFactory(username="operator", team=TeamFactory(name="East"))
    return operator, make_people(operator, make_programme(operator, live=True))


def make_people(operator, winter):
    """Anna answered by mail and agreed long ago and stays; Ben answered on the phone; Cai kept silent."""
    mcn = agency.create(by(operator), {"name": "Star MCN"})
    mail = [{"channel": "mail", "value": "a@mail.example"}]
    anna = make_candidate(winter, make_kol(operator, "Anna", contacts=mail, agency=mcn), introducer="Lin")
    ben = make_candidate(
        winter, make_kol(operator, "Ben"), source="external", why_external="x", introducer="Lin"
    )
    cai = make_candidate(winter, make_kol(operator, "Cai"))
    for one, channel, result in (
        (anna, "mail", "answered"),
        (ben, "mail", "no_answer"),
        (ben, "phone", "answered"),
        (cai, "mail", "no_answer"),
    ):
        live = outreach.Outreach.objects.live().filter(candidate=one).first()
        outreach.attempt(by(operator), live or outreach.start(by(operator), one), channel, result)
    candidates.follow_fact(by(operator), anna, candidates.PLAN)
    Stay.objects.create(kol=anna.kol, stage="initial", since=LONG_AGO, until=LONG_AGO + timedelta(days=200))
    Stay.objects.create(
        kol=anna.kol, stage="late", since=LONG_AGO + timedelta(days=200), until=DAY - timedelta(days=9)
    )
    return anna, ben, cai


def lines(way, user, *, split=False):
    return {
        str(line.label): (line.candidates, line.answers, line.agreed, line.stayed, line.stayed_of)
        for line in yields.table(way, user, DAY, split=split)
    }


def test_per_channel_the_answer_counts_where_it_came(people, operator):
    assert lines("channel", operator) == {"Mail": (3, 1, 1, 1, 1), "Phone": (1, 1, 0, 0, 0)}


def test_per_introducer_agency_and_source(people, operator):
    assert lines("introducer", operator) == {"Lin": (2, 2, 1, 1, 1), "nobody": (1, 0, 0, 0, 0)}
    assert lines("agency", operator) == {"Star MCN": (1, 1, 1, 1, 1), "no agency": (2, 1, 0, 0, 0)}
    assert lines("source", operator) == {"Own platform": (2, 1, 1, 1, 1), "Other channels": (1, 1, 0, 0, 0)}


def test_own_users_and_others_are_told_apart(people, operator):
    split = [
        (str(line.label), line.internal, line.candidates)
        for line in yields.table("introducer", operator, DAY)
    ]
    assert sorted(split) == [("Lin", False, 1), ("Lin", True, 1), ("nobody", True, 1)]


@pytest.mark.parametrize(
    ("left_on", "stays"),
    [(LONG_AGO + timedelta(days=364), 0), (LONG_AGO + timedelta(days=366), 1), (None, 1)],
    ids=["left on day 364", "left on day 366", "never left"],
)
def test_still_here_after_12_months_looks_at_that_day(people, operator, left_on, stays):
    Stay.objects.filter(kol=people[0].kol, stage="introduction").delete()
    Stay.objects.filter(kol=people[0].kol, stage="late").update(until=left_on)
    assert lines("source", operator)["Own platform"][3:] == (stays, 1)


def test_whose_12_months_are_not_over_stands_in_no_such_figure(people, operator):
    Stay.objects.filter(kol=people[0].kol, stage="initial").update(since=DAY - timedelta(days=300))
    Stay.objects.filter(kol=people[0].kol, stage="late").delete()
    assert lines("source", operator)["Own platform"][3:] == (0, 0)


def test_without_a_ledger_the_cost_is_unknown_and_not_nothing(people, operator, monkeypatch):
    assert {line.cost for line in yields.table("source", operator, DAY)} == {None}
    monkeypatch.setattr(
        yields.costs, "_provider", lambda kols: {people[0].kol_id: Cost(Decimal(900))} if kols else {}
    )
    found = yields.table("source", operator, DAY, split=False)
    told = {str(line.label): (line.cost, line.costed) for line in found}
    assert told == {"Own platform": (Decimal(900), 1), "Other channels": (None, 0)}


@pytest.mark.parametrize("split", [True, False])
@pytest.mark.parametrize("way", yields.WAYS)
def test_each_figure_is_the_length_of_the_list_that_it_links_to(people, operator, as_user, way, split):
    client = as_user(operator)
    found = yields.table(way, operator, DAY, split=split)
    assert found
    for line in found:
        for figure in yields.FIGURES:
            listing = client.get(yields.url(way, line, figure)).context["listing"]
            assert listing.problems == {}
            assert len(listing.rows) == getattr(line, figure), (way, line, figure)


def test_only_the_candidates_that_one_sees_are_counted(people, operator, stranger, manager, finance):
    assert lines("source", stranger) == lines("source", finance) == {}
    assert lines("source", manager) == lines("source", operator)


def test_the_page_and_the_api_tell_the_same(people, operator, as_user, api):
    page = as_user(operator).get(reverse("lifecycle:yield-tables"), {"by": "introducer"}).content.decode()
    assert "Lin" in page
    assert "unknown" in page
    told = api(operator).get(reverse("api:yield-list"), {"by": "introducer", "together": "true"}).json()
    assert [(one["label"], one["candidates"], one["answers"]) for one in told["results"]] == [
        ("Lin", 2, 2),
        ("nobody", 1, 0),
    ]
    assert told["results"][0]["lists"]["agreed"] == "/yield/candidates/?introducer=Lin&got=agreed"
    assert api(operator).get(reverse("api:yield-list"), {"by": "moon"}).status_code == 400
    assert as_user(operator).get(reverse("lifecycle:yield-tables"), {"by": "moon"}).status_code == 404


def test_an_agency_that_does_not_exist_has_nobody(people, operator, as_user):
    answer = as_user(operator).get(reverse("lifecycle:yield-list"), {"agency": "nonsense"})
    assert answer.status_code == 200
    assert list(answer.context["listing"].rows) == []


def test_nothing_is_counted_by_the_clock(people, operator):
    assert yields.table("source", operator, date(2030, 1, 1), split=False)[0].stayed_of == 1
