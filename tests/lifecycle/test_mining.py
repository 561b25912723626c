"""Mining the platform's own users (DOMAIN 4.6)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.models import Change
from lifecycle import suggestions
from lifecycle.models import Candidate, PlatformUser
from lifecycle.rules import mining as rules
from lifecycle.services import mining as verbs
from lifecycle.services import stage
from profiles.models import Kol
from tests.factories import NOW, field, make_account, make_kol
from tests.lifecycle.factories import make_programme
from tests.permissions.asking import state

pytestmark = pytest.mark.django_db
DAY = NOW.date()


def act(user, **later) -> Actor:
    return Actor(user, "page", NOW + timedelta(**later))


def row(key, quality=70, activity=1, **more) -> dict:
    return {
        "external_id": key,
        "field": field("running"),
        "output": 5,
        "quality": quality,
        "activity": activity,
    } | more


@pytest.fixture
def feed(admin):
    return lambda *rows, **later: verbs.take_feed(act(admin, **later), list(rows))


def names(programme=None) -> list[str]:
    return [one.user.external_id for one in suggestions.best([field("running")], DAY)]


def reasons(reader) -> dict[str, str]:
    return {one.user.external_id: one.reason for one in suggestions.left_out([field("running")], DAY, reader)}


def user(key) -> PlatformUser:
    return PlatformUser.objects.get(external_id=key)


def test_five_excellent_items_outrank_500_ordinary_ones(feed):
    feed(row("busy", 30, 9_000, output=500), row("fine", 92, 3, output=5))
    assert names() == ["fine", "busy"]


def test_activity_breaks_ties_inside_a_band_whatever_the_quality_there(feed):
    feed(row("a", 81, 5), row("b", 99, 4), row("c", 60, 10**6), row("d", 85, 7))
    assert names() == ["d", "a", "b", "c"]


def test_the_database_sorts_as_the_rule_does(feed):
    feed(*(row(f"u{n}", (n * 37) % 101, (n * 53) % 97) for n in range(40)))
    every = PlatformUser.objects.all()
    expected = sorted(every, key=lambda one: (rules.order(one.quality, one.activity), str(one.pk)))
    assert names() == [one.external_id for one in expected]


def test_the_known_are_left_out_with_the_reason(feed, operator, stranger):
    mine, theirs = make_kol(operator, "Mine"), make_kol(stranger, "Theirs")
    make_account(mine, external_id="u1", handle="one")
    make_account(theirs, external_id="", handle="Two")
    feed(row("u1"), row("u2", handle="@two"), row("u3"))
    assert names() == ["u3"]
    assert reasons(operator) == {
        "u1": "On file already",
        "u2": "already on file with team West, ask Stranger",
    }
    [shown] = [one for one in suggestions.left_out([field("running")], DAY, operator) if one.kol]
    assert shown.kol == mine


def test_the_refused_are_left_out_with_the_reason(feed, operator):
    kol = make_kol(operator)
    make_account(kol, external_id="u1")
    stage.move(act(operator), kol, "departed", cause="refused")
    feed(row("u1"))
    assert (names(), reasons(operator)) == ([], {"u1": "Refused us"})


def test_the_rejected_are_left_out_until_their_date(feed, operator):
    feed(row("u1"), row("u2"))
    verbs.reject(act(operator), user("u1"), "sells supplements")
    verbs.reject(act(operator), user("u2"), "too young", DAY + timedelta(days=30))
    assert names() == []
    assert reasons(operator)["u1"] == "Rejected by Operator: sells supplements"
    later = suggestions.best([field("running")], DAY + timedelta(days=30))
    assert [one.user.external_id for one in later] == ["u2"]


def test_a_feed_that_comes_again_leaves_decisions_as_they_are(feed, operator):
    feed(row("u1"))
    verbs.reject(act(operator), user("u1"), "no")
    assert feed(row("u1", 99), row("u2"), days=1) == (1, 1, 0)
    assert (user("u1").state, user("u1").quality) == ("rejected", 99)
    assert feed(row("u1", 99), row("u2"), days=2) == (0, 0, 2)


def test_those_of_unknown_quality_are_not_suggested(feed, operator):
    feed(row("u1", None))
    assert (names(), reasons(operator)) == ([], {"u1": "No quality known"})


def test_who_else_knows_of_a_no_go_says_so(feed, operator, monkeypatch):
    feed(row("u1"), row("u2"))
    point = suggestions.ExtensionPoint("no-go")
    point.register(
        "memory", lambda users, _day: {one.pk: "No-go" for one in users if one.external_id == "u1"}
    )
    monkeypatch.setattr(suggestions, "no_go", point)
    assert (names(), reasons(operator)) == (["u2"], {"u1": "No-go"})
    with pytest.raises(Refused):
        verbs.take_on(act(operator), user("u1"), make_programme(operator), {"highlight": "x"})


def test_taking_one_on_asks_for_the_highlight(feed, operator):
    feed(row("u1"))
    programme, before = make_programme(operator), state()
    with pytest.raises(ValidationError) as refused:
        verbs.take_on(act(operator), user("u1"), programme, {"highlight": " "})
    assert set(refused.value.message_dict) == {"highlight"}
    assert state() == before


def test_taking_one_on_makes_a_file_and_a_candidate_of_the_own_platform(feed, operator):
    feed(row("u1", name="许燃", handle="xuran"))
    programme = make_programme(operator)
    made = verbs.take_on(act(operator), user("u1"), programme, {"highlight": "Plans that beginners finish"})
    assert (made.source, made.highlight, made.kol.name) == ("internal", "Plans that beginners finish", "许燃")
    assert made.kol.main_field == field("running")
    account = made.kol.accounts.get()
    assert (account.platform, account.external_id, account.handle) == ("own", "u1", "xuran")
    assert (user("u1").state, user("u1").candidate, user("u1").decided_by) == ("taken", made, operator)
    assert names() == []


@pytest.mark.parametrize("how", ["taken", "rejected", "known"])
def test_who_is_no_longer_suggested_is_not_taken_on(feed, operator, how):
    feed(row("u1"))
    programme = make_programme(operator)
    if how == "taken":
        verbs.take_on(act(operator), user("u1"), programme, {"highlight": "x"})
    elif how == "rejected":
        verbs.reject(act(operator), user("u1"), "no")
    else:
        make_account(make_kol(operator), external_id="u1")
    before = state()
    with pytest.raises(Refused) as refused:
        verbs.take_on(act(operator), user("u1"), programme, {"highlight": "x"})
    assert refused.value.code == "not_suggested"
    assert state() == before


def test_a_refused_candidacy_makes_no_file_either(feed, operator, stranger):
    feed(row("u1"))
    programme, before = make_programme(operator), state()
    with pytest.raises(PermissionDenied):
        verbs.take_on(act(stranger), user("u1"), programme, {"highlight": "x"})
    assert state() == before
    assert not Kol.objects.exists()
    assert not Candidate.objects.exists()


def test_a_rejection_says_why_and_is_taken_back(feed, operator):
    feed(row("u1"))
    before = state()
    for why, day, at in (("", None, {"why"}), ("x", DAY, {"look_again_on"})):
        with pytest.raises(ValidationError) as refused:
            verbs.reject(act(operator), user("u1"), why, day)
        assert set(refused.value.message_dict) == at
    assert state() == before
    verbs.reject(act(operator), user("u1"), "no")
    verbs.suggest_again(act(operator), user("u1"))
    assert names() == ["u1"]


@pytest.mark.parametrize(
    ("more", "at"),
    [
        ({"quality": Decimal(101)}, "rows.1.quality"),
        ({"quality": Decimal(-1)}, "rows.1.quality"),
        ({"output": -1}, "rows.1.output"),
        ({"external_id": ""}, "rows.1.external_id"),
        ({"external_id": "u0"}, "rows.1.external_id"),
        ({"name": "x" * 121}, "rows.1.name"),
    ],
)
def test_a_wrong_row_is_named_and_no_row_of_the_feed_is_taken(feed, more, at):
    before = state()
    with pytest.raises(ValidationError) as refused:
        feed(row("u0"), {**row("u1"), **more})
    assert set(refused.value.message_dict) == {at}
    assert state() == before


def test_an_operator_takes_in_no_feed(operator):
    before = state()
    with pytest.raises(PermissionDenied):
        verbs.take_feed(act(operator), [row("u1")])
    assert state() == before


def test_what_the_feed_changed_stands_in_the_history(feed, admin):
    feed(row("u1"))
    feed(row("u1", 99), days=1)
    told = Change.objects.filter(root=user("u1").pk, field="quality")
    assert [(one.before, one.after) for one in told] == [("70.00", "99.00")]
