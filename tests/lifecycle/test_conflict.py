"""Conflicts between a KOL and users are followed until they are closed (DOMAIN 5.10)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from kol_crm.core.errors import Refused
from lifecycle import conduct_due, evidence
from lifecycle.models import ConflictStep
from lifecycle.services import conflict
from profiles import timeline
from profiles.models import Kol
from tests.factories import NOW
from tests.lifecycle.refusing import by, nothing_written

pytestmark = pytest.mark.django_db
ABOUT = {"what": "A copied recipe", "users": "two readers"}


def test_an_open_conflict_stands_on_today_until_it_is_closed(operator, kol):
    row = conflict.add(by(operator), kol, ABOUT)
    source = conduct_due.SOURCES[conduct_due.CONFLICT]
    until = NOW.date() + timedelta(days=3)
    [due] = source.rows(operator, NOW.date(), until, 10, ())
    assert (due.due, due.why) == (until, "Conflict with two readers: A copied recipe")
    assert Kol.objects.get(pk=kol.pk).next_due_kind == "conflict"
    row = conflict.follow(by(operator), row, "Spoke to both.", NOW.date() + timedelta(days=10))
    assert source.rows(operator, NOW.date(), until, 10, ()) == []
    row = conflict.close(by(operator), row, "She named the source.")
    assert (row.due_on, row.outcome, row.closed_at) == (None, "She named the source.", NOW)
    assert source.rows(operator, NOW.date(), until + timedelta(days=90), 10, ()) == []
    assert [step.text for step in ConflictStep.objects.all()] == ["Spoke to both.", "She named the source."]


def test_every_step_says_what_was_done_and_when_to_look_next(operator, kol):
    row = conflict.add(by(operator), kol, ABOUT)
    nothing_written(lambda: conflict.follow(by(operator), row, " "), ValidationError, field="text")
    today = NOW.date()
    nothing_written(lambda: conflict.follow(by(operator), row, "x", today), ValidationError, field="next_on")
    nothing_written(lambda: conflict.close(by(operator), row, ""), ValidationError, field="outcome")
    assert conflict.follow(by(operator), row, "x").due_on == today + timedelta(days=3)
    nothing_written(lambda: conflict.add(by(operator), kol, {"what": "x"}), ValidationError, field="users")


def test_a_closed_conflict_is_opened_again_and_not_followed(operator, kol):
    row = conflict.close(by(operator), conflict.add(by(operator), kol, ABOUT), "Over.")
    nothing_written(lambda: conflict.follow(by(operator), row, "x"), Refused, code="already_settled")
    again = conflict.reopen(by(operator), row)
    assert (again.is_open, again.outcome, again.due_on) == (True, "", NOW.date() + timedelta(days=3))
    nothing_written(lambda: conflict.reopen(by(operator), again), Refused, code="not_settled")


def test_only_keepers_write_conflicts(operator, colleague, stranger, kol):
    row = conflict.add(by(operator), kol, ABOUT)
    for nobody in (colleague, stranger):
        nothing_written(lambda who=nobody: conflict.add(by(who), kol, ABOUT), PermissionDenied)
        nothing_written(lambda who=nobody: conflict.close(by(who), row, "x"), PermissionDenied)


def test_a_review_and_the_story_know_open_conflicts(operator, kol):
    conflict.follow(by(operator), conflict.add(by(operator), kol, ABOUT), "Spoke to both.")
    [line] = [one for one in evidence.gather(kol, NOW.date()) if one.key == "conflicts"]
    assert (line.text, line.note) == ("1", "with two readers: A copied recipe")
    told = [entry.title for entry in timeline.read(kol, "conduct").entries]
    assert sorted(told) == ["Conflict with users", "Conflict: A copied recipe"]
