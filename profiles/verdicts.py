"""The verdict of a file as its page tells it: words, numbers and limits, the year as a chart (DOMAIN 3.7)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from kol_crm.core import wording
from kol_crm.core.score import Part, plain
from profiles.models import Account, Kol, Level, Verdict
from profiles.rules import metric as m
from profiles.rules.side import OWN, STALE
from profiles.rules.verdict import MEDIAN
from profiles.services.standing import Explained


@dataclass(frozen=True)
class Row:
    """One line of the table: on us, elsewhere, ours against theirs, the limit."""

    label: str
    own: str
    other: str
    ratio: str = ""
    limit: str = ""


@dataclass(frozen=True)
class Refresh:
    """A figure that must come in before the verdict can be known."""

    where: str
    what: str
    since: date | None
    account: Account | None


@dataclass(frozen=True)
class VerdictCard:
    """What the page draws from ``standing.explain``."""

    kol: Kol
    explained: Explained
    day: date

    @property
    def value(self) -> str:
        return self.explained.verdict.value

    @property
    def label(self) -> str:
        return str(Verdict(self.value).label)

    @property
    def words(self) -> str:
        """Strong where, weak where."""
        return {
            Verdict.THRIVING: _("strong here and elsewhere"),
            Verdict.LOYAL: _("strong here, weak elsewhere"),
            Verdict.DRIFTING: _("strong elsewhere, weak here"),
            Verdict.FADING: _("weak here and elsewhere"),
            Verdict.UNKNOWN: _("figures are missing"),
        }[Verdict(self.value)]

    @cached_property
    def parts(self) -> list[dict[str, Any]]:
        """Each condition with its figure and its limit."""
        return [
            {
                "label": str(part.label),
                "value": _figure(part, part.value),
                "limit": _figure(part, part.limit),
                "passed": part.passed,
                "note": self._median_of(part) if part.key.endswith("per_post") else "",
            }
            for part in self.explained.verdict.parts
        ]

    @staticmethod
    def _median_of(part: Part) -> str:
        return (
            _("median of %(level)s") % {"level": Level(part.note).label} if part.note else _("median of all")
        )

    @cached_property
    def rows(self) -> list[Row]:
        """Posts and interactions per post, ours against theirs."""
        by_key = {part.key: part for part in self.explained.verdict.parts}
        share, own, other = by_key["own_share"], by_key["own_per_post"].value, by_key["other_per_post"].value
        ratio = own / other if own is not None and other else None
        return [
            Row(
                _("Posts"),
                number(by_key["own_posts"].value),
                number(by_key["other_posts"].value),
                percent(share.value),
                percent(share.limit),
            ),
            Row(
                _("Per post"),
                number(own),
                number(other),
                wording.UNKNOWN if ratio is None else f"{ratio:.2f}",
            ),
            Row(_("Median"), number(by_key["own_per_post"].limit), number(by_key["other_per_post"].limit)),
        ]

    @cached_property
    def refresh(self) -> list[Refresh]:
        """What to bring up to date, by account where it is known."""
        accounts = {account.pk: account for account in self.kol.accounts.all()}
        sides = {True: _("On us"), False: _("Elsewhere")}
        return [
            Refresh(
                where=str(accounts.get(item.account) or sides[item.side == OWN]),
                what=_("median of the level") if item.metric == MEDIAN else str(m.LABELS[item.metric]),
                since=item.since if item.state == STALE else None,
                account=accounts.get(item.account),
            )
            for item in self.explained.verdict.refresh
        ]

    @cached_property
    def chart(self) -> dict[str, Any]:
        """For charts.js: the 90 days before each point, ours solid, elsewhere dashed."""
        points = self.explained.series
        return {
            "kind": "line",
            "labels": [point.on.isoformat() for point in points],
            "format": "compact",
            "series": [
                {"name": _("On us"), "values": [_plain(point.own) for point in points], "tone": "accent"},
                {
                    "name": _("Elsewhere"),
                    "values": [_plain(point.other) for point in points],
                    "tone": "quiet",
                    "dashed": True,
                },
            ],
        }

    @property
    def has_chart(self) -> bool:
        return any(point.own is not None or point.other is not None for point in self.explained.series)

    @property
    def table(self) -> list[tuple[date, str, str]]:
        """The chart for those who do not see it."""
        return [(point.on, number(point.own), number(point.other)) for point in self.explained.series]

    def is_stale(self, account: Account) -> bool:
        """Whether the account's followers are older than a stock may be (DOMAIN 3.5)."""
        limit = self.explained.flows.fresh_stock_days
        return account.followers_on is not None and (self.day - account.followers_on).days > limit


def _figure(part: Part, value) -> str:
    return percent(value) if part.key == "own_share" else number(value)


def _plain(value: Decimal | None) -> Any:
    return None if value is None else plain(round(value, 1))


def number(value) -> str:
    """Whole from ten on, one decimal below."""
    if value is None:
        return wording.UNKNOWN
    return wording.grouped(round(value) if abs(value) >= 10 else round(value, 1), wording.babel_locale())


def percent(value) -> str:
    return wording.UNKNOWN if value is None else f"{round(value * 100)}%"
