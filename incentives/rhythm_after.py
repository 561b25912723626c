"""After a monetising campaign: the signals of the rhythm guard measured again (DOMAIN 6.6).

They are read from the figures as they stand, so that a figure entered late counts at once.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from incentives import rhythm_policy
from incentives.models import Participant
from incentives.rhythm import Compared, compare, span_of
from kol_crm.core import policy, wording
from profiles.services import figure_policy
from profiles.services.standing import figures_of

WAITING, UNKNOWN, HELD, DOWN = "waiting", "unknown", "held", "down"
TONES = {WAITING: "", UNKNOWN: "warn", HELD: "", DOWN: "bad"}


@dataclass(frozen=True)
class After:
    """The window after the last day of one participant; ``compared`` None until it is over."""

    row: Participant
    window: tuple[date, date]
    compared: Compared | None
    state: str

    @property
    def tone(self) -> str:
        return TONES[self.state]

    @property
    def label(self) -> str:
        words = {
            WAITING: pgettext("signals", "to come"),
            UNKNOWN: pgettext("signals", "unknown"),
            HELD: pgettext("signals", "held"),
            DOWN: pgettext("signals", "down"),
        }
        return words[self.state]

    @property
    def words(self) -> str:
        if self.compared is not None:
            return self.compared.words
        last = wording.day_words(self.window[1], "full", self.window[1], wording.babel_locale())
        return _("Measured again once %(day)s is over.") % {"day": last}

    def as_json(self) -> dict[str, Any]:
        told = {"participant": self.row.pk, "kol": self.row.kol_id, "state": self.state}
        return told | {
            "first_day": self.window[0],
            "last_day": self.window[1],
            "sentence": self.words,
            "signals": None if self.compared is None else self.compared.as_json(),
        }


def measured(rows: Collection[Participant], day: date) -> dict[UUID, After]:
    """By participant, who come with their campaign and file. Three queries, however many they are."""
    if not rows:
        return {}
    rules = policy.current()
    limits, flows = rhythm_policy.rhythm(rules), figure_policy.flow(rules)
    spans = {row.pk: span_of(row) for row in rows}
    length = timedelta(days=limits.window_days)
    first = min(span.start for span in spans.values()) - length
    figures = figures_of({row.file_id for row in rows}, day, day - first + timedelta(days=1))
    found = {}
    for row in rows:
        span = spans[row.pk]
        window = (span.end + timedelta(days=1), span.end + length)
        if window[1] >= day:
            found[row.pk] = After(row, window, None, WAITING)
            continue
        compared = compare(figures[row.file_id][True], span.start, window, limits, flows)
        fell = compared.fall
        state = UNKNOWN if fell is None else DOWN if fell >= limits.fall else HELD
        found[row.pk] = After(row, window, compared, state)
    return found
