"""What a review suggests, as a table, and what it reads for it (DOMAIN 3.7, 5.4)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from kol_crm.core.actor import Actor
from lifecycle import evidence, reviewing
from lifecycle.models import Move
from lifecycle.rules.review import Check, Facts, suggest
from profiles.models import Kol
from profiles.rules import metric as m
from profiles.services import figures, need
from profiles.services import kol as kol_verbs
from profiles.services.figures import NewFigure
from tests.factories import NOW, make_account
from tests.lifecycle.factories import at_stage

PASS, FAIL, UNKNOWN = Check("A", True), Check("B", False), Check("C", None)
NICE, POOR = Check("D", True, False), Check("E", False, False)
DAY = NOW.date()
OPENS = "Every mandatory check of the gate ahead passes."


@pytest.mark.parametrize(
    ("facts", "decision", "first_reason"),
    [
        (Facts(True, "fading"), "depart", "Fading: neither side is strong."),
        (Facts(True, "loyal", False), "depart", "No request from users in 90 days."),
        (Facts(True, "loyal", None, True, [PASS]), "advance", OPENS),
        (Facts(True, "loyal", True, True, [PASS, FAIL]), "stay", "Not passed: B"),
        (Facts(True, "loyal", True, True, [PASS, UNKNOWN]), "stay", "Unknown: C"),
        (Facts(True, "loyal", True, True, [PASS, POOR]), "advance", OPENS),
        (Facts(True, "loyal", True, True, [POOR]), "stay", "Not passed: E"),
        (Facts(True, "loyal", True, True, [NICE]), "advance", OPENS),
        (Facts(True, "loyal", True, True, []), "stay", "The gate ahead asks nothing: it is yours to judge."),
        (Facts(True, "loyal", True, True, [PASS], [FAIL]), "step_back", "No longer passes: B"),
        (Facts(True, "loyal", True, True, [PASS], [UNKNOWN]), "advance", OPENS),
        (Facts(True, "fading", False, True, [PASS], [FAIL]), "depart", "Fading: neither side is strong."),
        (Facts(True, "loyal", True, False), "stay", "There is no stage after this one."),
        (Facts(False, "fading", None, True, [PASS]), "advance", OPENS),
    ],
)
def test_fading_or_unasked_for_goes_fallen_steps_back_an_open_gate_leads_on(facts, decision, first_reason):
    found = suggest(facts)
    assert (found.decision, str(found.reasons[0])) == (decision, first_reason)


def test_all_reasons_are_told():
    assert list(map(str, suggest(Facts(True, "fading", False)).reasons)) == [
        "Fading: neither side is strong.",
        "No request from users in 90 days.",
    ]


def asked_for(kol, count):
    account = kol.accounts.filter(platform="own").first() or make_account(kol)
    row = NewFigure(account.pk, m.REQUESTS, Decimal(count), DAY - timedelta(days=89), DAY, "feed")
    figures.record(Actor(kol.owner, "page", NOW), [row])


@pytest.mark.django_db
@pytest.mark.parametrize(("count", "decision"), [(None, "stay"), (0, "depart"), (4, "stay")])
def test_no_request_from_users_in_90_days_suggests_removal_and_no_figure_does_not(kol, count, decision):
    at_stage(kol, "initial", since=DAY)
    if count is not None:
        asked_for(kol, count)
    assert reviewing.suggest(Kol.objects.get(), DAY).decision == decision


@pytest.mark.django_db
def test_who_falls_below_the_gate_they_came_through_is_suggested_to_step_back(standing_gates, kol):
    at_stage(kol, "mid_term", since=DAY)
    account = make_account(kol)
    row = NewFigure(account.pk, m.FOLLOWERS, Decimal(499), DAY, DAY, "feed")
    figures.record(Actor(kol.owner, "page", NOW), [row])
    found = reviewing.suggest(Kol.objects.get(), DAY)
    assert (found.decision, list(map(str, found.reasons))) == (
        "step_back",
        ["No longer passes: Own followers for the level"],
    )


@pytest.mark.django_db
def test_a_suggestion_is_never_an_action(kol):
    at_stage(kol, "initial", since=DAY)
    kol_verbs.set_figures(kol.pk, verdict="fading")
    assert reviewing.suggest(Kol.objects.get(), DAY).decision == "depart"
    assert (Kol.objects.get().stage, Move.objects.count()) == ("initial", 0)


@pytest.mark.django_db
def test_the_evidence_holds_trend_verdict_gate_and_needs_and_nothing_that_nobody_knows(
    standing_gates, actor, kol
):
    at_stage(kol, "initial", since=DAY)
    need.add(actor.again(), kol, {"kind": "data", "what": "Reading times", "due_on": DAY})
    lines = {line.key: line for line in evidence.gather(Kol.objects.get(), DAY)}
    assert {"stage", "verdict", "followers", "gate-own_followers", "gate-own_rate", "needs"} <= set(lines)
    assert lines["gate-own_followers"].text == "unknown"
    assert lines["gate-own_followers"].url == f"/kols/{kol.pk}/move/?to=mid_term"
    assert (lines["needs"].text, lines["needs"].note) == ("1 open, 0 met", "Data: Reading times")
    assert lines["risk"].text.isdecimal()  # of what is known: tests/incentives/test_keeping.py
