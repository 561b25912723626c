"""Who reads the KOL list, and what is put into words once a page for the cells of all its rows."""

from dataclasses import dataclass
from datetime import date
from html import escape

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language

from kol_crm.core import policy, wording
from kol_crm.core.templatetags.ui import pips
from profiles import ageing
from profiles.models import Level, QuietCause, Stage, StopMark, Verdict
from profiles.rules.metric import FOLLOWERS
from profiles.services import figure_policy
from profiles.views.due_kinds import DUE_KINDS

LONG_WORDS = 24  # what is longer may be cut off by its cell, so its title says it whole
NOTHING = f"<td>{wording.UNKNOWN}"
_NO_ID = "00000000-0000-0000-0000-000000000000"


def plain(words: str) -> str:
    """A cell of words alone."""
    if not words:
        return NOTHING
    shown = escape(words)
    return f'<td title="{shown}">{shown}' if len(words) > LONG_WORDS else f"<td>{shown}"


@dataclass(frozen=True)
class Reading:
    """Who reads: their day, their language, and the words of closed lists in it."""

    day: date
    query: str = ""  # of a link to a file: the list that one comes from

    @cached_property
    def locale(self) -> str:
        return wording.babel_locale()

    @cached_property
    def is_chinese(self) -> bool:
        return (get_language() or "").startswith("zh")

    @cached_property
    def stages(self) -> dict[str, str]:
        """The cell of each stage."""
        return {stage.value: f"<td class=pips-{pips(stage)}>{escape(str(stage.label))}" for stage in Stage}

    @cached_property
    def levels(self) -> dict[str, str]:
        return {"": NOTHING} | {level.value: plain(str(level.label)) for level in Level}

    @cached_property
    def verdicts(self) -> dict[str, str]:
        return {verdict.value: f"<td class={verdict}>{escape(str(verdict.label))}" for verdict in Verdict}

    @cached_property
    def quiet_causes(self) -> dict[str, str]:
        return {"": NOTHING} | {cause.value: plain(str(cause.label)) for cause in QuietCause}

    @cached_property
    def stops(self) -> dict[str, str]:
        return {"": NOTHING} | {mark.value: plain(str(mark.label)) for mark in StopMark}

    @cached_property
    def kinds(self) -> dict[str, str]:
        return {kind: escape(str(label)) for kind, (label, _icon) in DUE_KINDS.items()}

    @cached_property
    def answers(self) -> dict[tuple, str]:
        """Cells of this page that stand in several rows, by what they say."""
        return {}

    @cached_property
    def link_end(self) -> str:
        """What stands behind a file's id in a link to it."""
        return f'{self.file_url[1]}{escape(self.query)}" data-open>'

    @cached_property
    def stock_days(self) -> int:
        """How old followers may be (DOMAIN 3.5); asked only where some are not of today."""
        return figure_policy.limits(policy.remembered())[FOLLOWERS]

    @cached_property
    def long_before(self) -> dict[str, date]:
        """Per stage the day before which a stay is long; asked only where days in stage are shown."""
        return ageing.last_days(self.day, policy.current())

    def is_stale(self, known_on: date | None) -> bool:
        return known_on is not None and known_on < self.day and (self.day - known_on).days > self.stock_days

    @cached_property
    def file_url(self) -> tuple[str, str]:
        """What stands before and after a file's id in its address."""
        before, _id, after = reverse("profiles:kol-detail", args=[_NO_ID]).partition(_NO_ID)
        return before, after
