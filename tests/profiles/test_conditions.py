"""Nested conditions: AND, OR, NOT of facts, of linked records, of dates both ways (issue 3, Finding)."""

from datetime import timedelta

import pytest
from django.http import QueryDict

from kol_crm.core import lists, nested
from kol_crm.core.actor import Actor
from kol_crm.core.conditions import ChoiceFact, FlagFact, NumberFact, RatedFact, Reader, TextFact
from kol_crm.core.date_facts import DateFact
from lifecycle.services import privilege
from profiles import filterable
from profiles.models import Kol, LevelRecord
from profiles.services import kol as files
from profiles.services import quiet, touch
from profiles.services.agency import named as agency_named
from profiles.views.list import KOLS
from tests.factories import NOW, field, make_kol

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def days(count):
    return TODAY + timedelta(days=count)


def listing(user, tree, **more):
    params = QueryDict(mutable=True)
    params["where"] = tree if isinstance(tree, str) else nested.dump(tree)
    for name, value in more.items():
        params[name] = value
    return lists.read(KOLS, params, user, NOW)


def found(user, tree, **more):
    read = listing(user, tree, **more)
    assert not read.problems, read.problems
    return {row["name"] for row in read.rows}


def problems(user, tree):
    read = listing(user, tree)
    assert read.rows == []
    return read.problems


def put(kol, **figures):
    files.set_figures(kol.pk, **figures)
    return kol


@pytest.fixture
def five(operator):
    """A: mid-term, risky. B: mid-term, long untouched. C: mid-term. D: initial, risky. E: unknown."""
    make = {name: make_kol(operator, name=name) for name in "ABCDE"}
    put(make["A"], stage="mid_term", risk=80, last_touch_at=NOW)
    put(make["B"], stage="mid_term", risk=10, last_touch_at=NOW - timedelta(days=31))
    put(make["C"], stage="mid_term", risk=10, last_touch_at=NOW - timedelta(days=30))
    put(make["D"], stage="initial", risk=90, last_touch_at=NOW - timedelta(days=90))
    return make


MID, RISKY, LONG_AGO = (
    ["stage", "is", ["mid_term"]],
    ["risk", "gte", 70],
    ["last_touch", "more_than_ago", 30],
)


@pytest.mark.parametrize(
    ("tree", "names"),
    [
        ({"and": [MID, {"or": [RISKY, LONG_AGO]}]}, "AB"),
        ({"or": [{"and": [MID, RISKY]}, LONG_AGO]}, "ABD"),
        ({"and": [MID, RISKY]}, "A"),
        ({"or": [MID, RISKY]}, "ABCD"),
        ({"not": [MID, RISKY]}, "E"),
        ({"and": [MID, {"not": [RISKY]}]}, "BC"),
        ({"not": [{"not": [MID]}]}, "ABC"),
        ({"and": [["stage", "is_not", ["mid_term", "initial"]]]}, "E"),
        ({"and": [["risk", "empty"]]}, "E"),
        ({"and": [["risk", "known"]]}, "ABCD"),
        ({"and": [["risk", "lte", "10"]]}, "BC"),
        ({"and": [["risk", "eq", 80]]}, "A"),
    ],
)
def test_groups_nest(operator, five, tree, names):
    assert found(operator, tree) == set(names)


def test_conditions_and_plain_filters_both_hold(operator, five):
    assert found(operator, {"and": [RISKY]}, stage="initial") == {"D"}


@pytest.mark.parametrize(
    ("operator_key", "value", "offsets"),
    [
        ("more_than_ago", 2, [-3]),
        ("within_last", 2, [-2, -1, 0]),
        ("within_next", 2, [0, 1, 2]),
        ("more_than_ahead", 2, [3]),
        ("within_last", 0, [0]),
        ("before", str(days(-1)), [-3, -2]),
        ("on", str(days(-1)), [-1]),
        ("after", str(days(1)), [2, 3]),
        ("known", None, [-3, -2, -1, 0, 1, 2, 3]),
        ("empty", None, [None]),
    ],
)
@pytest.mark.parametrize(
    ("fact", "column", "moment"),
    [
        ("next_due", "next_due", False),
        ("stage_since", "stage_since", False),
        ("last_touch", "last_touch_at", True),
    ],
)
def test_dates_are_asked_both_ways_by_the_readers_day(
    operator, fact, column, moment, operator_key, value, offsets
):
    for offset in (-3, -2, -1, 0, 1, 2, 3, None):
        at = None if offset is None else (NOW + timedelta(days=offset) if moment else days(offset))
        put(make_kol(operator, name=str(offset)), **{column: at})
    condition = [fact, operator_key] if value is None else [fact, operator_key, value]
    assert found(operator, {"and": [condition]}) == {str(offset) for offset in offsets}


def test_a_moment_belongs_to_the_readers_day(operator, settings):
    late = NOW.replace(hour=0, minute=5)
    put(make_kol(operator, name="just today"), last_touch_at=late)
    put(make_kol(operator, name="yesterday"), last_touch_at=late - timedelta(minutes=10))
    assert found(operator, {"and": [["last_touch", "within_last", 0]]}) == {"just today"}
    assert found(operator, {"and": [["last_touch", "more_than_ago", 0]]}) == {"yesterday"}


def test_a_birthday_in_the_next_days(operator):
    for offset in (0, 14, 15):
        on = days(offset)
        make_kol(operator, name=str(offset), birth_month=on.month, birth_day=on.day)
    make_kol(operator, name="unknown")
    assert found(operator, {"and": [["birthday", "within_next", 14]]}) == {"0", "14"}
    assert found(operator, {"and": [["birthday", "more_than_ahead", 14]]}) == {"15"}
    assert found(operator, {"and": [["birthday", "empty"]]}) == {"unknown"}


def test_linked_records_are_asked(operator, actor):
    runner = make_kol(
        operator,
        name="runner",
        fields=[(field("running"), 4), (field("cooking"), 1)],
        accounts=[{"platform": "weibo", "handle": "runner"}, {"platform": "douyin", "handle": "runs"}],
        credentials="Wrote a book on content operation",
        tags=["Talks"],
        agency=agency_named(actor, "Sunny MCN"),
    )
    make_kol(operator, name="other")
    runner.accounts.filter(platform="weibo").update(followers=12_000)
    runner.accounts.filter(platform="douyin").update(followers=90_000)
    yes = (
        ["field", "is", ["running"]],
        ["field_strength", "gte", ["running", 4]],
        ["field_strength", "lte", ["cooking", 1]],
        ["platform", "is", ["weibo", "x"]],
        ["account_followers", "gte", ["weibo", "1.2万"]],
        ["account_followers", "gte", ["douyin", 90000]],
        ["credentials", "contains", "content OPERATION"],
        ["tag", "is", ["Talks"]],
        ["agency", "contains", "sunny"],
    )
    no = (
        ["field_strength", "gte", ["cooking", 4]],
        ["account_followers", "gte", ["weibo", 90000]],
        ["platform", "is", ["x"]],
    )
    for condition in yes:
        assert found(operator, {"and": [condition]}) == {"runner"}, condition
    for condition in no:
        assert found(operator, {"and": [condition]}) == set(), condition
    assert found(operator, {"not": [["agency", "contains", "sunny"]]}) == {"other"}
    assert found(operator, {"and": [["agency", "contains_not", "sunny"]]}) == {"other"}


def test_the_latest_level_counts(operator):
    kol = make_kol(operator, name="risen")
    for since in (days(-100), days(-5)):
        LevelRecord.objects.create(kol=kol, level="nano", since=since, at=NOW)
    assert found(operator, {"and": [["level_since", "within_last", 10]]}) == {"risen"}
    assert found(operator, {"and": [["level_since", "more_than_ago", 50]]}) == set()


def test_names_quiet_marks_and_owners_are_asked(operator, colleague, actor):
    make_kol(operator, name="李健")
    mourning = make_kol(operator, name="王思雨")
    quiet.set_mark(actor, mourning, "mourning")
    make_kol(colleague, name="陈可欣")
    assert found(operator, {"and": [["name", "contains", "li3 jian4"]]}) == {"李健"}
    assert found(operator, {"and": [["quiet", "yes"]]}) == {"王思雨"}
    assert found(operator, {"and": [["owner", "is", ["me"]], ["quiet", "no"]]}) == {"李健"}
    assert found(operator, {"and": [["owner", "is_not", ["me"]]]}) == {"陈可欣"}


def test_nobody_sees_more_by_conditions(operator, stranger):
    make_kol(operator, name="A")
    for tree in ({"or": [["stage", "is", ["introduction"]]]}, {"not": [["stage", "is", ["late"]]]}):
        assert found(stranger, tree) == set()


BAD = {
    "x": "These conditions are no JSON.",
    "[" * 3000: "These conditions are no JSON.",
    '{"and":[["risk","gte",NaN]]}': "These conditions are no JSON.",
    "[]": "A group is “and”, “or” or “not” with a list of conditions.",
    '{"and":[]}': "This group has no condition.",
    '{"and":[],"or":[]}': "A group is “and”, “or” or “not” with a list of conditions.",
    '{"and":[["quiet","no"],{"or":[["secret","is"]]}]}': "and[1].or[0]: There is no such fact to filter by.",
    '{"and":[["contacts","is","x"]]}': "and[0]: There is no such fact to filter by.",
    '{"and":[["risk","is",["x"]]]}': "and[0]: “Risk” cannot be asked so.",
    '{"and":[["risk","gte","many"]]}': "and[0]: A whole number from 0 to 1000000000000000.",
    '{"and":[["followers","gte","many"]]}': "and[0]: This is not a figure.",
    '{"and":[["followers","gte",true]]}': "and[0]: This is not a figure.",
    '{"and":[["stage","is",["lost"]]]}': "and[0]: “lost” is no choice here.",
    '{"and":[["stage","is",[]]]}': "and[0]: Choose at least one.",
    '{"and":[["stage","is",[{}]]]}': "and[0]: “{}” is no choice here.",
    '{"and":[["owner","is",["stranger"]]]}': "and[0]: “stranger” is no choice here.",
    '{"and":[["last_touch","more_than_ago",-1]]}': "and[0]: A whole number from 0 to 3660.",
    '{"and":[["last_touch","before","soon"]]}': "and[0]: A date as YYYY-MM-DD.",
    '{"and":[["last_touch","before","2026-02-30"]]}': "and[0]: A date as YYYY-MM-DD.",
    '{"and":[["risk","known",3]]}': "and[0]: Nothing stands beside this.",
    '{"and":[["account_followers","gte","weibo"]]}': "and[0]: Choose one, and say how much.",
    '{"and":[["account_followers","gte",[["weibo"],1]]]}': "and[0]: “['weibo']” is no choice here.",
    '{"and":[["field_strength","gte",["running",9]]]}': "and[0]: Strength is a number from 1 to 5.",
    '{"and":["risk"]}': "and[0]: A condition is a fact, an operator and a value.",
    '{"and":[{"or":[{"and":[{"or":[{"and":[["quiet","yes"]]}]}]}]}]}': (
        "and[0].or[0].and[0].or[0]: At most 4 groups in one another."
    ),
}


@pytest.mark.parametrize(("text", "message"), BAD.items(), ids=range(len(BAD)))
def test_what_is_not_understood_shows_nothing_and_says_where(operator, stranger, text, message):
    make_kol(operator, name="A")
    assert problems(operator, text) == {"where": [message]}


def test_all_that_is_wrong_is_told_at_once(operator):
    told = problems(operator, {"and": [["no"], ["risk", "gte", "x"], {"or": [["stage", "is", ["x"]]]}]})
    assert [message.split(":")[0] for message in told["where"]] == ["and[0]", "and[1]", "and[2].or[0]"]


def test_conditions_are_bounded(operator):
    many = {"and": [["quiet", "yes"]] * 31}
    assert problems(operator, many)["where"] == ["and[30]: At most 30 conditions."]
    assert "where" in problems(operator, {"and": [["name", "contains", "x" * 101]]})
    assert "where" in problems(operator, '{"and":[["name","contains","' + "x" * 4000 + '"]]}')


@pytest.mark.parametrize("term", ["13812348000", "8000", "siyu@mail.example", "微信: siyu_88"])
@pytest.mark.parametrize("fact", ["name", "city", "credentials", "how_met", "agency"])
def test_what_reads_as_contact_data_is_refused(operator, fact, term):
    [message] = problems(operator, {"and": [[fact, "contains", term]]})["where"]
    assert message.startswith("and[0]: This reads as contact data.")
    assert term not in message


def test_no_fact_asks_for_contact_data_or_money(operator):
    facts = filterable.facts(Reader(operator, TODAY))
    columns = {fact.column for fact in facts if isinstance(fact, DateFact | NumberFact)}
    assert not [column for column in columns if "contact" in column or "quote" in column]
    text = " ".join(str(fact.ask("x", None)) for fact in facts if isinstance(fact, TextFact))
    assert not {"contacts", "sealed", "digest", "masked", "amount"} & set(text.replace("'", " ").split())


def test_every_fact_answers_every_operator(operator, actor):
    """Each is asked once, so that none names a column that is not there."""
    kol = make_kol(operator, name="A", tags=["Talks"])
    touch.log(actor, kol, channel="wechat", began="us", text="hello")
    offered = {"name_en": "VIP area", "name_zh": "贵宾区", "levels": ["nano"], "stages": ["initial"]}
    privilege.create_kind(Actor(None, "command", NOW), offered)
    reader = Reader(operator, TODAY)
    facts = filterable.facts(reader)
    assert len({fact.name for fact in facts}) == len(facts)
    for fact in facts:
        for sign in fact.operators():
            value = sample(fact, sign, reader)
            condition = [fact.name, sign.key] if value is None else [fact.name, sign.key, value]
            read = nested.read(nested.dump({"and": [condition]}), facts, reader)
            assert not read.problems, condition
            assert Kol.objects.filter(read.group.q(reader)).count() in (0, 1)
            assert str(fact.label) in read.group.words(reader)


def sample(fact, sign, reader):
    match sign.takes:
        case "days":
            return 30
        case "day":
            return str(TODAY)
        case "number":
            return 3
        case "text":
            return "abc"
        case "values":
            return [next(iter(fact.options(reader)))[0]]
        case "rated":
            return [next(iter(fact.options(reader)))[0], 3]
    return None


def test_conditions_read_as_a_sentence(operator):
    reader = Reader(operator, TODAY)
    tree = {"and": [MID, {"or": [RISKY, LONG_AGO]}, {"not": [["quiet", "yes"]]}]}
    group = nested.read(nested.dump(tree), filterable.facts(reader), reader).group
    assert group.words(reader) == (
        "Stage is Mid-term AND (Risk ≥ 70 OR Last touch more than 30 days ago) AND NOT (Quiet mark yes)"
    )


def test_page_and_api_agree_and_the_api_says_where_it_does_not_understand(operator, five, api):
    tree = nested.dump({"and": [MID, {"or": [RISKY, ["risk", "empty"]]}]})
    answer = api(operator).get("/api/v1/kols/", {"where": tree})
    assert {row["name"] for row in answer.json()["results"]} == {"A"} == found(operator, tree)
    refused = api(operator).get("/api/v1/kols/", {"where": '{"and":[["risk","gte",70],["no","is","x"]]}'})
    assert refused.status_code == 400
    assert refused.json()["errors"]["where"] == ["and[1]: There is no such fact to filter by."]


def test_the_kinds_of_facts_are_all_in_use(operator):
    kinds = {type(fact) for fact in filterable.facts(Reader(operator, TODAY))}
    assert kinds == {ChoiceFact, DateFact, FlagFact, NumberFact, RatedFact, TextFact}
