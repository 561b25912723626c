"""The gates as they are delivered, and as managers compose them (DOMAIN 5.3)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from kol_crm.core import policy
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.models import PolicyVersion
from lifecycle import gates, growing_checks
from lifecycle.gates import Asked, CheckKind, Finding
from lifecycle.models import Move
from lifecycle.services import gate, pace, stage
from profiles.models import Kol, Level, Stage
from profiles.rules import metric as m
from profiles.services import figures
from profiles.services import kol as kol_verbs
from profiles.services.figures import NewFigure
from tests.factories import NOW, field, make_account
from tests.lifecycle.factories import at_stage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standing_gates")]
DAY = NOW.date()


@pytest.fixture(autouse=True)
def _on_figures(standing_gates, monkeypatch):
    """What is done in initial has its own tests."""
    left = {key: kind for key, kind in gates.kinds.items() if key not in growing_checks.CHECKS}
    monkeypatch.setattr(gates.kinds, "_providers", left)


@pytest.fixture
def account(kol):
    return make_account(kol)


def told(account, metric, value, days_ago=0, days=1):
    end = DAY - timedelta(days=days_ago)
    row = NewFigure(account.pk, metric, Decimal(value), end - timedelta(days=days - 1), end, "feed")
    figures.record(Actor(account.kol.owner, "page", NOW), [row])


def checks(kol, to_stage, day=DAY):
    return {check.key: check for check in gate.checks_of(Kol.objects.get(pk=kol.pk), to_stage, day)}


def as_composed(stage_name):
    return {key: values["use"] for key, _kind, values in gates.composition(stage_name, policy.current())}


def test_the_standing_gates_are_those_of_the_domain():
    assert as_composed(Stage.INITIAL).items() >= {"field_pace": "advisory"}.items()
    for name in (Stage.MID_TERM, Stage.LATE):
        assert as_composed(name).items() >= {"own_followers": "mandatory", "own_rate": "mandatory"}.items()
    assert as_composed(Stage.INTRODUCTION) == as_composed(Stage.DEPARTED) == {}
    into_mid_term = policy.current().get(gates.setting_of(Stage.MID_TERM, "own_followers"))
    assert into_mid_term["followers"] == {
        "none": 500,
        "nano": 500,
        "micro": 5_000,
        "mid": 50_000,
        "macro": 250_000,
        "mega": 1_000_000,
    }
    assert policy.current().get(gates.setting_of(Stage.LATE, "own_rate")) == {
        "use": "mandatory",
        "share": "0.01",
        "days": 60,
        "longest_gap": 14,
    }


@pytest.mark.parametrize("level", ["", *Level.values])
def test_own_followers_are_held_against_those_of_the_level(kol, account, level):
    limit = {"": 500, "nano": 500, "micro": 5_000, "mid": 50_000, "macro": 250_000, "mega": 1_000_000}[level]
    told(account, m.FOLLOWERS, limit - 1, days_ago=1)
    kol_verbs.set_figures(kol.pk, level=level)
    found = checks(kol, Stage.MID_TERM)["own_followers"]
    assert (found.passed, found.value, found.limit) == (False, limit - 1, limit)
    told(account, m.FOLLOWERS, limit)
    kol_verbs.set_figures(kol.pk, level=level)
    assert checks(kol, Stage.MID_TERM)["own_followers"].passed is True


def test_other_channels_do_not_count(kol):
    told(make_account(kol, "weibo"), m.FOLLOWERS, 2_000_000)
    found = checks(kol, Stage.MID_TERM)["own_followers"]
    assert (found.passed, found.value) == (None, None)


def test_missing_figures_are_unknown_and_say_what_to_enter(actor, kol, account):
    at_stage(kol, "initial", since=date(2026, 9, 1))
    found = checks(kol, Stage.MID_TERM)
    assert {check.state for check in found.values()} == {"unknown"}
    assert found["own_followers"].evidence == "No figure of followers here: enter one."
    told(account, m.FOLLOWERS, 900, days_ago=36)
    assert "refresh it" in checks(kol, Stage.MID_TERM)["own_followers"].evidence
    with pytest.raises(Refused) as refusal:
        stage.move(actor, kol, Stage.MID_TERM, why="I know them")
    assert refusal.value.details["needs"] == "manager"
    assert {check["key"] for check in refusal.value.details["checks"]} >= {"own_followers", "own_rate"}
    assert (Kol.objects.get().stage, Move.objects.count()) == ("initial", 0)


def test_figures_that_are_there_open_the_way_into_mid_term(actor, kol, account):
    at_stage(kol, "initial", since=date(2026, 9, 1))
    told(account, m.FOLLOWERS, 800)
    told(account, m.POSTS, 10, days=90)
    told(account, m.INTERACTIONS, 90, days=90)
    found = checks(kol, Stage.MID_TERM)
    assert (found["own_rate"].passed, found["own_rate"].value, found["own_rate"].limit) == (True, 1.12, 1.0)
    assert found["own_rate"].figure == "1.12%, at least 1%"
    assert [part.key for part in found["own_rate"].parts] == ["interactions", "posts", "followers"]
    row = stage.move(actor, kol, Stage.MID_TERM)
    assert {check["key"]: check["passed"] for check in row.gate} == dict.fromkeys(found, True)


def test_into_late_every_snapshot_of_60_days_counts_and_a_gap_is_unknown(kol, account):
    for days_ago in (0, 14, 28, 42, 56):
        told(account, m.FOLLOWERS, 600, days_ago=days_ago)
        told(account, m.POSTS, 10, days_ago=days_ago, days=90)
        told(account, m.INTERACTIONS, 90, days_ago=days_ago, days=90)
    assert {check.passed for check in checks(kol, Stage.LATE).values()} == {True}
    assert "5 snapshots" in checks(kol, Stage.LATE)["own_followers"].evidence
    later = checks(kol, Stage.LATE, DAY + timedelta(days=15))
    assert later["own_followers"].passed is None
    assert later["own_followers"].evidence.startswith("No figure from 23\u00a0Nov to 8\u00a0Dec.")
    told(account, m.FOLLOWERS, 499, days_ago=7)
    found = checks(kol, Stage.LATE)["own_followers"]
    assert (found.passed, found.value) == (False, 499)


def test_an_oversupplied_field_is_advisory(actor, operator, admin, kol):
    boss = Actor(admin, "page", NOW)
    assert checks(kol, Stage.INITIAL)["field_pace"].passed is None
    Kol.objects.filter(pk=kol.pk).update(main_field=field("running"))
    pace.set_band(boss, field("running"), date(2026, 1, 1), 20, 60)
    pace.set_demand(boss.again(), field("running"), date(2026, 11, 1), 1000)
    assert checks(kol, Stage.INITIAL)["field_pace"].passed is True
    at_stage(kol, "initial", since=date(2026, 9, 1))
    told(make_account(kol), m.POSTS, 3)
    pace.set_demand(boss.again(), field("running"), date(2026, 11, 1), 10)
    found = checks(kol, Stage.INITIAL)["field_pace"]
    assert (found.passed, found.value, found.limit, found.mandatory) == (False, 10, 20, False)


# Composing


def compose(actor, to_stage, key, **values):
    setting = gates.setting_of(to_stage, key)
    return policy.change(actor, {setting.key: {**policy.current().get(setting), **values}}, "spring")


def test_managers_compose_a_gate_of_kind_parameters_and_whether_it_is_mandatory(actor, kol, account):
    told(account, m.FOLLOWERS, 800)
    compose(actor, Stage.MID_TERM, "own_rate", use="off")
    compose(actor.again(), Stage.MID_TERM, "field_pace", use="mandatory")
    followers = dict.fromkeys(("none", *Level.values), 900)
    compose(actor.again(), Stage.MID_TERM, "own_followers", use="advisory", followers=followers)
    found = checks(kol, Stage.MID_TERM)
    assert {key: check.mandatory for key, check in found.items()} == {
        "field_pace": True,
        "own_followers": False,
    }
    assert (found["own_followers"].passed, found["own_followers"].limit) == (False, 900)
    assert checks(kol, Stage.LATE)["own_rate"].mandatory is True  # the other gates stand as they were


def test_each_composition_is_a_version_that_says_what_changed(actor):
    made = compose(actor, Stage.LATE, "own_rate", use="advisory", days=90)
    changed = policy.differences(policy.Policy(None), policy.Policy(made))
    assert [(one.key, part, was, now) for one, part, was, now in changed] == [
        ("gate_late_own_rate", "Asked", "Mandatory", "Advisory"),
        ("gate_late_own_rate", "In every snapshot of the last days (0: today)", "60", "90"),
    ]
    assert (made.user, made.reason) == (actor.user, "spring")


@pytest.mark.parametrize(
    "values", [{"use": "perhaps"}, {"share": "1.2"}, {"days": 181}, {"longest_gap": 0}, {"colour": "red"}]
)
def test_a_check_that_makes_no_sense_is_refused(actor, values):
    with pytest.raises(ValidationError):
        compose(actor, Stage.LATE, "own_rate", **values)
    assert not PolicyVersion.objects.exists()


def test_a_kind_registered_later_joins_the_delivered_gate_also_after_managers_composed_it(
    actor, kol, monkeypatch
):
    compose(actor, Stage.MID_TERM, "own_rate", use="off")
    for holder, name in ((gates.kinds, "_providers"), (gates, "_settings"), (policy, "_declared")):
        monkeypatch.setattr(holder, name, {**getattr(holder, name)})
    kind = CheckKind(
        "Later", lambda asked, _values: Finding(asked.kol.name == ""), {Stage.MID_TERM: "advisory"}
    )
    gates.register("later", kind)
    assert as_composed(Stage.MID_TERM) == {"own_followers": "mandatory", "later": "advisory"}
    assert "later" not in as_composed(Stage.LATE)
    with pytest.raises(ValueError, match="twice"):
        gates.register("later", kind)


def test_what_is_asked_is_read_once_for_all_checks(kol, account, django_assert_num_queries):
    told(account, m.FOLLOWERS, 800)
    asked = Asked(Kol.objects.get(), DAY, policy.current())
    with django_assert_num_queries(2):
        assert asked.own_figures.keys() == {account.pk}
        assert asked.own_figures
    with django_assert_num_queries(3):
        gate.checks_of(asked.kol, Stage.MID_TERM, DAY)
