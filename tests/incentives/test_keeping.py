"""Bond and loss risk of files: loaded, stored, followed (DOMAIN 3.13, 7.6, 7.7)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incentives import keeping, keeping_words
from incentives.models import IncentivePlan, PlanItem
from incentives.services import keeping as verbs
from kol_crm.core import policy
from kol_crm.core.actor import Actor
from kol_crm.core.models import Dirty
from lifecycle import evidence
from lifecycle.models import Exclusivity, Stay
from lifecycle.services import community, conflict, platform_role
from profiles.models import Kol, Stage
from profiles.services import figures, need, tie, touch
from tests.factories import NOW, make_account, make_kol
from tests.incentives.value import DAY, enter

pytestmark = pytest.mark.django_db
JOB = Actor.job(NOW)


def stored(kol) -> tuple:
    return Kol.objects.values_list("bond", "risk").get(pk=kol.pk)


def points(score) -> dict:
    return {part.key: part.points for part in score.parts}


def record(actor, account, metric, value, start, end) -> None:
    row = figures.NewFigure(account.pk, metric, Decimal(value), start, end, "manual")
    figures.record(actor.again(), [row])


def share(kol, **values) -> PlanItem:
    plan = IncentivePlan.objects.create(kol=kol, title="Plan", state="active", created_at=NOW)
    given = {"kind": "profit_share", "what": "5 % of sales", "pay": "profit_share", **values}
    return PlanItem.objects.create(plan=plan, **given)


def exclusive(kol, ends_on, **values) -> Exclusivity:
    values = {"scope": "Video", "starts_on": DAY - timedelta(days=30), "created_at": NOW} | values
    return Exclusivity.objects.create(kol=kol, ends_on=ends_on, **values)


@pytest.fixture
def bound(actor, kol):
    """One of each tie, two needs of which one is met, followers here and elsewhere."""
    enter(kol, DAY - timedelta(days=60))
    own, other = make_account(kol), make_account(kol, "weibo", "siyu_w")
    record(actor, own, "followers", 3000, DAY, DAY)
    record(actor, other, "followers", 7000, DAY, DAY)
    share(kol, ends_on=DAY + timedelta(days=200))
    exclusive(kol, DAY + timedelta(days=90))
    platform_role.give(actor.again(), kol, "mentor", DAY)
    tie.add(actor.again(), kol, {"kind": "friend", "name": "李雷"})
    tie.add(actor.again(), kol, {"kind": "rival", "name": "韩梅梅"})
    met = need.add(actor.again(), kol, {"kind": "data", "what": "Reading times", "due_on": DAY})
    need.meet(actor.again(), met)
    need.add(actor.again(), kol, {"kind": "money", "what": "More", "due_on": DAY})
    return kol


def test_7_6_bond_is_loaded_from_every_tie_on_file(bound):
    found = keeping.of_file(bound.pk, DAY)
    assert {key: round(value, 2) for key, value in points(found.bond).items()} == {
        "fans": 9,
        "share": 20,
        "exclusivity": 15,
        "role": 10,
        "friends": Decimal("3.33"),
        "community": 0,
        "needs": 5,
    }
    assert found.bond.value == 62


def test_7_6_what_has_ended_or_is_not_in_force_binds_nobody(actor, kol):
    yesterday = DAY - timedelta(days=1)
    share(kol, ends_on=yesterday)
    share(kol, pay="buyout")
    IncentivePlan.objects.create(kol=kol, title="Draft", created_at=NOW).items.create(
        kind="profit_share", what="x", pay="profit_share"
    )
    share(kol, pay="continuous", due_on=DAY + timedelta(days=1))
    exclusive(kol, yesterday)
    exclusive(kol, DAY + timedelta(days=9), ended_on=yesterday, ended_why="broken")
    tie.add(actor.again(), kol, {"kind": "friend", "name": "李雷", "ended_on": yesterday})
    found = points(keeping.of_file(kol.pk, DAY).bond)
    assert {found[part] for part in ("share", "exclusivity", "role", "friends", "community")} == {0}


def test_7_6_stale_followers_are_no_fans(actor, kol):
    record(actor, make_account(kol), "followers", 3000, *[DAY - timedelta(days=36)] * 2)
    assert "fans" in keeping.of_file(kol.pk, DAY).bond.missing
    record(actor, make_account(kol, "weibo", "w"), "followers", 7000, DAY, DAY)
    assert "fans" in keeping.of_file(kol.pk, DAY).bond.missing  # ours are not known: no 0 %


def test_7_6_no_account_of_ours_is_no_share_of_the_fans(actor, kol):
    record(actor, make_account(kol, "weibo", "w"), "followers", 7000, DAY, DAY)
    assert points(keeping.of_file(kol.pk, DAY).bond)["fans"] == 0


def test_7_6_what_falls_away_in_90_days_names_each_tie_with_its_end(bound):
    found = keeping.of_file(bound.pk, DAY).falling
    assert [(one.part, one.until) for one in found.ties] == [("exclusivity", DAY + timedelta(days=90))]
    assert found.points == 15


def test_7_7_risk_is_loaded_from_posts_silence_needs_and_trouble(actor, kol):
    enter(kol, DAY - timedelta(days=60))
    own = make_account(kol)
    for back, posts in ((3, 10), (2, 14), (1, 12), (0, 6)):
        end = DAY - timedelta(days=30 * back)
        record(actor, own, "posts", posts, end - timedelta(days=29), end)
        record(actor, own, "interactions", posts * 100, end - timedelta(days=29), end)
    touch.log(actor.again(), kol, channel="wechat", began="us", text="x", at=NOW - timedelta(days=7))
    old = need.add(actor.again(), kol, {"kind": "data", "what": "x", "due_on": DAY})
    type(old).objects.filter(pk=old.pk).update(created_at=NOW - timedelta(days=31))
    need.add(actor.again(), kol, {"kind": "money", "what": "y", "due_on": DAY})
    exclusive(kol, DAY + timedelta(days=90))
    conflict.add(actor.again(), kol, {"what": "x", "users": "y", "due_on": DAY})
    Kol.objects.filter(pk=kol.pk).update(verdict="fading")
    found = keeping.of_file(kol.pk, DAY).risk
    assert {key: round(value, 2) for key, value in points(found).items()} == {
        "posts": Decimal("12.5"),  # 6 against 12
        "verdict": 14,
        "touch": Decimal("3.75"),  # 7 of 28 days
        "needs": Decimal("3.33"),
        "ending": 10,
        "trouble": 10,
        "per_post": 0,
    }
    assert (found.value, found.missing) == (54, ())


@pytest.mark.parametrize(("days", "expected"), [(30, 0), (31, Decimal("3.33"))])
def test_7_7_a_need_counts_once_it_is_open_for_over_30_days(actor, kol, days, expected):
    enter(kol, DAY)
    row = need.add(actor.again(), kol, {"kind": "data", "what": "x", "due_on": DAY})
    type(row).objects.filter(pk=row.pk).update(created_at=NOW - timedelta(days=days))
    assert round(points(keeping.of_file(kol.pk, DAY).risk)["needs"], 2) == expected


def test_7_7_an_exclusivity_that_was_renewed_is_not_about_to_end(kol):
    enter(kol, DAY)
    ends = DAY + timedelta(days=20)
    first = exclusive(kol, ends)
    assert points(keeping.of_file(kol.pk, DAY).risk)["ending"] == 10
    exclusive(kol, ends + timedelta(days=365), starts_on=ends + timedelta(days=1), renews=first)
    assert points(keeping.of_file(kol.pk, DAY).risk)["ending"] == 0
    assert points(keeping.of_file(kol.pk, DAY + timedelta(days=21)).bond)["exclusivity"] == 15


@pytest.mark.parametrize(("stage", "has"), [("introduction", (True, False)), ("departed", (False, False))])
def test_7_7_only_who_is_in_initial_to_late_can_be_lost(kol, stage, has):
    Kol.objects.filter(pk=kol.pk).update(stage=stage)
    found = keeping.of_file(kol.pk, DAY)
    assert (found.bond.parts != (), found.risk.parts != ()) == has


def test_3_13_stored_bond_and_risk_are_what_is_computed(bound, operator):
    others = [make_kol(operator, f"K{place}") for place in range(3)]
    enter(others[0], DAY)
    verbs.refresh_all(JOB)
    found = keeping.of([bound.pk, *(one.pk for one in others)], DAY)
    assert {pk: stored(Kol(pk=pk)) for pk in found} == {
        pk: (one.columns["bond"], one.columns["risk"]) for pk, one in found.items()
    }
    assert stored(bound)[0] == 62
    assert stored(bound)[1] is not None


def test_3_13_setting_them_again_changes_nothing_and_raises_no_version(bound):
    first, version = verbs.refresh_all(JOB), Kol.objects.get(pk=bound.pk).version
    again = verbs.refresh_all(JOB)
    assert (first.done, again.done, again.failed) == (1, 0, 0)
    assert Kol.objects.get(pk=bound.pk).version == version


def test_3_13_a_command_rebuilds_them(bound, capsys):
    call_command("rebuild_keeping")
    assert stored(bound)[0] == 62
    assert "1 files looked at, 1 changed, 0 failed" in capsys.readouterr().out


def test_3_13_one_file_that_fails_leaves_the_other_chunks(bound, operator, monkeypatch):
    make_kol(operator, "Later")
    monkeypatch.setattr(verbs, "CHUNK", 1)
    set_them = verbs.kol_verbs.set_figures_of

    def broken(changed):
        if bound.pk in changed:
            raise ValueError("broken")
        set_them(changed)

    monkeypatch.setattr(verbs.kol_verbs, "set_figures_of", broken)
    tally = verbs.refresh_all(JOB)
    assert (tally.seen, tally.failed) == (2, 1)
    assert stored(bound) == (None, None)


def statements(run) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        run()
    return len(captured)


def test_3_13_a_chunk_takes_a_fixed_number_of_statements(bound, operator):
    one = statements(lambda: keeping.of([bound.pk], DAY))
    many = [bound.pk, *(make_kol(operator, f"K{n}").pk for n in range(20))]
    assert statements(lambda: keeping.of(many, DAY)) == one == 13


def marked() -> set:
    return set(Dirty.objects.filter(planner=verbs.NAME).values_list("subject", flat=True))


FACTS = {
    "need": lambda by, kol: need.add(by, kol, {"kind": "data", "what": "x", "due_on": DAY}),
    "tie": lambda by, kol: tie.add(by, kol, {"kind": "friend", "name": "x"}),
    "role": lambda by, kol: platform_role.give(by, kol, "mentor", DAY),
    "conflict": lambda by, kol: conflict.add(by, kol, {"what": "x", "users": "y", "due_on": DAY}),
    "touch": lambda by, kol: touch.log(by, kol, channel="wechat", began="us", text="x"),
    "figures": lambda by, kol: record(by, make_account(kol), "followers", 3000, DAY, DAY),
}


@pytest.mark.parametrize("fact", FACTS)
def test_3_13_a_fact_marks_its_file_and_the_next_tick_sets_it_again(actor, kol, fact):
    enter(kol, DAY)
    verbs.plan(JOB)
    Kol.objects.filter(pk=kol.pk).update(bond=99, risk=99)
    FACTS[fact](actor.again(), kol)
    assert marked() == {kol.pk}
    tally = verbs.plan(JOB)
    assert (tally.seen, marked()) == (1, set())
    found = keeping.of_file(kol.pk, DAY).columns
    assert stored(kol) == (found["bond"], found["risk"])


def test_3_13_a_community_that_closes_marks_all_who_are_in_it(actor, kol):
    row = community.create(actor.again(), {"name": "Runners", "host": kol.owner, "channel": "wechat"})
    community.join(actor.again(), row, kol)
    verbs.plan(JOB)
    assert points(keeping.of_file(kol.pk, DAY).bond)["community"] == 5
    community.close(actor.again(), row, None)
    assert marked() == {kol.pk}


def test_7_7_weights_of_the_policy_in_force_count(actor, bound, manager):
    policy.change(
        Actor(manager, "page", NOW),
        {"bond_weights": {**dict.fromkeys(points(keeping.of_file(bound.pk, DAY).bond), 0), "role": 5}},
    )
    assert keeping.of_file(bound.pk, DAY).bond.value == 100


def test_5_4_a_review_has_risk_and_bond_with_their_parts_before_it(bound):
    Kol.objects.filter(pk=bound.pk).update(verdict="drifting")
    lines = {line.key: line for line in evidence.gather(Kol.objects.get(pk=bound.pk), DAY)}
    assert (lines["bond"].text, lines["bond"].url) == ("62", f"/kols/{bound.pk}/keeping/")
    assert "Profit share or continuous pay running 20/20" in lines["bond"].note
    assert "Verdict 20/20" in lines["risk"].note
    assert "rescaled, not known: Fall of own posts" in lines["risk"].note
    assert "from 62 to 47" in lines["falling"].text


def test_words_name_what_each_part_rests_on(bound):
    found = keeping.of_file(bound.pk, DAY)
    told = {row["name"]: row["evidence"] for row in keeping_words.bond_dial(found)["parts"]["rows"]}
    assert {str(name): words for name, words in told.items()}["Needs met"] == "1 of 2 recorded"
    assert keeping_words.bond_dial(found)["note"] == "1 tie ends within 90 days"
    dial = keeping_words.risk_dial(found)
    assert dial["note"].startswith("rescaled, not known: ")
    Stay.objects.filter(kol=bound).delete()
    Kol.objects.filter(pk=bound.pk).update(stage=Stage.INTRODUCTION)
    assert keeping_words.risk_dial(keeping.of_file(bound.pk, DAY))["note"] == "counts from initial on"
