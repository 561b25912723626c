"""Charts per account, and two accounts beside each other; the state stands in the address (DOMAIN 3.4)."""

import csv
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from kol_crm.core.defusing import defused
from profiles import comparing
from profiles.comparing import USUAL_DAYS, Asked, Comparison
from profiles.forms.compare import CompareForm
from profiles.models import Account, Kol

PERIODS = ((90, _("90 days")), (USUAL_DAYS, _("1 year")), (730, _("2 years")))


@require_safe
def compare(request):
    """One account's chart, or two accounts on one axis. ``with`` is looked up and becomes ``other``."""
    day = timezone.localdate()
    form = _form(request)
    if form.cleaned_data.get("with"):
        try:
            other = comparing.account_named(request.user, form.cleaned_data["with"])
        except ValidationError as error:
            form.add_error("with", error.message_dict["with"])
        else:
            return redirect(_url(form.cleaned_data | {"other": other.pk, "with": ""}))
    found = comparing.compare(request.user, _asked(form, day), day)
    context = _context(request.user, form, found, day)
    return render(request, "profiles/figures/compare.html", context, status=422 if form.errors else 200)


@require_safe
def compare_csv(request):
    """The figures of the chart as a table."""
    day = timezone.localdate()
    form = _form(request)
    asked = _asked(form, day)
    if form.errors:
        raise Http404
    found = comparing.compare(request.user, asked, day)
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{asked.metric}-{asked.until}.csv"'
    head, *rows = found.csv_rows()
    csv.writer(answer).writerows([[defused(word) for word in head], *rows])
    return answer


def _form(request) -> CompareForm:
    """The address as a form. Raises ``Http404`` where it names no account."""
    form = CompareForm(request.GET)
    form.is_valid()
    if "account" not in form.cleaned_data:
        raise Http404
    return form


def _asked(form: CompareForm, day: date) -> Asked:
    """What is not understood stays in its field, told there, and is shown as usual."""
    try:
        return Asked.of(form.cleaned_data, day)
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            form.add_error(name, messages)
        return Asked.of({**form.cleaned_data, "since": None, "until": None}, day)


def _url(values: dict[str, Any], **changes: Any) -> str:
    """The address of a chart; what is as usual is left out."""
    asked = {
        name: value.isoformat() if isinstance(value, date) else "on" if value is True else str(value)
        for name, value in {**values, **changes}.items()
        if value
    }
    return f"{reverse('profiles:figures-compare')}?{urlencode(asked)}"


def _context(user, form: CompareForm, found: Comparison, day: date) -> dict[str, Any]:
    asked, values = found.asked, form.cleaned_data
    first = found.lines[0].account
    kol = _file_in_sight(user, first)
    csv_url = reverse("profiles:figures-compare-csv") + "?" + _url(values, **{"with": ""}).partition("?")[2]
    return {
        "form": _filled(form, asked),
        "found": found,
        "kol": kol,
        "chart": {
            "id": "comparison",
            "title": found.label,
            "how": found.finding,
            "data": found.chart,
            "csv_url": csv_url,
            "table": found.table,
            "height": "l",
            "span": 12,
            "legend": [
                {"label": line.name, "tone": series["tone"]}
                for line, series in zip(found.lines, found.chart["series"], strict=True)
            ],
        },
        "periods": [
            {
                "label": label,
                "url": _url(values, since=day - timedelta(days=days), until=None),
                "selected": asked.until == day and (day - asked.since).days == days,
            }
            for days, label in PERIODS
        ],
        "others": _others(values, kol, first, asked.other),
        "alone_url": _url(values, other=None, **{"with": ""}) if asked.other else "",
        "swap_url": _url(values, account=asked.other, other=asked.account) if asked.other else "",
    }


def _filled(form: CompareForm, asked: Asked) -> CompareForm:
    """The fields that were left out show what is drawn; those that were not understood what was typed."""
    form.data = form.data.copy()
    for name, value in (("metric", asked.metric), ("since", asked.since), ("until", asked.until)):
        if name not in form.errors and not form.data.get(name):
            form.data[name] = str(value)
    return form


def _file_in_sight(user, account: Account) -> Kol | None:
    return Kol.objects.visible_to(user).filter(pk=account.kol_id).first() if account.kol_id else None


def _others(
    values: dict[str, Any], kol: Kol | None, account: Account, other: UUID | None
) -> list[dict[str, Any]]:
    """The KOL's other accounts, one click away."""
    rows = Account.objects.filter(kol=kol) if kol else Account.objects.none()
    rows = rows.exclude(pk=account.pk)
    return [
        {"account": row, "url": _url(values, other=row.pk, **{"with": ""}), "on": row.pk == other}
        for row in rows
    ]
