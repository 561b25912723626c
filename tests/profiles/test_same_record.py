"""Conditions on one kind of linked record in one AND group are met by one record (issue 3; docs/lists.md)."""

from datetime import timedelta

import pytest
from django.db.models import Q
from django.http import QueryDict
from django.utils import translation

from kol_crm.core import lists, nested, saved_views
from kol_crm.core.conditions import Reader
from kol_crm.core.same_record import Records, clusters
from profiles import filterable
from profiles.models import Kol
from profiles.services import date as dates
from profiles.services import event, need, promise, request
from profiles.views.list import KOLS
from tests.factories import NOW, make_kol
from tests.profiles.test_conditions import found, problems

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def days(count):
    return TODAY + timedelta(days=count)


def all_of(user, *conditions):
    return found(user, {"and": list(conditions)})


MONEY, SOON = ["open_need", "is", ["money"]], ["need_due", "before", days(10).isoformat()]


@pytest.fixture
def needs(operator, actor):
    """One file with a need that meets both, one with two needs of which each meets one."""
    both, apart = make_kol(operator, name="both"), make_kol(operator, name="apart")
    need.add(actor, both, {"kind": "money", "what": "A fee", "due_on": days(5)})
    need.add(actor, both, {"kind": "data", "what": "Figures", "due_on": days(50)})
    need.add(actor, apart, {"kind": "money", "what": "A fee", "due_on": days(50)})
    need.add(actor, apart, {"kind": "data", "what": "Figures", "due_on": days(5)})
    return both, apart


def test_one_need_meets_both_conditions(needs, operator):
    assert all_of(operator, MONEY) == all_of(operator, SOON) == {"both", "apart"}
    assert all_of(operator, MONEY, SOON) == {"both"}
    assert all_of(operator, SOON, ["stage", "is", ["introduction"]], MONEY) == {"both"}


def test_another_group_asks_for_another_record(needs, operator):
    assert all_of(operator, MONEY, {"and": [SOON]}) == {"both", "apart"}
    assert found(operator, {"or": [MONEY, SOON]}) == {"both", "apart"}
    assert all_of(operator, {"and": [MONEY, SOON]}, ["stage", "is", ["introduction"]]) == {"both"}
    assert found(operator, {"not": [{"and": [MONEY, SOON]}]}) == {"apart"}


def test_two_days_are_of_one_record(needs, operator):
    window = ["need_due", "after", days(6).isoformat()], ["need_due", "before", days(49).isoformat()]
    assert all_of(operator, *window) == set()  # one need before it and one behind it do not lie in it


def test_two_kinds_are_two_records_and_the_day_is_of_one_of_them(needs, operator, actor):
    data = ["open_need", "is", ["data"]]
    assert all_of(operator, MONEY, data) == {"both", "apart"}
    assert all_of(operator, MONEY, data, SOON) == {"both", "apart"}
    assert all_of(operator, MONEY, data, ["need_due", "before", days(4).isoformat()]) == set()


def test_what_denies_speaks_of_no_record(needs, operator, actor):
    """ "Is not data" says that there is no need for data at all."""
    assert all_of(operator, ["open_need", "is_not", ["data"]], SOON) == set()
    only = make_kol(operator, name="only")
    need.add(actor, only, {"kind": "money", "what": "A fee", "due_on": days(5)})
    assert all_of(operator, ["open_need", "is_not", ["data"]], SOON) == {"only"}


def test_promises_requests_dates_and_events(operator, actor):
    both, apart = make_kol(operator, name="both"), make_kol(operator, name="apart")
    promise.add(actor, both, {"by": "us", "what": "x", "due_on": days(-3)})
    promise.add(actor, apart, {"by": "us", "what": "x", "due_on": days(30)})
    promise.add(actor, apart, {"by": "kol", "what": "x", "due_on": days(-3)})
    ours_late = ["open_promise", "is", ["us"]], ["overdue_promise", "is", ["us", "kol"]]
    assert all_of(operator, *ours_late) == {"both"}
    assert all_of(operator, ["our_promise_due", "after", days(9).isoformat()], ours_late[1]) == set()
    assert all_of(operator, ["our_promise_due", "known"], ["their_promise_due", "known"]) == {"apart"}

    request.add(actor, both, {"what": "x", "due_on": days(-2)})
    request.add(actor, apart, {"what": "x", "due_on": days(-9)})
    request.add(actor, apart, {"what": "x", "due_on": days(9)})
    late_lately = ["overdue_request", "yes"], ["request_due", "more_than_ahead", 5]
    assert all_of(operator, *late_lately) == set()
    assert all_of(operator, ["overdue_request", "yes"], ["request_due", "within_last", 5]) == {"both"}

    for kol, what, other in ((both, "Wedding day", "Launch"), (apart, "Launch", "Wedding day")):
        dates.add(actor, kol, {"what": what, "month": 11, "day": 25})
        dates.add(actor, kol, {"what": other, "month": 11, "day": 20})
        event.add(actor, kol, {"what": what, "year": 2026, "month": 12, "day": 1})
        event.add(actor, kol, {"what": other, "year": 2027, "month": 12, "day": 1})
    wedding = ["important_date_is", "contains", "wedding"]
    assert all_of(operator, wedding, ["important_date", "within_next", 5]) == {"both"}
    assert all_of(operator, wedding, ["important_date", "within_last", 5]) == {"apart"}
    assert all_of(operator, ["life_event_is", "contains", "launch"], ["life_event", "within_next", 30]) == {
        "apart"
    }


def test_accounts_of_one_platform_are_one_account_those_of_two_are_two(operator):
    for name, weibo, bilibili in (("both", (9000, -50), (100, -1)), ("apart", (9000, -1), (100, -50))):
        accounts = [{"platform": platform, "handle": name} for platform in ("weibo", "bilibili")]
        kol = make_kol(operator, name=name, accounts=accounts)
        for platform, (followers, on) in (("weibo", weibo), ("bilibili", bilibili)):
            kol.accounts.filter(platform=platform).update(followers=followers, followers_on=days(on))
    old = ["followers_on", "more_than_ago", 30]
    assert all_of(operator, ["account_followers", "gte", ["weibo", "5000"]], old) == {"both"}
    assert all_of(operator, ["platform", "is", ["bilibili"]], old) == {"apart"}
    assert all_of(operator, ["platform", "is", ["weibo"]], ["platform", "is", ["bilibili"]]) == {
        "both",
        "apart",
    }
    two = ["account_followers", "gte", ["weibo", "5000"]], ["account_followers", "lte", ["bilibili", "500"]]
    assert all_of(operator, *two) == {"both", "apart"}


class Part:
    def __init__(self, records, *names):
        self.records, self.names = records, frozenset(names)


def test_which_conditions_are_of_one_record():
    one, other = Records("one", Q), Records("other", Q)

    def of(*parts):
        return [(cluster.records.label, cluster.each, cluster.loose) for cluster in clusters(parts)]

    assert of(Part(None), Part(one)) == [("one", [[1]], [])]
    assert of(Part(one), Part(other), Part(one, "a")) == [("one", [[0, 2]], []), ("other", [[1]], [])]
    assert of(Part(one, "a"), Part(one, "b")) == [("one", [[0], [1]], [])]
    assert of(Part(one, "a", "b"), Part(one), Part(one, "b"), Part(one, "a")) == [("one", [[0, 2], [3]], [1])]


def test_a_question_to_one_kind_of_record_is_one_subquery(operator):
    reader = Reader(operator, TODAY)
    tree = nested.dump({"and": [MONEY, SOON]})
    condition = nested.read(tree, filterable.facts(reader), reader).group.q(reader)
    assert str(Kol.objects.filter(condition).query).count("EXISTS") == 1


def test_the_chip_and_the_builder_say_so(needs, operator, as_user):
    client, tree = as_user(operator), nested.dump({"and": [MONEY, ["stage", "is", ["introduction"]], SOON]})
    page = client.get("/kols/", {"where": tree}).content.decode().replace("\xa0", " ")
    words = "Open need is Money [the same record: Open need, to come back to before 3 Dec 2026]"
    assert words in page
    assert page.count("data-remove-filter") == 2  # the two go together
    drawn = client.get("/kols/where/", {"where": tree}).content.decode()
    assert "by one open need" in drawn
    assert "by the same open need" in drawn
    assert drawn.count("where-same") == 2
    apart = nested.dump({"and": [MONEY, ["open_need", "is", ["data"]], SOON]})
    drawn = client.get("/kols/where/", {"where": apart}).content.decode()
    assert drawn.count("by one open need of its own") == 2
    assert "by one of these: open need" in drawn
    either = nested.dump({"or": [MONEY, SOON]})
    assert "where-same" not in client.get("/kols/where/", {"where": either}).content.decode()


def test_they_are_said_in_chinese(operator):
    with translation.override("zh-hans"):
        reader = Reader(operator, TODAY)
        tree = nested.dump({"and": [MONEY, SOON]})
        words = nested.read(tree, filterable.facts(reader), reader).group.words(reader)
    assert "同一条" in words


@pytest.mark.parametrize("words", ["fee 13800138000", "write to lin@example.com now"])
def test_a_phone_or_mail_within_the_words_is_refused_too(operator, words):
    told = problems(operator, {"and": [["city", "contains", words]]})["where"]
    assert told[0].startswith("and[0]: This reads as contact data.")


def test_a_saved_view_and_the_api_ask_alike(needs, operator, actor, api):
    tree = nested.dump({"and": [MONEY, SOON]})
    query = QueryDict(mutable=True)
    query["where"] = tree
    view = saved_views.create(actor.again(), "kols", {"name": "Money soon", "query": query.urlencode()})
    read = lists.read(KOLS, QueryDict(f"view={view.pk}"), operator, NOW)
    assert [row["name"] for row in read.rows] == ["both"]
    view.refresh_from_db()
    assert QueryDict(view.query)["where"] == tree
    answer = api(operator).get("/api/v1/kols/", {"where": tree}).json()
    assert [row["name"] for row in answer["results"]] == ["both"]
