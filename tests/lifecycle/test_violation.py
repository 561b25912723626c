"""Violations: evidence, ladder, never lighter for a KOL, nothing untold, appeals (DOMAIN 5.10)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from kol_crm.core import policy
from kol_crm.core.errors import Conflict, Refused
from lifecycle import conduct_due, evidence
from lifecycle.models import Violation
from lifecycle.rules.penalty import propose
from lifecycle.services import rule, violation
from profiles import timeline
from profiles.models import Kol
from profiles.services import attachment, merge, unmerge
from tests.factories import NOW, make_kol
from tests.lifecycle.factories import make_rule, make_violation
from tests.lifecycle.refusing import by, nothing_written

pytestmark = pytest.mark.django_db


@pytest.fixture
def known(operator, kol):
    """A rule that an ordinary user gets 2 for, told to the KOL a month ago."""
    made = make_rule()
    rule.tell(by(operator), kol, "phone", at=NOW - timedelta(days=30))
    return made


@pytest.mark.parametrize(
    ("earlier", "ordinary", "proposed"),
    [(0, 1, 1), (1, 1, 2), (4, 1, 5), (9, 1, 5), (0, 3, 3), (3, 3, 4)],
)
def test_the_ladder_proposes_by_count_and_never_below_an_ordinary_user(earlier, ordinary, proposed):
    score = propose(earlier, ordinary, [1, 2, 3, 4, 5])
    assert score.value == proposed
    assert [part.value for part in score.parts] == [earlier, [1, 2, 3, 4, 5][min(earlier, 4)], ordinary]


def test_a_violation_needs_evidence_in_words_by_a_link_or_an_attachment(operator, kol, known):
    values = {"rule": known, "happened_at": NOW, "what": "Bought 3,000"}
    nothing_written(lambda: violation.record(by(operator), kol, values), ValidationError, field="evidence")
    shot = attachment.add(by(operator), kol, "shot.txt", b"3,000 new followers overnight")
    proven = violation.record(by(operator), kol, values, [shot])
    assert [one.attachment for one in proven.files.all()] == [shot]
    linked = violation.record(by(operator), kol, values | {"links": ["https://own.example/p/1"]})
    assert (linked.state, linked.due_on) == ("open", NOW.date() + timedelta(days=7))
    bad = values | {"links": ["javascript:alert(1)"]}
    nothing_written(lambda: violation.record(by(operator), kol, bad), ValidationError, field="links")
    other = make_kol(operator, name="Somebody else")
    nothing_written(
        lambda: violation.record(by(operator), other, values, [shot]), ValidationError, field="attachments"
    )
    later = values | {"happened_at": NOW + timedelta(days=1), "evidence": "x"}
    nothing_written(lambda: violation.record(by(operator), kol, later), ValidationError, field="happened_at")


def test_lower_than_an_ordinary_user_gets_is_refused_for_a_kol(operator, kol, known):
    row = make_violation(kol, known)
    nothing_written(lambda: violation.penalise(by(operator), row, 1, "x"), ValidationError, field="severity")
    decided = violation.penalise(by(operator), row, 2, "As for everybody.")
    assert (decided.state, decided.severity, decided.ordinary, decided.proposed) == ("penalised", 2, 2, 2)
    assert (decided.decided_by, decided.decided_at, decided.due_on) == (operator, NOW, None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Violation.objects.filter(pk=row.pk).update(severity=1)


def test_what_an_ordinary_user_got_on_that_day_counts(operator, admin, kol, known):
    """The rule became harder since: who broke it before is measured by what held then."""
    row = make_violation(kol, known, happened_at=NOW - timedelta(days=20))
    rule.edit(by(admin, NOW - timedelta(days=10)), known, {"severity": 4})
    assert violation.penalise(by(operator), row, 2, "x").ordinary == 2
    after = make_violation(kol, known, happened_at=NOW - timedelta(days=5))
    nothing_written(
        lambda: violation.penalise(by(operator), after, 3, "x"), ValidationError, field="severity"
    )


def test_what_happened_before_the_rule_was_told_cannot_be_penalised(operator, kol, known):
    row = make_violation(kol, known, happened_at=NOW - timedelta(days=31))
    assert row.told is None
    nothing_written(lambda: violation.penalise(by(operator), row, 5, "x"), PermissionDenied)
    nothing_written(lambda: violation.penalise(by(operator), row, 2, "x"), Refused, code="not_told")
    assert violation.dismiss(by(operator), row, "Not told by then.").state == "unfounded"
    assert make_violation(kol, known, happened_at=NOW - timedelta(days=30)).told.number == 1


def test_the_penalties_that_stand_are_counted_for_the_same_rule(operator, manager, kol, known):
    first = violation.penalise(by(operator), make_violation(kol, known), 2, "x")
    other = make_rule(title_en="Honest reviews", severity=1)
    rule.tell(by(operator), kol, "phone", at=NOW - timedelta(days=30))
    assert violation.proposal(make_violation(kol, other)).value == 1
    third = make_violation(kol, known)
    assert violation.proposal(third).value == 2  # the ladder's second step
    violation.penalise(by(operator), third, 2, "x")
    fourth = make_violation(kol, known)
    assert violation.proposal(fourth).value == 3
    appealed = violation.appeal(by(operator), first, "It was a test account.")
    violation.overturn(by(manager), appealed, "So it was.")
    assert violation.proposal(fourth).value == 2
    ladder = {str(step): 5 for step in range(1, 6)}
    policy.change(by(manager), {violation.LADDER.key: ladder})
    assert violation.proposal(fourth).value == 5


def test_only_a_manager_terminates(operator, manager, kol, known):
    row = make_violation(kol, known)
    nothing_written(lambda: violation.penalise(by(operator), row, 5, "x"), PermissionDenied)
    assert violation.penalise(by(manager), row, 5, "Fraud.").severity == 5


def test_an_appeal_is_answered_by_somebody_else_than_who_decided(operator, manager, kol, known):
    row = violation.penalise(by(operator), make_violation(kol, known), 2, "x")
    nothing_written(lambda: violation.appeal(by(operator), row, " "), ValidationError, field="grounds")
    row = violation.appeal(by(operator), row, "It was not me.")
    assert (row.state, row.due_on) == ("appealed", NOW.date() + timedelta(days=7))
    nothing_written(lambda: violation.uphold(by(operator), row, "x"), PermissionDenied)
    nothing_written(lambda: violation.overturn(by(operator), row, "x"), PermissionDenied)
    upheld = violation.uphold(by(manager), row, "It was.")
    assert (upheld.state, upheld.answered_by, upheld.due_on) == ("upheld", manager, None)
    nothing_written(lambda: violation.appeal(by(operator), upheld, "x"), Refused, code="wrong_state")


STEPS = {
    "edit": lambda who, row: violation.edit(who, row, {"what": "x"}),
    "remove": violation.remove,
    "penalise": lambda who, row: violation.penalise(who, row, 2, "x"),
    "dismiss": lambda who, row: violation.dismiss(who, row, "x"),
    "appeal": lambda who, row: violation.appeal(who, row, "x"),
    "uphold": lambda who, row: violation.uphold(who, row, "x"),
    "overturn": lambda who, row: violation.overturn(who, row, "x"),
}
ALLOWED = {
    "open": {"edit", "remove", "penalise", "dismiss"},
    "unfounded": set(),
    "penalised": {"appeal"},
    "appealed": {"uphold", "overturn"},
    "upheld": set(),
    "overturned": set(),
}
REACHED = {
    "open": (),
    "unfounded": ("dismiss",),
    "penalised": ("penalise",),
    "appealed": ("penalise", "appeal"),
    "upheld": ("penalise", "appeal", "uphold"),
    "overturned": ("penalise", "appeal", "overturn"),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("standing", ALLOWED)
def test_each_step_is_possible_in_its_states_only(operator, manager, kol, known, standing, step):
    row = make_violation(kol, known)
    for name in REACHED[standing]:
        who = by(manager) if name in ("uphold", "overturn") else by(operator)
        row = STEPS[name](who, row)
    assert row.state == standing
    act = lambda: STEPS[step](by(manager), row)  # noqa: E731
    if step in ALLOWED[standing]:
        act()
    else:
        nothing_written(act, Refused, code="wrong_state")


def test_a_stale_decision_is_a_conflict_and_only_keepers_decide(operator, colleague, stranger, kol, known):
    row = make_violation(kol, known)
    violation.edit(by(operator), row, {"what": "Bought 4,000"}, version=row.version)
    nothing_written(lambda: violation.penalise(by(operator), row, 2, "x", version=row.version), Conflict)
    for nobody in (colleague, stranger):
        nothing_written(lambda who=nobody: violation.penalise(by(who), row, 2, "x"), PermissionDenied)
        nothing_written(lambda who=nobody: make_violation(kol, known, by=who), PermissionDenied)


def test_a_violation_to_decide_is_on_today_and_in_next_due(operator, manager, kol, known):
    row = make_violation(kol, known)
    source = conduct_due.SOURCES[conduct_due.VIOLATION]
    until = NOW.date() + timedelta(days=7)
    [due] = source.rows(operator, NOW.date(), until, 10, ())
    assert (due.key, due.why) == (f"violation:{row.pk}", "A violation to decide: Bought 3,000")
    assert Kol.objects.get(pk=kol.pk).next_due_kind == "violation"
    row = violation.penalise(by(operator), row, 2, "x")
    assert source.rows(operator, NOW.date(), until, 10, ()) == []
    violation.appeal(by(operator), row, "Not me")
    assert source.rows(operator, NOW.date(), until, 10, ())[0].why == "They appeal: Not me"


def test_a_review_has_the_violations_before_it(operator, kol, known):
    assert {one.key: one.text for one in evidence.gather(kol, NOW.date())}["violations"] == "none"
    violation.penalise(by(operator), make_violation(kol, known), 2, "x")
    make_violation(kol, known)
    [line] = [one for one in evidence.gather(kol, NOW.date()) if one.key == "violations"]
    assert (line.text, line.tone) == ("1 penalty", "bad")
    assert line.note.startswith("No bought followers: Privilege withdrawn")
    assert "1 to decide" in line.note


def test_the_story_tells_each_act_of_a_violation(operator, manager, kol, known):
    row = violation.penalise(by(operator), make_violation(kol, known), 2, "x")
    violation.uphold(by(manager), violation.appeal(by(operator), row, "y"), "z")
    titles = {entry.title for entry in timeline.read(kol, "conduct").entries}
    assert titles == {
        "Rule told",
        "Violation recorded",
        "Violation: Privilege withdrawn",
        "Appeal",
        "Penalty upheld",
    }


def test_merged_files_keep_violations_and_what_was_told_and_give_them_back(operator, kol, known):
    row = make_violation(kol, known)
    survivor = make_kol(operator, name="王思雨")
    merged = merge.merge(by(operator), survivor.pk, kol.pk, {"owner": "survivor"})
    assert Violation.objects.get(pk=row.pk).kol_id == survivor.pk
    assert survivor.rule_facts.count() == 1
    unmerge.unmerge(by(operator), merged)
    assert Violation.objects.get(pk=row.pk).kol_id == kol.pk
    assert kol.rule_facts.count() == 1
