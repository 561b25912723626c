"""One account's metric over a period, or two accounts on a common axis, as page, CSV and API tell it.

Each reader sees the figures of the days in which a file they see held the account (DOMAIN 2.2, 3.3, 3.4).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kol_crm.core import day_range, policy, wording
from kol_crm.core.models import User
from kol_crm.core.score import plain
from profiles.models import Account, Holding, Kol, Snapshot
from profiles.rules import charting
from profiles.rules import metric as m
from profiles.rules.charting import Point, Series
from profiles.rules.flow import Figure
from profiles.services import figure_policy
from profiles.services import link as links
from profiles.verdicts import number

USUAL_DAYS = 365
LONGEST_DAYS = 3660
REACH = timedelta(days=40)  # of the stocks behind a flow at the ends of the period
SHOWN_PLACES = 4


@dataclass(frozen=True)
class Asked:
    """What is compared. Two accounts at most; ``indexed``: the first known value of each is 100."""

    account: UUID
    metric: str
    since: date
    until: date
    other: UUID | None = None
    indexed: bool = False

    @classmethod
    def of(cls, values: dict[str, Any], today: date) -> "Asked":
        """From cleaned values, what is left out as usual. Raises ``ValidationError`` keyed by field."""
        day_range.demand(since=values.get("since"), until=values.get("until"))
        until = values.get("until") or today
        since = values.get("since") or until - timedelta(days=USUAL_DAYS)
        if since > until:
            raise ValidationError({"since": _("The period ends before it starts.")})
        if (until - since).days > LONGEST_DAYS:
            raise ValidationError({"since": _("At most ten years at once.")})
        return cls(
            values["account"],
            values.get("metric") or m.FOLLOWERS,
            since,
            until,
            values.get("other"),
            bool(values.get("indexed")),
        )


@dataclass(frozen=True)
class Line:
    """One account: its figures as they are, and as they are drawn."""

    account: Account
    name: str
    raw: Series
    drawn: Series


def seen_by(user: User) -> QuerySet[Account]:
    """Accounts of which ``user`` sees figures: held now, or once, by a file they see."""
    files = Kol.objects.visible_to(user)
    once = Holding.objects.filter(kol__in=files, until__isnull=False).order_by().values("account")
    return Account.objects.filter(Q(kol__in=files) | Q(pk__in=once))


def account_or_404(user: User, pk: UUID) -> Account:
    account = seen_by(user).select_related("kol").filter(pk=pk).first()
    if account is None:
        raise Http404
    return account


def account_named(user: User, text: str) -> Account:
    """The account that a pasted link, an id or a handle names. Raises ``ValidationError`` keyed ``with``."""
    text = text.strip()
    if links.rules.holds_link(text):
        try:
            named = links.read(text)
        except links.rules.Unresolved as error:
            raise ValidationError({"with": str(error)}) from error
        same = links.same_account(named) if named else Q(pk__in=[])
    else:
        same = Q(external_id=text) | Q(handle_folded=links.fold_handle(text))
    found = list(seen_by(user).filter(same)[:2]) if text else []
    if not found:
        raise ValidationError({"with": _("You see no account that is called so.")})
    if len(found) > 1:
        raise ValidationError({"with": _("Several accounts are called so: paste the link.")})
    return found[0]


@dataclass(frozen=True)
class Comparison:
    """What was asked and what was found; everything shown follows from here."""

    asked: Asked
    lines: list[Line]
    today: date

    @property
    def is_flow(self) -> bool:
        return m.KINDS[self.asked.metric] == m.FLOW

    @property
    def label(self) -> str:
        return str(m.LABELS[self.asked.metric])

    @cached_property
    def has_figures(self) -> bool:
        return any(line.raw.known for line in self.lines)

    @property
    def chart(self) -> dict[str, Any]:
        """For charts.js: stocks by their days, flows as bars of weeks or months."""
        tones = ("accent", "drifting")
        if self.is_flow:
            labels = [self._span_label(point) for point in self.lines[0].drawn.points]
            values = [[_plain(point.value) for point in line.drawn.points] for line in self.lines]
            kind: dict[str, Any] = {"kind": "bar", "labels": labels}
        else:
            values = [[[p.on.isoformat(), _plain(p.value)] for p in line.drawn.points] for line in self.lines]
            kind = {"kind": "time", "from": self.asked.since.isoformat(), "to": self.asked.until.isoformat()}
        series = [
            {
                "name": line.name,
                "values": drawn,
                "tone": tone,
                "dashed": place > 0 and not self.is_flow,
                "stale": bool(line.raw.stale_since),
            }
            for place, (line, drawn, tone) in enumerate(zip(self.lines, values, tones, strict=False))
        ]
        return {**kind, "format": "compact", "stale_word": _("stale"), "series": series}

    def _span_label(self, point: Point) -> str:
        whole_month = point.start.day == 1 and (point.on - point.start).days > 26
        return point.start.isoformat()[:7] if whole_month else point.on.isoformat()

    @property
    def head(self) -> list[str]:
        first = [_("From"), _("Until")] if self.is_flow else [_("Day")]
        return [*first, *(line.name for line in self.lines)]

    @property
    def rows(self) -> list[list[Any]]:
        """The chart as a table: each day or span with every account's value, None where it is unknown."""
        found: dict[tuple[date, date], list[Decimal | None]] = {}
        for place, line in enumerate(self.lines):
            for point in line.drawn.points if self.is_flow else line.drawn.known:
                key = (point.start, point.on) if self.is_flow else (point.on, point.on)
                found.setdefault(key, [None] * len(self.lines))[place] = point.value
        days = 2 if self.is_flow else 1
        return [[*key[-days:], *values] for key, values in sorted(found.items())]

    @property
    def table(self) -> dict[str, Any]:
        return {"head": self.head, "rows": [[_words(cell) for cell in row] for row in self.rows]}

    @property
    def finding(self) -> str:
        """What the chart shows, in a sentence with its figures."""
        return " ".join(filter(None, [*(self._said_of(line) for line in self.lines), self._difference()]))

    def _said_of(self, line: Line) -> str:
        known = line.raw.known
        if not known:
            return _("%(name)s: nothing is known of these days.") % {"name": line.name}
        if self.is_flow:
            told = {
                "name": line.name,
                "total": number(line.raw.total),
                "known": len(known),
                "all": len(line.raw.points),
            }
            return _("%(name)s: %(total)s in all, known for %(known)d of %(all)d spans.") % told
        told = {"name": line.name, "value": number(known[-1].value), "day": _words(known[-1].on)}
        if line.raw.change is None:
            words = _("%(name)s: %(value)s on %(day)s.") % told
        else:
            change = wording.percent_change(float(line.raw.change), wording.babel_locale())
            told |= {"change": change, "since": _words(known[0].on)}
            words = _("%(name)s: %(value)s on %(day)s, %(change)s since %(since)s.") % told
        if line.raw.stale_since:
            days = (self.today - line.raw.stale_since).days + 1
            words += " " + ngettext("Stale since %(days)d day.", "Stale since %(days)d days.", days) % {
                "days": days
            }
        return words

    def _difference(self) -> str:
        """Of two accounts, which one grew more."""
        if len(self.lines) < 2:
            return ""
        first, second = self.lines
        changes = first.raw.change, second.raw.change
        if self.is_flow or changes[0] is None or changes[1] is None:
            return ""
        ahead = (changes[0] - changes[1]) * 100
        if not ahead:
            return _("Both grew alike.")
        told = {"name": (first if ahead > 0 else second).name, "points": number(abs(ahead))}
        return _("%(name)s did better by %(points)s points.") % told

    def csv_rows(self) -> Iterator[list[Any]]:
        """Plain values, unknown ones empty."""
        yield [str(word) for word in self.head]
        for row in self.rows:
            yield ["" if cell is None else plain(_rounded(cell)) for cell in row]


def compare(user: User, asked: Asked, today: date) -> Comparison:
    """Raises ``Http404`` for an account of which ``user`` sees no figures."""
    keys = [asked.account, *([asked.other] if asked.other and asked.other != asked.account else [])]
    accounts = [account_or_404(user, key) for key in keys]
    flows = figure_policy.flow(policy.current())
    of_each = _figures(user, accounts, asked)
    period = (asked.since, asked.until)
    is_flow = m.KINDS[asked.metric] == m.FLOW
    grid = charting.best_grid(of_each.values(), asked.metric, *period) if is_flow else []
    lines = []
    for account in accounts:
        raw = charting.series_of(of_each[account.pk], asked.metric, *period, today, flows, grid=grid)
        drawn = charting.indexed(raw) if asked.indexed else raw
        lines.append(Line(account, name_of(account, user), raw, drawn))
    return Comparison(asked, lines, today)


def _figures(user: User, accounts: list[Account], asked: Asked) -> dict[UUID, list[Figure]]:
    metrics = {asked.metric, m.STOCK_BEHIND.get(asked.metric, asked.metric)}
    rows = Snapshot.objects.of(Kol.objects.visible_to(user)).filter(
        account__in=accounts, metric__in=metrics, standing=True, end__gte=asked.since - REACH
    )
    found: dict[UUID, list[Figure]] = {account.pk: [] for account in accounts}
    for key, *figure in rows.values_list("account", "metric", "value", "start", "end", "source"):
        found[key].append(Figure(*figure, key))
    return found


def name_of(account: Account, user: User) -> str:
    """The account with its platform; of one that a file in sight holds, its KOL too."""
    name = account.handle or account.title or account.external_id
    words = f"{account.get_platform_display()} {name}"
    if account.kol and Kol.objects.visible_to(user).filter(pk=account.kol_id).exists():
        return f"{account.kol.name} · {words}"
    return words


def _rounded(value: Any) -> Any:
    return round(value, SHOWN_PLACES) if isinstance(value, Decimal) else value


def _plain(value: Decimal | None) -> Any:
    return None if value is None else plain(_rounded(value))


def _words(cell: Any) -> str:
    if isinstance(cell, date):
        return wording.day_words(cell, "year", cell, wording.babel_locale())
    return number(cell)
