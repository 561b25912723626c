"""What a KOL was given since the last review, and what it brought: slots and coaching (DOMAIN 5.4, 5.5)."""

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kol_crm.core import clock, installation, wording
from lifecycle.effects import effects_of
from lifecycle.evidence import Evidence, day_words, since
from lifecycle.models import Booking, CoachingFigure, CoachingPlan
from lifecycle.rules.effect import Effect
from profiles.models import Kol

LAST_SLOTS = 3


def evidence(kol: Kol, day: date) -> list[Evidence]:
    """Slots used since the last review, and each coaching that runs or was closed since."""
    start = since(kol, day)
    return [*_slots(kol, start, day), *_coaching(kol, start)]


def _slots(kol: Kol, start: date, day: date) -> Iterator[Evidence]:
    used = Booking.objects.used().filter(kol=kol, used_on__range=(start, day))
    rows = list(used.select_related("slot").order_by("-used_on", "-id"))
    if not rows:
        return
    values: dict[str, Decimal] = {}
    for row in rows:
        values[row.currency] = values.get(row.currency, Decimal(0)) + row.value
    money = (wording.money(value, currency, wording.babel_locale()) for currency, value in values.items())
    words = ngettext("%(n)d slot used", "%(n)d slots used", len(rows)) % {"n": len(rows)}
    shown = rows[:LAST_SLOTS]
    effects = effects_of(shown, day)
    last = [f"{row.slot} ({day_words(row.used_on, day)}): {_effect(effects[row.pk])}" for row in shown]
    told = [_("since %(day)s") % {"day": day_words(start, day)}, *last]
    yield Evidence(
        "slots",
        gettext_lazy("Resources"),
        _("%(slots)s, %(value)s at list value") % {"slots": words, "value": wording.listed(money)},
        " · ".join(told),
        url=f"{reverse('lifecycle:booking-list')}?kol={kol.pk}&state=used",
    )


def _effect(effect: Effect) -> str:
    """The first figure whose change is stated, else why none is."""
    first, locale = effect.first, wording.babel_locale()
    if first is not None and first.change is not None:
        return f"{first.label} {wording.percent_change(float(first.change), locale)}"
    reasons = [one.reason for one in effect if one.reason]
    return _("no effect stated: %(reason)s") % {"reason": reasons[0]} if reasons else _("no effect stated")


def _coaching(kol: Kol, start: date) -> Iterator[Evidence]:
    plans = CoachingPlan.objects.filter(kol=kol).filter(Q(closed_at=None) | Q(closed_at__gte=_begins(start)))
    held = Count("sessions", filter=Q(sessions__held_at__isnull=False))
    for plan in plans.annotate(held=held).prefetch_related("figures").order_by("created_at", "id"):
        sessions = ngettext("%(n)d session held", "%(n)d sessions held", plan.held) % {"n": plan.held}
        yield Evidence(
            f"coaching-{plan.pk}",
            gettext_lazy("Coaching"),
            plan.title,
            " · ".join([plan.get_state_display(), sessions, *(_figure(one) for one in plan.figures.all())]),
            url=reverse("lifecycle:coaching-detail", args=[plan.pk]),
        )


def _begins(day: date) -> datetime:
    return clock.local_to_utc(day, time.min, installation.zone())


def _figure(row: CoachingFigure) -> str:
    """Followers 800 → 1,200 (+50 %); without an after-figure it says so."""
    locale = wording.babel_locale()
    before = wording.grouped(round(row.before), locale)
    if row.after is None:
        return _("%(figure)s %(before)s before, none after yet") % {"figure": row.label, "before": before}
    grown = "" if row.grown is None else f" ({wording.percent_change(row.grown, locale)})"
    return f"{row.label} {before} → {wording.grouped(round(row.after), locale)}{grown}"
