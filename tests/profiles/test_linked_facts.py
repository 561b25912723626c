"""Conditions on the records that hang on a file and on attributes (issue 3; DOMAIN 3.2–3.11, 7.2)."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from kol_crm.core import lists, nested, saved_views
from kol_crm.core.actor import Actor
from kol_crm.core.conditions import Reader
from profiles import filterable
from profiles.models import Attribute, Kol, Tie
from profiles.services import attribute, birthday, event, need, promise, request, tie
from profiles.services import date as dates
from profiles.services.agency import named as agency_named
from profiles.views.list import KOLS
from tests.factories import NOW, make_kol
from tests.profiles.test_conditions import found, listing, problems

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def days(count):
    return TODAY + timedelta(days=count)


def one(user, *condition):
    return found(user, {"and": [list(condition)]})


def test_an_open_need_of_a_kind(operator, actor):
    money, met, none = (make_kol(operator, name=name) for name in ("money", "met", "none"))
    need.add(actor, money, {"kind": "money", "what": "A fee", "due_on": days(3)})
    need.add(actor, money, {"kind": "data", "what": "Figures", "due_on": days(40)})
    need.meet(actor.again(), need.add(actor, met, {"kind": "money", "what": "A fee"}))
    need.decline(actor.again(), need.add(actor, none, {"kind": "brand", "what": "A column"}), "Too dear")
    assert one(operator, "open_need", "is", ["money"]) == {"money"}
    assert one(operator, "open_need", "is", ["brand", "data"]) == {"money"}
    assert one(operator, "open_need", "is_not", ["money"]) == {"met", "none"}
    assert one(operator, "need_due", "within_next", 3) == {"money"}
    assert one(operator, "need_due", "within_next", 2) == set()
    assert one(operator, "met_need", "is", ["money"]) == {"met"}
    assert one(operator, "declined_need", "is", ["brand"]) == {"none"}


def test_promises_by_direction_and_whether_they_are_late(operator, actor):
    ours, theirs, kept = (make_kol(operator, name=name) for name in ("ours", "theirs", "kept"))
    promise.add(actor, ours, {"by": "us", "what": "A slot", "due_on": days(-1)})
    promise.add(actor, theirs, {"by": "kol", "what": "A talk", "due_on": days(5)})
    promise.keep(actor.again(), promise.add(actor, kept, {"by": "us", "what": "Tickets", "due_on": days(-9)}))
    assert one(operator, "open_promise", "is", ["us"]) == {"ours"}
    assert one(operator, "open_promise", "is", ["us", "kol"]) == {"ours", "theirs"}
    assert one(operator, "overdue_promise", "is", ["us", "kol"]) == {"ours"}
    assert one(operator, "overdue_promise", "is", ["kol"]) == set()
    assert one(operator, "our_promise_due", "more_than_ago", 0) == {"ours"}
    assert one(operator, "their_promise_due", "within_next", 5) == {"theirs"}
    assert one(operator, "kept_promise", "is", ["us"]) == {"kept"}
    assert one(operator, "broken_promise", "is", ["us"]) == set()


def test_what_is_due_today_is_not_late(operator, actor):
    promise.add(actor, make_kol(operator, name="A"), {"by": "us", "what": "A slot", "due_on": TODAY})
    assert one(operator, "overdue_promise", "is", ["us"]) == set()


def test_requests_open_due_and_answered_badly(operator, actor):
    waiting, late, sour = (make_kol(operator, name=name) for name in ("waiting", "late", "sour"))
    request.add(actor, waiting, {"what": "Where is my badge?", "due_on": days(2)})
    request.add(actor, late, {"what": "Why was it removed?", "due_on": days(-2)})
    answered = request.add(actor, sour, {"what": "Who pays?"})
    answered = request.answer(actor.again(), answered, "Nobody.")
    request.judge(actor.again(), answered, satisfied=False)
    assert one(operator, "open_request", "yes") == {"waiting", "late"}
    assert one(operator, "open_request", "no") == {"sour"}
    assert one(operator, "overdue_request", "yes") == {"late"}
    assert one(operator, "request_due", "within_next", 7) == {"waiting"}
    assert one(operator, "unsatisfied_request", "yes") == {"sour"}


def test_ties_are_read_from_both_ends_where_they_mean_the_same(operator, actor):
    a, b = make_kol(operator, name="a"), make_kol(operator, name="b")
    tie.add(actor, a, {"kind": "partner", "other": b})
    tie.add(actor, a, {"kind": "agent", "name": "Mr Lin"})
    tie.add(actor, b, {"kind": "rival", "name": "Gone", "ended_on": days(-1)})
    assert one(operator, "tie", "is", ["partner"]) == {"a", "b"}
    assert one(operator, "tie", "is", ["agent"]) == {"a"}
    assert one(operator, "tie", "is", ["rival"]) == set()


def test_a_tie_of_a_file_that_one_may_not_see_tells_nothing(operator, actor, stranger):
    mine, hidden = make_kol(operator, name="mine"), make_kol(stranger, name="hidden")
    Tie.objects.create(kol=hidden, other=mine, kind="partner", author=stranger, created_at=NOW)
    assert one(operator, "tie", "is", ["partner"]) == set()


def test_the_agencys_name_and_city(operator, actor):
    agency = agency_named(actor, "Sunny MCN")
    type(agency).objects.filter(pk=agency.pk).update(city="杭州")
    make_kol(operator, name="A", agency=agency)
    make_kol(operator, name="B")
    assert one(operator, "agency_city", "contains", "杭") == {"A"}
    assert one(operator, "agency_city", "contains_not", "杭") == {"B"}
    assert one(operator, "agency", "contains_not", "sunny") == {"B"}
    assert one(operator, "has_agency", "yes") == {"A"}
    assert one(operator, "has_agency", "no") == {"B"}


def test_accounts_whose_followers_are_old_or_unknown(operator):
    for name, on in (("fresh", days(-35)), ("stale", days(-36)), ("unknown", None)):
        kol = make_kol(operator, name=name, accounts=[{"platform": "weibo", "handle": name}])
        kol.accounts.update(followers=None if on is None else 1000, followers_on=on)
    assert one(operator, "stale_account", "is", ["weibo", "x"]) == {"stale"}
    assert one(operator, "stale_account", "is", ["x"]) == set()
    assert one(operator, "unknown_followers", "is", ["weibo"]) == {"unknown"}
    assert one(operator, "followers_on", "more_than_ago", 35) == {"stale"}


def test_life_events_and_important_dates(operator, actor):
    baby, wedding = make_kol(operator, name="baby"), make_kol(operator, name="wedding")
    event.add(actor, baby, {"what": "Baby is due", "year": 2026, "month": 12})
    past = event.add(actor, wedding, {"what": "Moved house", "year": 2026, "month": 12})
    event.attend(actor.again(), past)
    dates.add(actor, wedding, {"what": "Wedding day", "month": 12, "day": 1})
    assert one(operator, "life_event", "within_next", 8) == {"baby"}
    assert one(operator, "life_event_is", "contains", "baby") == {"baby"}
    assert one(operator, "important_date", "within_next", 8) == {"wedding"}
    assert one(operator, "important_date_is", "contains", "wedding") == {"wedding"}
    assert one(operator, "important_date", "within_last", 30) == set()


YEARLY = [
    ({"month": 11, "day": 23}, 0),
    ({"month": 11, "day": 9}, 14),
    ({"month": 11, "day": 8}, 15),
    ({"month": 11, "day": 24}, None),
    ({"month": 11, "day": 9, "year": 2030}, 14),
    ({"calendar": "lunar", "month": 10, "day": 15}, 0),  # 23 November 2026
    ({"calendar": "lunar", "month": 10, "day": 1}, 14),  # 9 November 2026
    ({"calendar": "lunar", "month": 9, "day": 29}, 16),  # 7 November 2026
    ({"month": 11}, None),
    ({}, None),
]


@pytest.mark.parametrize(("day", "ago"), YEARLY)
def test_days_that_came_round_lately(operator, actor, day, ago):
    born = {f"birth_{name}": value for name, value in day.items()}
    kol = make_kol(operator, name="A", **born)
    dates.add(actor, kol, {"what": "Wedding day", **day})
    for fact in ("birthday", "important_date"):
        for span in (0, 13, 14, 15, 16, 17):
            expected = {"A"} if ago is not None and ago <= span else set()
            assert one(operator, fact, "within_last", span) == expected, (fact, span)


def test_a_day_of_one_year_alone_came_in_that_year_alone(operator, actor):
    for year in (2025, 2026):
        kol = make_kol(operator, name=str(year))
        dates.add(actor, kol, {"what": "Launch", "yearly": False, "year": year, "month": 11, "day": 20})
    assert one(operator, "important_date", "within_last", 7) == {"2026"}


def test_over_the_end_of_a_year_and_on_29_february(operator):
    """Asked in the first days of January and of March, of a common year and of a leap year."""
    for name, month, day in (("eve", 12, 31), ("new year", 1, 1), ("leap", 2, 29), ("mid", 2, 14)):
        make_kol(operator, name=name, birth_month=month, birth_day=day)

    def lately(on, count):
        for kol in Kol.objects.all():
            Kol.objects.filter(pk=kol.pk).update(next_birthday=birthday.next_birthday(kol, on))
        reader = Reader(operator, on)
        tree = nested.dump({"and": [["birthday", "within_last", count]]})
        condition = nested.read(tree, filterable.facts(reader), reader).group.q(reader)
        return set(Kol.objects.filter(condition).values_list("name", flat=True))

    assert lately(date(2027, 1, 2), 2) == {"eve", "new year"}
    assert lately(date(2027, 1, 2), 1) == {"new year"}
    assert lately(date(2027, 3, 1), 1) == {"leap"}  # kept on the 28th
    assert lately(date(2027, 3, 1), 0) == set()
    assert lately(date(2028, 3, 1), 1) == {"leap"}  # on the 29th
    assert lately(date(2028, 2, 28), 5) == set()
    assert lately(date(2027, 6, 1), 366) == {"eve", "new year", "leap", "mid"}


def test_yearly_days_are_asked_back_a_year_at_most(operator):
    for fact in ("birthday", "important_date"):
        told = problems(operator, {"and": [[fact, "within_last", 367]]})
        assert told == {"where": ["and[0]: A whole number from 0 to 366."]}
        assert problems(operator, {"and": [[fact, "more_than_ago", 3]]})["where"][0].endswith(
            "cannot be asked so."
        )


METALS = [{"name_en": "Gold", "name_zh": "金"}, {"name_en": "Iron", "name_zh": "铁"}]


@pytest.fixture
def attributes(admin):
    made = {}
    for key, kind, more in (
        ("shoe", "number", {}),
        ("signed", "date", {}),
        ("plan", "choice", {"choices": METALS}),
        ("vegan", "yes_no", {}),
        ("motto", "text", {}),
        ("page", "link", {}),
    ):
        values = {"key": key, "kind": kind, "name_en": key.title(), "name_zh": f"字段{key}", **more}
        made[key] = attribute.create(Actor(admin, "page", NOW), values)
    return made


def test_attributes_are_asked_by_their_kind(operator, actor, attributes):
    make_kol(operator, name="none")
    make_kol(
        operator,
        name="A",
        attr_shoe="41.5",
        attr_signed=str(days(-3)),
        attr_plan="gold",
        attr_vegan=True,
        attr_motto="Slow is smooth",
        attr_page="https://a.example/x",
    )
    make_kol(operator, name="B", attr_shoe="38", attr_plan="iron", attr_vegan=False)
    for condition, names in (
        (("attr_shoe", "gte", "41.5"), {"A"}),
        (("attr_shoe", "lte", 40), {"B"}),
        (("attr_shoe", "empty"), {"none"}),
        (("attr_signed", "within_last", 3), {"A"}),
        (("attr_signed", "known"), {"A"}),
        (("attr_plan", "is", ["gold"]), {"A"}),
        (("attr_plan", "is", ["gold", "none"]), {"A", "none"}),
        (("attr_plan", "is_not", ["gold"]), {"B", "none"}),
        (("attr_vegan", "is", ["true"]), {"A"}),
        (("attr_vegan", "is", ["false"]), {"B"}),
        (("attr_vegan", "is", ["none"]), {"none"}),
        (("attr_motto", "contains", "smooth"), {"A"}),
        (("attr_page", "contains", "a.example"), {"A"}),
    ):
        assert one(operator, *condition) == names, condition
    assert problems(operator, {"and": [["attr_shoe", "gte", "wide"]]})["where"] == [
        "and[0]: This is not a number."
    ]


def test_a_retired_attribute_is_no_fact_any_more(operator, admin, attributes):
    attribute.retire(Actor(admin, "page", NOW), Attribute.objects.get(key="motto"))
    assert problems(operator, {"and": [["attr_motto", "contains", "x"]]})["where"] == [
        "and[0]: There is no such fact to filter by."
    ]


def test_attributes_are_looked_up_only_where_they_are_meant(operator, attributes):
    def asked(tree):
        with CaptureQueriesContext(connection) as queries:
            listing(operator, tree)
        return [q for q in queries.captured_queries if "profiles_attribute" in q["sql"]]

    assert not asked({"and": [["open_need", "is", ["money"]]]})
    assert asked({"and": [["attr_motto", "contains", "x"]]})


def test_page_and_api_ask_the_linked_records_alike(operator, actor, attributes, api):
    kol = make_kol(operator, name="A", attr_vegan=True)
    make_kol(operator, name="B", attr_vegan=True)
    need.add(actor, kol, {"kind": "money", "what": "A fee"})
    tree = nested.dump({"and": [["open_need", "is", ["money"]], ["attr_vegan", "is", ["true"]]]})
    answer = api(operator).get("/api/v1/kols/", {"where": tree})
    assert {row["name"] for row in answer.json()["results"]} == {"A"} == found(operator, tree)


def test_the_builder_offers_them_in_both_languages(operator, attributes):
    def labels():
        return {str(fact.label) for fact in filterable.facts(Reader(operator, TODAY))}

    assert {"Open need", "Overdue promise", "Agency’s city", "Followers out of date on", "Vegan"} <= labels()
    with translation.override("zh-hans"):
        assert {"待满足的需求", "逾期的承诺", "机构所在城市", "粉丝数已过期的平台", "字段vegan"} <= labels()
        assert not {label for label in labels() if label.isascii() and len(label) > 6}


def test_the_builder_draws_and_takes_them(operator, as_user, attributes):
    client = as_user(operator)
    tree = nested.dump({"and": [["open_need", "is", ["money"]], ["attr_shoe", "gte", "40"]]})
    page = client.get("/kols/where/", {"where": tree}).content.decode()
    assert '<option value="money" selected>' in page
    assert 'value="40"' in page
    listed = client.get("/kols/", {"where": tree}).content.decode()
    assert "Open need is Money" in listed
    assert "Shoe ≥ 40" in listed


def test_a_saved_view_keeps_them(operator, actor):
    kol = make_kol(operator, name="A")
    need.add(actor, kol, {"kind": "money", "what": "A fee"})
    make_kol(operator, name="B")
    query = QueryDict(mutable=True)
    query["where"] = nested.dump({"and": [["open_need", "is", ["money"]]]})
    view = saved_views.create(actor, "kols", {"name": "Wants money", "query": query.urlencode()})
    read = lists.read(KOLS, QueryDict(f"view={view.pk}"), operator, NOW)
    assert {row["name"] for row in read.rows} == {"A"}
