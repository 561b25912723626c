"""The stage dashboard, from what each app offers: every number is the length of a list (DOMAIN 8.2)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from babel.numbers import format_percent
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from incentives.figures import plans_by_state
from incentives.models import IncentivePlan
from kol_crm.core import wording
from lifecycle.figures import review_spans
from lifecycle.filters import SPANS
from profiles import figures
from profiles.filters import NONE, KolFilter
from profiles.models import Field, Kol, Level, Stage, Verdict

SCOPE = ("team", "level", "field")
ACTIVE = (Stage.INITIAL, Stage.MID_TERM, Stage.LATE)
UNTOUCHED_DAYS = 30
NO_LEVEL = gettext_lazy("No level")


@dataclass(frozen=True)
class Bar:
    """A number with its words, the list behind it, and how long it is drawn (per cent of the longest)."""

    key: str
    label: Any
    count: int
    url: str
    percent: float = 0
    tone: str = "tint"
    more: dict[str, Any] = field(default_factory=dict)


class Dashboard:
    """Figures of the files that ``user`` sees, narrowed by team, level and field; each counted once."""

    def __init__(self, user, params: QueryDict, now: datetime):
        self.user = user
        self.params = _only(params, SCOPE)
        self.filterset = KolFilter(self.params, Kol.objects.visible_to(user), user=user, now=now)
        self.kols = self.filterset.qs

    @property
    def day(self) -> date:
        return self.filterset.day

    def url(self, name: str = "profiles:kol-list", **changes) -> str:
        """A list within the scope of the dashboard, narrowed further."""
        params = self.params.copy()
        for key, value in changes.items():
            params.setlist(key, [value] if isinstance(value, str | int) else list(value))
        return f"{reverse(name)}?{params.urlencode()}".rstrip("?")

    @cached_property
    def census(self) -> figures.Census:
        return figures.census(self.kols)

    @cached_property
    def total(self) -> int:
        return self.census.total

    @cached_property
    def stages(self) -> list[Bar]:
        counts = self.census.by_stage
        return _bars(
            (stage.value, stage.label, counts[stage], self.url(stage=stage.value), stage.value)
            for stage in Stage
        )

    @cached_property
    def levels(self) -> list[Bar]:
        """From mega down, those without a level last; with a level chosen only what was chosen."""
        counts = self.census.by_level
        named = [(level.value, level.value, level.label) for level in reversed(Level)]
        chosen = self.params.getlist("level")
        return _bars(
            (key, label, counts[value], self.url(level=key), "tint")
            for value, key, label in (*named, ("", NONE, NO_LEVEL))
            if not chosen or key in chosen
        )

    @cached_property
    def verdicts(self) -> list[Bar]:
        counts = self.census.by_verdict
        return _bars(
            (verdict.value, verdict.label, counts[verdict], self.url(verdict=verdict.value), "tint")
            for verdict in Verdict
        )

    @cached_property
    def all_fields(self) -> list[Field]:
        return list(Field.objects.all())

    @cached_property
    def fields(self) -> list[Bar]:
        """Most files first; with a field chosen only that one, as no list asks for two fields at once."""
        counts = figures.by_field(self.kols)
        chosen = self.params.getlist("field")
        shown = [one for one in self.all_fields if counts.get(one.pk) and (not chosen or one.slug in chosen)]
        shown.sort(key=lambda one: -counts[one.pk])
        return _bars((one.slug, str(one), counts[one.pk], self.url(field=one.slug), "tint") for one in shown)

    @cached_property
    def loads(self) -> list[Bar]:
        """Owners by name, without rank; nobody's files last."""
        conditions = review_spans(self.day) | {"untouched": self.filterset.untouched_for(UNTOUCHED_DAYS)}
        loads = figures.by_owner(self.kols, **conditions)
        most = max((load.files for load in loads), default=0)
        return [
            Bar(
                load.username or NONE,
                load.name or _("Nobody"),
                load.files,
                self.url(owner=load.username or NONE),
                100 * load.files / most,
                more=load.meeting | {"overdue_url": self._reviews_url("overdue", load.username or NONE)},
            )
            for load in loads
        ]

    @cached_property
    def reviews(self) -> list[Bar]:
        """Reviews still to be done, by when."""
        return _bars(
            (name, label, sum(load.more[name] for load in self.loads), self._reviews_url(name), tone)
            for (name, label), tone in zip(SPANS, ("bad", "warn", "tint"), strict=True)
        )

    def _reviews_url(self, due: str, owner: str | None = None) -> str:
        return self.url("lifecycle:review-list", due=due, **({"owner": owner} if owner else {}))

    @cached_property
    def findings(self) -> dict[str, str]:
        """One sentence under each heading that says what its bars show."""
        return {
            "stages": _largest(
                self.stages, self.total, _("Most are in %(label)s: %(count)s of %(total)s (%(share)s)")
            ),
            "levels": _largest(self.levels, self.total, _("%(label)s is the largest: %(share)s")),
            "verdicts": self._verdict_finding(),
            "fields": _largest(
                self.fields, self.total, _("%(label)s has the most: %(count)s, %(share)s of the files")
            ),
            "loads": self._load_finding(),
            "reviews": self._review_finding(),
        }

    def _verdict_finding(self) -> str:
        counts = self.census.by_verdict
        known = self.total - counts[Verdict.UNKNOWN]
        if not known:
            return _("No verdict yet: figures of both sides are missing")
        words = {"share": percent(counts[Verdict.DRIFTING], known), "unknown": counts[Verdict.UNKNOWN]}
        return _("%(share)s of those with a verdict drift; %(unknown)s unknown") % words

    def _load_finding(self) -> str:
        owners = [load for load in self.loads if load.key != NONE]
        if not owners:
            return _("Nobody owns a file here")
        mean = sum(load.count for load in owners) / len(owners)
        return _("By name, no rank; %(mean)s files each on average") % {"mean": round(mean)}

    def _review_finding(self) -> str:
        overdue, soon, _later = self.reviews
        words = {"overdue": overdue.count, "soon": soon.count}
        return _("%(overdue)s overdue, %(soon)s more within 7 days") % words

    @cached_property
    def tiles(self) -> list[dict[str, Any]]:
        """What ``_parts/figure_tile.html`` draws."""
        stages, verdicts = self.census.by_stage, self.census.by_verdict
        active = sum(stages[stage] for stage in ACTIVE)
        untouched = sum(load.more["untouched"] for load in self.loads)
        nobodys = sum(load.count for load in self.loads if load.key == NONE)
        known = self.total - verdicts[Verdict.UNKNOWN]
        plans = plans_by_state(IncentivePlan.objects.filter(kol__in=self.kols))
        overdue = self.reviews[0]
        late = sum(1 for load in self.loads if load.more["overdue"])
        return [
            _tile(_("Active KOLs"), active, self.url(stage=ACTIVE), _("%(share)s of all files"), self.total),
            _tile(
                _("Reviews overdue"),
                overdue.count,
                overdue.url,
                _operators(late) if late else _("all in time"),
            ),
            _tile(
                _("Drifting"),
                verdicts[Verdict.DRIFTING],
                self.url(verdict=Verdict.DRIFTING),
                _("%(share)s of those with a verdict"),
                known,
            ),
            _tile(
                _("No touch for %(days)s days") % {"days": UNTOUCHED_DAYS},
                untouched,
                self.url(untouched=UNTOUCHED_DAYS),
                _("%(share)s of all files"),
                self.total,
            ),
            _tile(
                _("Plans running"),
                plans.get(IncentivePlan.State.ACTIVE, 0),
                self._plans_url(IncentivePlan.State.ACTIVE),
                _drafts(plans.get(IncentivePlan.State.DRAFT, 0)),
            ),
            _tile(
                _("Without an owner"), nobodys, self.url(owner=NONE), _("%(share)s of all files"), self.total
            ),
        ]

    def _plans_url(self, state: str) -> str:
        return self.url("incentives:plan-list", state=state)


def _only(params: QueryDict, names: tuple[str, ...]) -> QueryDict:
    """The parameters of these names alone."""
    kept = QueryDict(mutable=True)
    for name in names:
        if values := [value for value in params.getlist(name) if value]:
            kept.setlist(name, values)
    return kept


def _bars(rows: Iterable[tuple[str, Any, int, str, str]]) -> list[Bar]:
    """Each drawn in proportion to the longest."""
    rows = list(rows)
    most = max((count for _key, _label, count, _url, _tone in rows), default=0) or 1
    return [Bar(key, label, count, url, 100 * count / most, tone) for key, label, count, url, tone in rows]


def _tile(label: str, count: int, url: str, note: str, of: int | None = None) -> dict[str, Any]:
    """What ``_parts/figure_tile.html`` draws; with ``of`` the note says the share of that."""
    value = wording.grouped(count, wording.babel_locale())
    if of is not None:
        note = note % {"share": percent(count, of)}
    return {"label": label, "count": count, "value": value, "url": url, "note": note}


def percent(count: int, of: int) -> str:
    """31 %, in the reader's writing; a dash where there is nothing to be a part of."""
    return format_percent(count / of, locale=wording.babel_locale()) if of else wording.UNKNOWN


def _largest(bars: list[Bar], total: int, sentence: str) -> str:
    top = max(bars, key=lambda bar: bar.count, default=None)
    if top is None or not top.count:
        return ""
    return sentence % {
        "label": top.label,
        "count": top.count,
        "total": total,
        "share": percent(top.count, total),
    }


def _operators(count: int) -> str:
    return ngettext("with %(count)s operator", "with %(count)s operators", count) % {"count": count}


def _drafts(count: int) -> str:
    return ngettext("%(count)s draft", "%(count)s drafts", count) % {"count": count}
