"""What holds for every list: a new one is covered as soon as it is registered (HOUSE, tests and habits).

A list whose rows do not come with the KOL file itself adds how to make one to ``MAKERS``.
"""

import importlib
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain

import pytest
import time_machine
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from incentives.services import gift, greeting, ledger, plan, plan_approval, strategy
from incentives.services import participant as participants
from kol_crm.core import lists
from kol_crm.core import work as works
from kol_crm.core.actor import Actor
from kol_crm.core.models import User
from lifecycle.models import Budget, HandedFile, Handover, PrivilegeKind, Rule
from lifecycle.services import (
    access_grant,
    candidate,
    coaching,
    community,
    conflict,
    cooperation,
    exclusivity,
    outreach,
    persona,
    platform_role,
    privilege,
    programme,
    sighting,
    task,
    violation,
)
from profiles.models import Duplicate
from profiles.services import attachment, figures, imports, need, no_go, promise, request
from profiles.services import kol as kols
from profiles.services.figures import NewFigure
from profiles.views.list import KOLS
from tests.factories import NOW, TeamFactory, UserFactory, make_account, make_kol
from tests.incentives.contest import make_campaign
from tests.incentives.value import enter
from tests.lifecycle.factories import make_booking, make_budget, make_rule, make_slot

for _module in ("profiles.urls", "lifecycle.urls", "incentives.urls"):
    importlib.import_module(_module)

pytestmark = pytest.mark.django_db
ROWS = 7


def every_list(test):
    return pytest.mark.parametrize("spec", lists.registered(), ids=lambda spec: spec.name)(test)


def make_plan(kol) -> None:
    plan.create(Actor(kol.owner, "page", NOW), kol, {"title": "Spring"})


def make_entry(kol) -> None:
    fee = {"kind": "material", "form": "money", "what": "Fee", "amount": Decimal(5)}
    ledger.enter(Actor(None, "job", NOW), kol, fee)


def make_submitted(kol) -> None:
    actor = Actor(kol.owner, "page", NOW)
    item = {"kind": "material", "what": "Fee", "amount": 5, "currency": "CNY"}
    made = plan.create(actor, kol, {"title": "Spring"}, [item])
    plan_approval.submit(actor, made, "Because")


def make_gift(kol) -> None:
    gift.suggest(Actor(kol.owner, "page", NOW), kol, {"item": "Tea", "for_on": NOW.date()})


def make_greeting(kol) -> None:
    greeting.begin(Actor(kol.owner, "page", NOW), kol, "Your book is out")


def make_strategy(kol) -> None:
    words = {"what": "Talks", "why": "Slots no longer help", "expected": "Twice the answers"}
    strategy.decide(Actor(kol.owner, "page", NOW), kol, words)


def make_survivor(kol) -> None:
    enter(kol, NOW.date())


KOL_QUERIES = (
    "",
    "sort=name",
    "sort=-created",
    "sort=-followers",
    "owner=me",
    "owner=colleague&sort=-due",
    "stage=introduction&stage=late",
    "level=none",
    "verdict=unknown",
    "q=wsy",
    "q=王",
    "untouched=30",
    "due=week",
    "risk=50&risk=none&sort=-risk",
    "bond=0&bond=75&sort=bond",
    "stale=true",
    "stale=false",
    "long_in_stage=true",
    "long_in_stage=false&sort=stage_since",
    "archived=true",
    'where={"and":[["owner","is",["me"]],{"or":[["risk","empty"],["last_touch","more_than_ago",30]]}]}',
    'where={"not":[["stage","is",["introduction"]]]}',
    "limit=3",
)


def make_import(kol) -> None:
    actor = Actor(kol.owner, "page", NOW)
    imported = imports.upload(actor, "list.csv", ["姓名\n王思雨\n".encode()])
    works.run_one(imports.check(actor, imported).work)


def make_pair(kol) -> None:
    other = make_kol(kol.owner, name="王思雨")
    Duplicate.objects.create(first=kol, second=other, score=80, facts="x", found_at=NOW)


def make_promise(kol) -> None:
    promise.add(Actor(kol.owner, "page", NOW), kol, {"what": "A book", "due_on": NOW.date()})


def make_request(kol) -> None:
    request.add(Actor(kol.owner, "page", NOW), kol, {"what": "Where is the badge?"})


def make_need(kol) -> None:
    need.add(Actor(kol.owner, "page", NOW), kol, {"kind": "data", "what": "Figures of the fans"})


def make_agency(kol) -> None:
    kols.edit(Actor(kol.owner, "page", NOW), kol, {"agency": f"Agency {kol.pk}"}, None)


def make_attachment(kol) -> None:
    attachment.add(Actor(kol.owner, "page", NOW), kol, "note.txt", b"hello")


def make_figure(kol) -> None:
    """One that is stale on every day on which the test may run."""
    account = make_account(kol, "bilibili", f"h{kol.pk}")
    day = date(2026, 1, 1)
    new = NewFigure(account.pk, "followers", Decimal(900), day, day, "hand")
    figures.record(Actor(kol.owner, "page", NOW), [new])


def make_unentered(kol) -> None:
    make_account(kol, "bilibili", f"h{kol.pk}")


def make_programme(kol):
    values = {"name": "Winter", "purpose": "acquisition"}
    return programme.create(Actor(kol.owner, "page", NOW), values)


def make_candidate(kol) -> None:
    candidate.add(Actor(kol.owner, "page", NOW), make_programme(kol), kol, {"source": "internal"})


def make_outreach(kol) -> None:
    actor = Actor(kol.owner, "page", NOW)
    values = {"name": "Winter", "purpose": "acquisition", "deeds": "Bring runners."}
    made = programme.start(actor.again(), programme.create(actor, values))
    outreach.start(actor.again(), candidate.add(actor.again(), made, kol, {"source": "internal"}))


def make_cooperation(kol) -> None:
    cooperation.create(Actor(kol.owner, "page", NOW), kol, {"title": "Winter"})


def make_no_go(kol) -> None:
    again = NOW.date() + timedelta(days=90)
    values = {"kind": "rejected", "cause": "x", "evidence": "y", "look_again_on": again}
    no_go.record(Actor(kol.owner, "page", NOW), values, kol=kol)


def make_violation(kol) -> None:
    values = {"rule": Rule.objects.first() or make_rule(), "happened_at": NOW, "what": "x", "evidence": "y"}
    violation.record(Actor(kol.owner, "page", NOW), kol, values)


def make_conflict(kol) -> None:
    conflict.add(Actor(kol.owner, "page", NOW), kol, {"what": "x", "users": "two readers"})


def make_task(kol) -> None:
    task.add(Actor(kol.owner, "page", NOW), {"what": "x", "due_on": NOW.date()}, kol)


def make_exclusivity(kol):
    """Each runs around today, whenever the test does."""
    term = {"starts_on": NOW.date() - timedelta(days=30), "ends_on": NOW.date() + timedelta(days=300)}
    values = {"scope": "x", "evidence": "y", "channels": ["weibo"], "kinds": ["live"], **term}
    return exclusivity.record(Actor(kol.owner, "page", NOW), kol, values)


def make_sighting(kol):
    values = {"seen_on": NOW.date(), "channel": "weibo", "what": "x", "evidence": "y"}
    return sighting.record(Actor(kol.owner, "page", NOW), make_exclusivity(kol), values)


def make_stop(kol) -> None:
    sighting.confirm(Actor(kol.owner, "page", NOW), make_sighting(kol), "x")


def make_community(kol) -> None:
    community.create(Actor(kol.owner, "page", NOW), {"name": "王思雨"})


def make_free_slot(kol) -> None:
    make_slot(name="王思雨", team=kol.team)


def make_booked_slot(kol) -> None:
    if not Budget.objects.exists():
        make_budget(1_000_000)
    make_booking(kol, make_slot(name="王思雨", team=kol.team))


def make_privilege(kol) -> None:
    made = {"name_en": "VIP area", "name_zh": "贵宾区", "levels": ["nano"], "stages": ["introduction"]}
    kind = PrivilegeKind.objects.first() or privilege.create_kind(Actor(None, "page", NOW), made)
    privilege.grant(Actor(kol.owner, "page", NOW), kol, kind)


def make_role(kol) -> None:
    platform_role.give(Actor(kol.owner, "page", NOW), kol, "mentor", until=date(2027, 11, 23))


def make_handover(kol) -> None:
    """All in one act, so that only their ids tell them apart."""
    act = Handover.objects.filter(receiver=kol.owner).first() or Handover.objects.create(
        change_set=kol.pk, giver=kol.owner, receiver=kol.owner, at=NOW, due_on=NOW.date(), user=kol.owner
    )
    HandedFile.objects.create(handover=act, kol=kol, handed_at=NOW)


def make_persona(kol) -> None:
    persona.draft(Actor(kol.owner, "page", NOW), kol, {"story": "x"})


def make_coaching(kol) -> None:
    account, day = make_account(kol, "bilibili", f"h{kol.pk}"), NOW.date()
    new = NewFigure(account.pk, "followers", Decimal(900), day, day, "hand")
    actor = Actor(kol.owner, "page", NOW)
    figures.record(actor, [new])
    coaching.begin(actor.again(), kol, {"title": "x"}, [(account, "followers")])


def make_access(kol) -> None:
    access_grant.grant(Actor(kol.owner, "page", NOW), kol, {"kind": "data", "what": "Fans by city"})


def make_a_campaign(kol):
    return make_campaign(kol.owner)


def make_participant(kol) -> None:
    participants.add(Actor(kol.owner, "page", NOW), make_a_campaign(kol), kol)


def enter_initial(kol) -> None:
    kols.set_figures(kol.pk, stage="initial")


def archive(kol) -> None:
    kols.archive(Actor(kol.owner, "page", NOW), kol, None)


MAKERS = {
    "plans": make_plan,
    "entries": make_entry,
    "payouts": make_entry,
    "plan-approvals": make_submitted,
    "campaigns": make_a_campaign,
    "participants": make_participant,
    "greetings": make_greeting,
    "strategies": make_strategy,
    "gifts": make_gift,
    "mixes": make_entry,
    "survivors": make_survivor,
    "programmes": make_programme,
    "candidates": make_candidate,
    "yields": make_candidate,
    "outreach": make_outreach,
    "cooperation": make_cooperation,
    "no_gos": make_no_go,
    "exclusivities": make_exclusivity,
    "sightings": make_sighting,
    "stops": make_stop,
    "violations": make_violation,
    "conflicts": make_conflict,
    "tasks": make_task,
    "communities": make_community,
    "slots": make_free_slot,
    "bookings": make_booked_slot,
    "personas": make_persona,
    "coaching": make_coaching,
    "access": make_access,
    "uncovered": enter_initial,
    "privileges": make_privilege,
    "platform_roles": make_role,
    "handovers": make_handover,
    "duplicates": make_pair,
    "promises": make_promise,
    "requests": make_request,
    "needs": make_need,
    "agencies": make_agency,
    "attachments": make_attachment,
    "figures": make_figure,
    "accounts-without-figures": make_unentered,
    "trash": archive,
    "imports": make_import,
    "import-rows": make_import,
}


def make_rows(name: str, owner, count: int = ROWS) -> None:
    """Equal rows for the list of that name, all of one owner."""
    for _ in range(count):
        kol = make_kol(owner, name="王思雨")
        MAKERS.get(name, lambda _kol: None)(kol)


def read(spec, user, query=""):
    return lists.read(spec, QueryDict(query), user, NOW)


def ids(listing) -> list:
    return [row["id"] if isinstance(row, dict) else row.pk for row in listing.rows]


def sorted_ways(spec) -> list[str]:
    return [sign + sort.key for sort in spec.sorts for sign in ("", "-")]


def walk(spec, user, sort):
    """Ids page by page to the end, and the same way back."""
    query = f"sort={sort}&limit=3"
    pages = [read(spec, user, query)]
    while token := pages[-1].page.next:
        pages.append(read(spec, user, f"{query}&cursor={token}"))
    back = [pages[-1]]
    while token := back[-1].page.previous:
        back.append(read(spec, user, f"{query}&cursor={token}"))
    return [ids(page) for page in pages], [ids(page) for page in reversed(back)]


@every_list
def test_each_page_of_equal_rows_shows_each_row_once_in_every_order(spec, operator):
    make_rows(spec.name, operator)
    everything = set(spec.rows(operator).values_list("pk", flat=True))
    assert len(everything) == ROWS
    for sort in sorted_ways(spec):
        forward, back = walk(spec, operator, sort)
        seen = list(chain.from_iterable(forward))
        assert len(seen) == len(set(seen)), sort
        assert set(seen) == everything, sort
        assert back == forward, sort


@every_list
def test_staff_of_the_team_and_above_see_all_rows_strangers_and_the_deactivated_none(
    spec, operator, stranger, manager, admin
):
    make_rows(spec.name, operator, 2)
    for who in (operator, manager, admin):
        assert len(ids(read(spec, who))) == 2, who
    assert read(spec, stranger).total.value == 0
    elsewhere = UserFactory(role=User.Role.MANAGER, team=TeamFactory())
    operator.is_active = False
    for who in (stranger, elsewhere, operator):
        assert ids(read(spec, who)) == [], who


NOT_UNDERSTOOD = ("no_such_filter=1", "sort=password", "sort=--due", "cursor=x", "limit=x", "limit=-1")


@every_list
def test_what_is_not_understood_shows_nothing(spec, operator):
    """Free text apart, a value that is not understood is a problem at its name; nothing is ever ignored."""
    make_rows(spec.name, operator, 1)
    assert len(ids(read(spec, operator))) == 1
    for query in NOT_UNDERSTOOD:
        listing = read(spec, operator, query)
        name = query.split("=")[0]
        assert (ids(listing), list(listing.problems), listing.total.value) == ([], [name], 0), query
    for name in spec.filterset.base_filters:
        listing = read(spec, operator, f"{name}=~nonsense~")
        assert ids(listing) == [], name
        assert set(listing.problems) <= {name}


@every_list
def test_twenty_rows_cost_as_many_queries_as_two(spec, operator):
    make_rows(spec.name, operator, 2)
    with CaptureQueriesContext(connection) as few:
        read(spec, operator)
    make_rows(spec.name, operator, 18)
    with CaptureQueriesContext(connection) as many:
        assert len(ids(read(spec, operator))) == 20
    assert len(many) == len(few)


@pytest.mark.parametrize(
    ("name", "url", "query"),
    [
        *(("kols", "/api/v1/kols/", query) for query in KOL_QUERIES),
        *(("duplicates", "/api/v1/duplicates/", query) for query in ("", "sort=found", "state=open")),
        ("plans", "/api/v1/incentive-plans/", ""),
        ("plans", "/api/v1/incentive-plans/", "sort=title"),
        ("plans", "/api/v1/incentive-plans/", "state=draft"),
        ("plans", "/api/v1/incentive-plans/", "state=active"),
        ("entries", "/api/v1/ledger/", "form=money&rate=yes&owner=me"),
        ("payouts", "/api/v1/payouts/", "payout=due&payout=held&sort=-created"),
        ("plans", "/api/v1/incentive-plans/", "for_me=false"),
        ("strategies", "/api/v1/strategies/", "state=open&about=kol&owner=me&sort=due"),
        ("gifts", "/api/v1/gifts/", "state=idea&state=chosen&owner=me&due=overdue&sort=due"),
        ("gifts", "/api/v1/gifts/", "since=2026-01-01&until=2027-12-31&sort=-day"),
        ("greetings", "/api/v1/greetings/", "state=draft&occasion=own&owner=me&sort=day"),
        ("mixes", "/api/v1/incentive-mixes/", "only_money=true&owner=me"),
        ("survivors", "/api/v1/survivors/", "entered_from=2026-11&at=2026-11&state=still&sort=-risk"),
        ("campaigns", "/api/v1/campaigns/", "sort=name&state=planned&owner=me"),
        ("participants", "/api/v1/participants/", "left=false&owner=me"),
        ("programmes", "/api/v1/programmes/", "sort=name&state=draft"),
        ("programmes", "/api/v1/programmes/", "owner=me&purpose=acquisition"),
        ("candidates", "/api/v1/candidates/", "step=identified&open=true"),
        ("candidates", "/api/v1/candidates/", "source=internal&owner=me"),
        ("exclusivities", "/api/v1/exclusivities/", "state=running&state=over&sort=-starts"),
        ("exclusivities", "/api/v1/exclusivities/", "channel=weibo&kind=live&due=later"),
        ("exclusivities", "/api/v1/exclusivities/", "ends_before=2030-01-01&owner=me"),
        ("sightings", "/api/v1/sightings/", "state=open&channel=weibo&sort=-seen"),
        ("stops", "/api/v1/stops/", "standing=true&cause=breach"),
        ("violations", "/api/v1/violations/", "state=open&due=soon"),
        ("violations", "/api/v1/violations/", "sort=-happened&owner=me"),
        ("tasks", "/api/v1/tasks/", "state=open&assignee=me&sort=-created"),
        ("tasks", "/api/v1/tasks/", "due=soon&owner=me"),
        ("conflicts", "/api/v1/conflicts/", "state=open"),
        ("privileges", "/api/v1/privileges/", "state=held&owner=me"),
        ("platform_roles", "/api/v1/platform-roles/", "role=mentor&state=running&sort=-granted"),
        ("handovers", "/api/v1/handovers/", "state=pending&receiver=operator"),
        ("communities", "/api/v1/communities/", "state=living&sort=-created"),
        ("conflicts", "/api/v1/conflicts/", "sort=-created&due=soon"),
        ("slots", "/api/v1/slots/", "month=2026-11&kind=traffic&sort=-on"),
        ("slots", "/api/v1/slots/", "sort=-value"),
        ("bookings", "/api/v1/bookings/", "state=booked&owner=me"),
        ("bookings", "/api/v1/bookings/", "month=2026-11&stage=introduction&sort=due"),
        ("personas", "/api/v1/personas/", "state=draft&owner=me"),
        ("personas", "/api/v1/personas/", "for_me=false"),
        ("coaching", "/api/v1/coaching-plans/", "state=running"),
        ("access", "/api/v1/access-grants/", "kind=data&sort=until"),
        ("promises", "/api/v1/promises/", "by=us&state=open"),
        ("promises", "/api/v1/promises/", "sort=-created&owner=me"),
        ("requests", "/api/v1/requests/", "state=open&taker=me"),
        ("needs", "/api/v1/needs/", "kind=data&due=later"),
        ("agencies", "/api/v1/agencies/", "sort=-name"),
        ("reviews", "/api/v1/reviews/", "state=open&stage=introduction"),
        ("reviews", "/api/v1/reviews/", "owner=me&due=later&sort=-due"),
        ("figures", "/api/v1/figures-to-refresh/", "kind=stock&owner=me"),
        ("figures", "/api/v1/figures-to-refresh/", "platform=bilibili&metric=followers&sort=-end"),
    ],
)
@time_machine.travel(NOW, tick=False)
def test_page_and_api_have_the_same_rows_in_the_same_order(operator, colleague, api, name, url, query):
    make_rows(name, operator)
    make_rows(name, colleague, 2)
    spec = next(spec for spec in lists.registered() if spec.name == name)
    listing = read(spec, operator, query)
    assert not listing.problems
    answer = api(operator).get(url, QueryDict(query))
    assert answer.status_code == 200, answer.content
    assert [row["id"] for row in answer.json()["results"]] == [str(pk) for pk in ids(listing)]


@pytest.mark.parametrize("query", ["no_such_filter=1", "sort=password", "cursor=x", "limit=0", "stage=lost"])
def test_the_api_refuses_what_the_page_does_not_understand_at_the_same_name(operator, api, query):
    answer = api(operator).get("/api/v1/kols/", QueryDict(query))
    listing = read(KOLS, operator, query)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, list(listing.problems))


@every_list
def test_changing_the_order_goes_back_to_page_one(spec, operator):
    make_rows(spec.name, operator, 2)
    listing = read(spec, operator, f"limit=1&cursor={read(spec, operator, 'limit=1').page.next}")
    assert listing.page.start == 2
    assert "cursor" not in listing.url(sort=spec.sorts[0].key)
