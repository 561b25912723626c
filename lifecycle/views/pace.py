"""Pages of pace: all fields, one field with its parts and history, what is entered (DOMAIN 4.1)."""

from collections import Counter
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from kol_crm.core import rights
from kol_crm.core.answers import go_on
from kol_crm.core.doors import page_actor
from lifecycle import losses, pace, tables
from lifecycle.days import installation_day
from lifecycle.forms.pace import BandForm, CapForm, DemandForm, TableForm
from lifecycle.models import Band, Cap, Demand, Move
from lifecycle.rules import pace as rules
from lifecycle.services import pace as verbs
from lifecycle.services.reaching import demand_files
from profiles.models import Field, Kol
from profiles.views import side

METHODS = ["GET", "HEAD", "POST"]
SHOWN = 50
MOST_DEMANDS = 1000  # a year of daily figures and more
ORDER = {rules.ROOM: 0, rules.OVERSUPPLIED: 1, rules.HOLD: 2, rules.UNKNOWN: 3}


@require_safe
def pace_list(request):
    """All fields: those with room first."""
    demand_files(request.user)
    context = {"rows": _rows(), "may_enter": verbs.may_enter_demand(request.user), "day": _day()}
    return render(request, "lifecycle/pace/list.html", context)


@require_safe
def pace_panel(request):
    """The same as a card of the dashboard; ``?field=`` leaves only these fields."""
    demand_files(request.user)
    asked = set(request.GET.getlist("field"))
    rows = [one for one in _rows() if not asked or one.field.slug in asked]
    counts = Counter(one.pace.word for one in rows)
    return render(request, "lifecycle/pace/_panel.html", {"rows": rows, "counts": counts})


def _rows() -> list[pace.FieldPace]:
    rows = list(pace.on(_day(), Field.objects.all()).values())
    return sorted(rows, key=lambda one: (ORDER[one.pace.word], -one.pace.room))


@require_safe
def pace_detail(request, slug: str):
    """One field: every figure of the arithmetic with the rows that it was made of."""
    field, day = _field(request.user, slug), _day()
    found = pace.of(field, day)
    demands = list(Demand.objects.filter(field=field).select_related("user").newest_first()[:MOST_DEMANDS])
    bands = list(Band.objects.filter(field=field).select_related("user").newest_first())
    months = pace.history(field, day, demands, bands)
    left = losses.departures([field.pk], day)
    seen = Kol.objects.visible_to(request.user)
    active = pace.active(day).filter(main_field=field)
    agreed = pace.agreed_waiting().filter(main_field=field)
    context = {
        "field": field,
        "found": found,
        "day": day,
        "chart": _chart(months),
        "months": months[::-1],
        "active": _files(active, seen),
        "agreed": _files(agreed, seen),
        "losses": list(
            Move.objects.filter(pk__in=left.values("pk"), kol__in=seen)
            .select_related("kol__main_field")
            .order_by("-at")[:SHOWN]
        ),
        "losses_total": left.count(),
        "demands": demands[:24],
        "bands": bands[:12],
        "caps": list(Cap.objects.filter(field=field).select_related("user").newest_first()[:12]),
        "may_enter": verbs.may_enter_demand(request.user),
        "may_set": rights.edits_policy(request.user),
    }
    return render(request, "lifecycle/pace/detail.html", context)


@require_http_methods(METHODS)
def demand(request, slug: str):
    """Enter the demand of a month."""
    field = _field(request.user, slug)
    _demand_right(request.user, verbs.may_enter_demand)
    form = DemandForm(_posted(request), initial={"month": _day().replace(day=1)})

    def act(values):
        return verbs.set_demand(page_actor(request), field, **values)

    return _side(request, field, form, act, title=_("Demand"), done=_("The demand is entered."))


@require_http_methods(METHODS)
def band(request, slug: str):
    """Set the band from a day on."""
    field = _field(request.user, slug)
    _demand_right(request.user, rights.edits_policy)
    form = BandForm(_posted(request), initial={"since": _day()})

    def act(values):
        return verbs.set_band(page_actor(request), field, **values)

    return _side(request, field, form, act, title=_("Band"), done=_("The band is set."))


@require_http_methods(METHODS)
def cap(request, slug: str):
    """Set or lift the cap from a day on."""
    field = _field(request.user, slug)
    _demand_right(request.user, rights.edits_policy)
    form = CapForm(_posted(request), initial={"since": _day()})

    def act(values):
        return verbs.set_cap(page_actor(request), field, **values)

    return _side(request, field, form, act, title=_("Cap"), done=_("The cap is set."))


@require_http_methods(METHODS)
def demand_import(request):
    """A table of demands per field and month: all rows or none."""
    demand_files(request.user)
    _demand_right(request.user, verbs.may_enter_demand)
    form = TableForm(_posted(request), request.FILES or None)
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            taken = form.take(tables.DEMANDS, lambda rows: verbs.take_demands(page_actor(request), rows))
        except tables.Wrong as wrong:
            problems = wrong.lines
        else:
            words = _("%(count)d figures of demand are taken in.") % {"count": len(taken)}
            return go_on(request, reverse("lifecycle:pace-list"), words)
    status = 422 if problems or form.errors else 200
    context = {"form": form, "problems": problems[:SHOWN], "more": max(len(problems) - SHOWN, 0)}
    return render(request, "lifecycle/pace/import.html", context, status=status)


def _day():
    return installation_day(timezone.now())


def _posted(request):
    return request.POST if request.method == "POST" else None


def _field(user, slug: str) -> Field:
    demand_files(user)
    found = Field.objects.filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def _demand_right(user, right) -> None:
    if not right(user):
        raise PermissionDenied(_("Demand is entered by managers, band and cap by those who edit policy."))


def _side(request, field: Field, form, act, *, title, done):
    back = reverse("lifecycle:pace-detail", args=[field.slug])
    title = f"{title} · {field}"
    return side.answer(request, None, form, act, title=title, done=done, back=back)


def _files(kols: QuerySet[Kol], seen: QuerySet[Kol]) -> dict[str, Any]:
    """The files behind a figure as far as the reader sees them, and how many there are in all."""
    total = kols.count()
    visible = kols.filter(pk__in=seen.values("pk"))
    shown = list(visible.select_related("owner", "main_field").order_by("sort_name", "pk")[:SHOWN])
    return {"rows": shown, "total": total, "hidden": total - visible.count()}


def _chart(months) -> dict[str, Any]:
    names = [month.month.strftime("%Y-%m") for month in months]
    heads = (pgettext("pace", "Month"), _("Users"), _("Active KOLs"), _("Users per active KOL"), _("Band"))
    return {
        "id": "pace-history",
        "title": _("Users per active KOL"),
        "how": _("by month, against the band; supply as of the month’s last day"),
        "height": "m",
        "span": 12,
        "data": {
            "kind": "line",
            "labels": names,
            "series": [
                {
                    "name": _("Users per KOL"),
                    "values": [month.per_kol for month in months],
                    "tone": "accent",
                },
                {
                    "name": "",
                    "values": [month.low for month in months],
                    "tone": "quiet",
                    "dashed": True,
                },
                {
                    "name": _("Band"),
                    "values": [month.high for month in months],
                    "tone": "quiet",
                    "dashed": True,
                },
            ],
        },
        "table": {
            "head": heads,
            "rows": [
                (name, _shown(month.demand), month.supply, _shown(month.per_kol), _band(month))
                for name, month in zip(names, months, strict=True)
            ],
        },
    }


def _shown(value) -> Any:
    return "–" if value is None else value


def _band(month) -> str:
    return "–" if month.low is None else f"{month.low}–{month.high}"
