"""What a review suggests of one file on a day: the facts are read here, the rule is ``rules/review.py``."""

from datetime import date

from kol_crm.core import policy
from lifecycle.gates import Asked
from lifecycle.losses import ACTIVE
from lifecycle.rules.review import Check, Facts, Suggestion
from lifecycle.rules.review import suggest as suggested
from lifecycle.services import gate, steps
from profiles.models import Kol
from profiles.rules import metric as m
from profiles.rules.flow import last_days, window_flow
from profiles.services import figure_policy


def suggest(kol: Kol, day: date) -> Suggestion:
    """The suggestion with its reasons; the figures are read once for all of it."""
    ahead, active = steps.next_stage(kol.stage), kol.stage in ACTIVE
    asked = Asked(kol, day, policy.current())
    before = gate.checks_of(kol, ahead, day, asked) if ahead else []
    behind = gate.checks_of(kol, kol.stage, day, asked) if active else []
    return suggested(
        Facts(
            active=active,
            verdict=kol.verdict,
            users_ask=users_ask(asked) if active else None,
            has_gate_ahead=ahead is not None,
            ahead=[Check(check.label, check.passed, check.mandatory) for check in before],
            lasting=[
                Check(check.label, check.passed) for check in behind if check.lasting and check.mandatory
            ],
        )
    )


def users_ask(asked: Asked) -> bool | None:
    """Whether users asked them for anything in the window of the verdict; None where no figure tells."""
    flows = figure_policy.flow(asked.rules)
    window = last_days(asked.day, flows.window_days)
    found = [window_flow(figures, m.REQUESTS, *window, flows).value for figures in asked.own_figures.values()]
    known = [value for value in found if value is not None]
    return any(known) if known else None
