"""Rows taken into a campaign: who joins, what they brought, who came by whose code; unit values (6.5)."""

from collections import Counter
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.core.exceptions import ValidationError
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from incentives import campaign_tables
from incentives.campaign_page import CampaignPage
from incentives.forms.campaign import RowsForm, UnitValueForm
from incentives.models import UnitValue
from incentives.services import invitation, result, unit_value
from incentives.services import participant as participants
from incentives.views import campaign as campaigns
from incentives.views import contest
from kol_crm.core import installation, rights
from kol_crm.core.answers import go_on
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Refused
from lifecycle import tables
from lifecycle.days import installation_day
from profiles.models.querysets import EDIT

METHODS = ["GET", "HEAD", "POST"]
SHOWN = 50


@require_http_methods(METHODS)
def participant_import(request, pk: UUID):
    campaign = campaigns.found(request, pk, EDIT)

    def take(rows):
        meant = campaign_tables.who_is_meant(request.user, rows)
        return participants.add_many(page_actor(request), campaign, meant)

    def done(made) -> str:
        return _("%(count)d take part.") % {"count": len(made)}

    title, sample = _("Import participants"), "kol\nsiyu\n王思雨"
    return _rows(request, campaign, title, sample, campaign_tables.PARTICIPANTS, take, done)


@require_http_methods(METHODS)
def result_import(request, pk: UUID):
    campaign = campaigns.found(request, pk, EDIT)

    def take(rows):
        told = campaign_tables.results_of(request.user, campaign, rows)
        try:
            return result.enter(page_actor(request), campaign, told)
        except ValidationError as error:
            raise _at_kol(error) from error

    def done(made) -> str:
        return _("%(count)d results are entered.") % {"count": len(made)}

    sample = "kol,day,active users,paid amount,currency\nsiyu,2026-11-20,340,1200.50,CNY"
    return _rows(request, campaign, _("Paste results"), sample, campaign_tables.RESULTS, take, done)


@require_http_methods(METHODS)
def invitation_import(request, pk: UUID):
    campaign = contest.contest(request, pk, EDIT)

    def take(rows):
        taken = invitation.take_in(page_actor(request), campaign, rows)
        wrong = {
            f"rows.{place}.{one.field}": one.problem
            for place, one in enumerate(taken)
            if one.state == invitation.WRONG
        }
        if wrong:
            raise ValidationError(wrong)
        return taken

    def done(taken) -> str:
        counts = Counter(one.state for one in taken)
        out = sum(bool(one.left_out) for one in taken)
        told = {"new": counts[invitation.NEW], "known": counts[invitation.KNOWN], "out": out}
        return _("%(new)d new, of them %(out)d left out; %(known)d known already.") % told

    title = _("Import invitations")
    sample = "code,user,registered\nK7QX2MPA,100231,2026-11-20 14:05"
    return _rows(request, campaign, title, sample, campaign_tables.INVITATIONS, take, done)


def _at_kol(error: ValidationError) -> ValidationError:
    """What is wrong with a participant stands in the column of the KOL."""
    return ValidationError(
        {key.replace(".participant", ".kol"): words for key, words in error.message_dict.items()}
    )


def _rows(request, campaign, title, sample, columns, take, done):
    form = RowsForm(request.POST if request.method == "POST" else None, request.FILES or None)
    problems: list[str] = []
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            made = form.take(columns, take)
        except tables.Wrong as wrong:
            problems = wrong.lines
        except Refused as refused:
            problems, status = [str(refused.message)], 409
        else:
            return go_on(request, campaigns.url_of(campaign), done(made))
    if status == 200 and (problems or form.errors):
        status = 422
    context = {
        "form": form,
        "campaign": campaign,
        "title": title,
        "sample": sample,
        "headings": [column.names for column in columns],
        "problems": problems[:SHOWN],
        "more": max(len(problems) - SHOWN, 0),
    }
    return render(request, "incentives/campaign/import.html", context, status=status)


@require_http_methods(METHODS)
def result_grid(request, pk: UUID):
    """A line for each who takes part: the figures of one day or span, entered at once."""
    campaign = campaigns.found(request, pk, EDIT)
    page = CampaignPage(campaign, request.user, installation_day(timezone.now()))
    typed, problems, general = request.POST, {}, []
    if request.method == "POST":
        rows, places = _typed(page, typed)
        try:
            made = result.enter(page_actor(request), campaign, rows)
        except ValidationError as error:
            problems, general = _placed(error, places)
        else:
            words = _("%(count)d results are entered.") % {"count": len(made)}
            return go_on(request, campaigns.url_of(campaign), words)
    lines = [
        {
            "row": row,
            "cells": [
                {
                    "name": f"{name}-{row.participant.pk}",
                    "value": typed.get(f"{name}-{row.participant.pk}", ""),
                    "errors": problems.get((row.participant.pk, name), []),
                }
                for name in _columns(campaign)
            ],
            "errors": problems.get((row.participant.pk, ""), []),
        }
        for row in page.rows
    ]
    labels = {
        "new_users": _("New users"),
        "active_users": _("Active users"),
        "paid_amount": _("Paid amount"),
    }
    context = {
        "campaign": campaign,
        "page": page,
        "lines": lines,
        "heads": [labels[name] for name in _columns(campaign)],
        "first_on": typed.get("first_on", ""),
        "last_on": typed.get("last_on", page.day.isoformat()),
        "source": typed.get("source", ""),
        "currency": typed.get("currency", installation.currency()),
        "general": general,
    }
    status = 422 if problems or general else 200
    return render(request, "incentives/campaign/results.html", context, status=status)


def _columns(campaign) -> list[str]:
    return [name for name in result.FIGURES if not (campaign.is_contest and name == "new_users")]


def _typed(page: CampaignPage, typed) -> tuple[list[dict], list[UUID]]:
    """The rows that hold a figure; what is no number is kept as it is, to be refused at its cell."""
    rows, places = [], []
    for one in page.participants:
        told = {name: typed.get(f"{name}-{one.pk}", "").strip() for name in _columns(page.campaign)}
        if not any(told.values()):
            continue
        rows.append(
            {
                "participant": one,
                "first_on": parse_date(typed.get("first_on", "")) or parse_date(typed.get("last_on", "")),
                "last_on": parse_date(typed.get("last_on", "")),
                "source": typed.get("source", "").strip(),
                "currency": typed.get("currency", "").strip(),
                **{name: _number(name, words) for name, words in told.items() if words},
            }
        )
        places.append(one.pk)
    return rows, places


def _number(name: str, words: str):
    """Words that are no number stay words: the verb refuses them at their cell."""
    plain = words.replace(",", "")
    try:
        return Decimal(plain) if name == "paid_amount" else int(plain)
    except (InvalidOperation, ValueError):
        return words


def _placed(error: ValidationError, places: list[UUID]):
    """Problems by participant and column; those of the days above the grid, once."""
    found: dict[tuple[UUID, str], list[str]] = {}
    general: list[str] = []
    for key, messages in error.message_dict.items():
        head, _dot, rest = key.partition(".")
        place, _dot, name = rest.partition(".")
        if head == "rows" and place.isdecimal() and name in result.FIGURES:
            found[places[int(place)], name] = messages
        elif head == "rows" and place.isdecimal() and name in ("participant", "currency"):
            found[places[int(place)], ""] = messages
        else:
            general += [one for one in messages if one not in general]
    return found, general


@require_http_methods(METHODS)
def unit_values(request):
    """What one new or active user is worth, from which day on."""
    campaigns.demand_files(request.user)
    may_edit = rights.edits_policy(request.user)
    form = UnitValueForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        rights.demand(request.user, rights.edits_policy)
        if form.is_valid():
            try:
                unit_value.put(page_actor(request), **form.cleaned_data)
            except ValidationError as error:
                for name, messages in error.message_dict.items():
                    form.add_error(name if name in form.fields else None, messages)
            else:
                return go_on(request, reverse("incentives:unit-values"), _("Saved."))
    context = {
        "form": form,
        "may_edit": may_edit,
        "rows": UnitValue.objects.select_related("user").order_by("metric", "-since", "-at", "-id"),
        "currency": installation.currency(),
    }
    return render(
        request, "incentives/campaign/unit_values.html", context, status=422 if form.errors else 200
    )
