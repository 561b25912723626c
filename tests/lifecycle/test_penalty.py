"""What each penalty starts, and what an appeal that is upheld takes back (DOMAIN 5.10)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from kol_crm.core.extension import ExtensionPoint
from lifecycle import penalties, stops
from lifecycle.models import Move, Stop
from lifecycle.services import rule, stage, stop, violation
from profiles.models import Kol, NoGo
from tests.factories import NOW
from tests.lifecycle.factories import make_kol_at, make_rule, make_violation
from tests.lifecycle.refusing import by, nothing_written

pytestmark = pytest.mark.django_db
DAY = NOW.date()


@pytest.fixture
def kol(operator):
    return make_kol_at(operator, "late")


@pytest.fixture
def row(operator, kol):
    """A violation of a rule that an ordinary user is warned for."""
    made = make_rule(severity=1)
    rule.tell(by(operator), kol, "phone", at=NOW - timedelta(days=30))
    return make_violation(kol, made)


def now_of(kol) -> Kol:
    return Kol.objects.get(pk=kol.pk)


def overturned(decider, answerer, row):
    appealed = violation.appeal(by(decider, NOW + timedelta(days=1)), row, "It was not them.")
    return violation.overturn(by(answerer, NOW + timedelta(days=2)), appealed, "So it was.")


def test_a_warning_starts_nothing(operator, kol, row):
    violation.penalise(by(operator), row, 1, "x")
    assert not Stop.objects.exists()
    assert now_of(kol).stage == "late"


def test_privileges_are_withdrawn_by_whoever_keeps_them_and_returned(
    operator, manager, kol, row, monkeypatch
):
    told = []
    for name in ("withdrawers", "returners"):
        point = ExtensionPoint(name)
        point.register(
            "test", lambda kol, actor, why, name=name: told.append((name, kol.pk, actor.user, why))
        )
        monkeypatch.setattr(penalties, name, point)
    row = violation.penalise(by(operator), row, 2, "Insults.")
    assert told == [("withdrawers", kol.pk, operator, "Insults.")]
    overturned(operator, manager, row)
    assert told[1:] == [("returners", kol.pk, manager, row.decided_at)]


def test_incentives_are_stopped_until_lifted_or_for_a_term(operator, manager, kol, row):
    row = violation.penalise(by(operator), row, 3, "x")
    assert (row.stop.cause, row.stop.until, now_of(kol).stop) == ("incentive", None, "incentive")
    with pytest.raises(ValidationError):
        stops.demand_none_standing(kol.pk, "amount")
    overturned(operator, manager, row)
    ended = Stop.objects.get()
    assert (ended.ending, ended.ended_why, now_of(kol).stop) == ("appeal", "So it was.", "")


def test_a_suspension_marks_the_file_from_to(operator, kol, row):
    suspend = lambda until: violation.penalise(by(operator), row, 4, "x", until=until)  # noqa: E731
    nothing_written(lambda: suspend(None), ValidationError, field="until")
    nothing_written(lambda: suspend(DAY - timedelta(days=1)), ValidationError, field="until")
    held = suspend(DAY + timedelta(days=14)).stop
    assert (held.since, held.until, now_of(kol).stop) == (DAY, DAY + timedelta(days=14), "suspended")


@pytest.mark.parametrize("severity", [1, 2])
def test_a_light_penalty_has_no_term(operator, row, severity):
    until = DAY + timedelta(days=3)
    nothing_written(
        lambda: violation.penalise(by(operator), row, severity, "x", until=until),
        ValidationError,
        field="until",
    )


def test_a_term_ends_in_the_night_after_its_last_day(operator, kol, row):
    violation.penalise(by(operator), row, 4, "x", until=DAY + timedelta(days=1))
    for ahead, stands in ((0, True), (1, True), (2, False)):
        tally = stop.end_terms(by(None, NOW + timedelta(days=ahead)))
        assert (tally.done, bool(now_of(kol).stop)) == (0 if stands else 1, stands)
    assert Stop.objects.get().ending == "term"
    assert stop.end_terms(by(None, NOW + timedelta(days=3))).seen == 0


def test_terminating_moves_to_departed_by_the_stages_verb_and_only_by_a_manager(operator, manager, kol, row):
    nothing_written(lambda: violation.penalise(by(operator), row, 5, "x"), PermissionDenied)
    row = violation.penalise(by(manager), row, 5, "Fraud.")
    found = now_of(kol)
    assert (found.stage, found.quiet_cause) == ("departed", "breach")
    assert (row.move.cause, row.move.why) == ("breach", "Fraud.")


def test_an_appeal_upheld_takes_the_departure_back_whatever_the_order_of_stages(
    operator, manager, admin, kol, row
):
    row = violation.penalise(by(manager), row, 5, "Fraud.")
    appealed = violation.appeal(by(operator), row, "It was not them.")
    nothing_written(lambda: violation.overturn(by(operator), appealed, "x"), PermissionDenied)
    violation.overturn(by(admin, NOW + timedelta(days=2)), appealed, "So it was.")
    found = now_of(kol)
    assert (found.stage, found.stage_since, found.quiet_cause) == ("late", kol.stage_since, "")
    assert Move.objects.get(takes_back=row.move).user == admin
    assert not NoGo.objects.standing().filter(kol=kol).exists()


def test_what_was_moved_since_stays_as_it_is(operator, manager, admin, kol, row):
    row = violation.penalise(by(manager), row, 5, "Fraud.")
    stage.move(by(manager, NOW + timedelta(hours=1)), now_of(kol), "introduction", why="They came back.")
    appealed = violation.appeal(by(operator, NOW + timedelta(days=1)), row, "x")
    assert violation.overturn(by(admin, NOW + timedelta(days=2)), appealed, "y").state == "overturned"
    assert now_of(kol).stage == "introduction"


def test_the_gravest_stop_is_the_mark_of_the_file(operator, manager, kol, row):
    first = violation.penalise(by(operator), row, 3, "x")
    second = make_violation(kol, row.rule, what="Again")
    violation.penalise(by(operator), second, 4, "x", until=DAY + timedelta(days=9))
    assert now_of(kol).stop == "suspended"
    stop.reinstate(by(manager), Stop.objects.get(cause="suspended"), "x")
    assert now_of(kol).stop == "incentive"
    stop.reinstate(by(manager), Stop.objects.get(violation=first), "x")
    assert now_of(kol).stop == ""
