"""Adjustments of the persona: a hypothesis tried, then kept or reverted (DOMAIN 5.6)."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from lifecycle import growing_due
from lifecycle.models import Persona
from lifecycle.services import adjustment, persona
from profiles.models import Kol
from tests.factories import NOW, make_account
from tests.lifecycle.growing import approved, enter
from tests.lifecycle.refusing import nothing_written

pytestmark = pytest.mark.django_db
DAY = NOW.date()
LATER = NOW + timedelta(days=20)
WORDS = {"hypothesis": "Drier is funnier", "change": "A drier tone", "reaction_before": "They smile"}


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def account(kol):
    made = make_account(kol)
    enter(made, 1000, DAY - timedelta(days=2))
    return made


def by(user, at=NOW):
    return Actor(user, "page", at)


def begun(operator, manager, kol, account):
    approved(kol, manager)
    return adjustment.begin(by(operator), kol, WORDS, {"tone": "dry"}, (account, "followers"))


def test_a_trial_fixes_the_figure_of_its_day_and_leaves_the_former_in_force(operator, manager, kol, account):
    row = begun(operator, manager, kol, account)
    assert (row.before, row.before_on, row.after) == (1000, DAY - timedelta(days=2), None)
    assert (row.trial.state, row.trial.tone, row.trial.number) == ("trial", "dry", 2)
    assert persona.in_force(kol) == row.former
    enter(account, 1500, DAY)
    row.refresh_from_db()
    assert row.before == 1000


def test_kept_it_becomes_the_next_version_which_a_manager_approves(operator, manager, kol, account):
    row = begun(operator, manager, kol, account)
    enter(account, 1500, DAY + timedelta(days=18), at=LATER)
    kept = adjustment.keep(by(operator, LATER), row, "They laugh")
    assert (kept.state, kept.after, kept.after_on) == ("kept", 1500, DAY + timedelta(days=18))
    assert kept.grown == 0.5
    trial = Persona.objects.get(pk=row.trial_id)
    assert trial.state == "submitted"
    nothing_written(lambda: persona.drop(by(operator, LATER), trial), Refused, code="wrong_state")
    persona.approve(by(manager, LATER), trial)
    assert persona.in_force(kol) == trial
    assert Persona.objects.get(pk=row.former_id).state == "replaced"


def test_reverted_the_former_stands(operator, manager, kol, account):
    row = adjustment.revert(by(operator), begun(operator, manager, kol, account), "Silence")
    assert (row.state, row.after) == ("reverted", None)
    assert Persona.objects.get(pk=row.trial_id).state == "reverted"
    assert persona.in_force(kol) == row.former
    persona.draft(by(operator), kol, {"tone": "other"})


def test_it_is_not_kept_without_a_newer_figure_nor_decided_without_the_reaction(
    operator, manager, kol, account
):
    row = begun(operator, manager, kol, account)
    nothing_written(lambda: adjustment.keep(by(operator), row, "x"), Refused, code="after_missing")
    nothing_written(
        lambda: adjustment.revert(by(operator), row, " "), ValidationError, field="reaction_after"
    )


def test_it_needs_a_persona_a_change_and_a_fresh_figure(operator, manager, kol, account):
    def begin(changed, metric="followers", who=operator):
        return adjustment.begin(by(who), kol, WORDS, changed, (account, metric))

    nothing_written(lambda: begin({"tone": "dry"}), Refused, code="no_persona")
    approved(kol, manager)
    nothing_written(lambda: begin({"tone": "warm"}), ValidationError, field="change")
    nothing_written(lambda: begin({"tone": "dry"}, "views"), ValidationError, field="figure")
    begin({"tone": "dry"})
    nothing_written(lambda: begin({"tone": "loud"}), Refused, code="persona_open")


def test_a_trial_stands_on_today_from_its_day_until_it_is_decided(operator, manager, kol, account):
    row = begun(operator, manager, kol, account)
    source, until = growing_due.SOURCES["adjustment"], DAY + timedelta(days=28)
    assert row.look_on == until
    [due] = source.rows(operator, DAY, until, 10, ())
    assert (due.due, due.why) == (until, "A trial to decide: A drier tone")
    assert Kol.objects.get(pk=kol.pk).next_due is not None
    adjustment.revert(by(operator), row, "Silence")
    assert source.rows(operator, DAY, until, 10, ()) == []


def test_only_keepers_try(operator, manager, colleague, kol, account):
    row = begun(operator, manager, kol, account)
    nothing_written(lambda: adjustment.revert(by(colleague), row, "x"), PermissionDenied)
