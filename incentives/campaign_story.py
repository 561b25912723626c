"""Campaigns in the story of a file, as evidence for a gate, in exposure (DOMAIN 5.3, 5.6, 6.5)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incentives.models import Campaign, Deliverable, Participant, Result
from incentives.returned import returned
from kol_crm.core import wording
from kol_crm.core.score import Part
from lifecycle import exposure
from lifecycle.days import installation_day
from profiles import acts
from profiles.acts import Act, Words
from profiles.models import Kol
from profiles.timeline import Entry

KIND = "campaign"


def _joined(kol: Kol) -> QuerySet:
    return Participant.objects.of_files([kol.pk])


def _results(kol: Kol) -> QuerySet:
    return Result.objects.standing().filter(participant__in=_joined(kol))


def _joining(row: Participant) -> Words:
    title = _("Takes part in %(campaign)s") % {"campaign": row.campaign}
    return _words(row, title, row.campaign.get_type_display(), row.pass_reason, row.added_by)


def _result(row: Result) -> Words:
    title = _("Result of %(campaign)s") % {"campaign": row.participant.campaign}
    return _words(row.participant, title, result_words(row), "", row.user, is_result=True)


def _words(row: Participant, title: str, note: Any, body: str, who: Any, *, is_result: bool = False) -> Words:
    url = reverse("incentives:participant-detail", args=[row.pk])
    return Words(title, note, body, who, url, {"campaign": row.campaign_id, "is_result": is_result})


def _as_seen(reader: Any, entries: list[Entry]) -> list[Entry]:
    """Of a campaign that the reader of the file does not see only that there was one, and what it brought."""
    ids = {entry.extra["campaign"] for entry in entries}
    seen = set(Campaign.objects.visible_to(reader).filter(pk__in=ids).values_list("pk", flat=True))
    return [entry if entry.extra["campaign"] in seen else _out_of_sight(entry) for entry in entries]


def _out_of_sight(entry: Entry) -> Entry:
    if entry.extra["is_result"]:
        title, note = _("Result of a campaign of another team"), entry.note
    else:
        title, note = _("Takes part in a campaign of another team"), ""
    return replace(entry, title=title, note=note, body="", url="", who=None, extra={})


def result_words(row: Result) -> str:
    """120 new users, 300 active users, ¥900.00."""
    locale = wording.babel_locale()
    said = []
    if row.new_users is not None:
        said.append(_("%(n)s new users") % {"n": wording.grouped(row.new_users, locale)})
    if row.active_users is not None:
        said.append(_("%(n)s active users") % {"n": wording.grouped(row.active_users, locale)})
    if row.paid_amount is not None:
        said.append(wording.money(row.paid_amount, row.currency, locale))
    return ", ".join(said)


STORY = acts.story(
    KIND,
    gettext_lazy("Campaigns"),
    (
        Act(lambda kol: _joined(kol).select_related("campaign", "added_by"), "created_at", "flag", _joining),
        Act(lambda kol: _results(kol).select_related("participant__campaign", "user"), "at", "flag", _result),
    ),
    as_seen=_as_seen,
)


def done_campaigns(kol: Kol, day: date) -> str:
    """Those that ended by that day and for which they did something or brought something; empty: none.

    It is kept with the move for whoever sees the file: campaigns of other teams have no name in it.
    """
    brought = Q(pk__in=Result.objects.standing().values("participant"))
    delivered = Q(pk__in=Deliverable.objects.exclude(done_on=None).values("participant"))
    invited = Q(codes__invitations__left_out="")
    rows = _joined(kol).filter(brought | delivered | invited, campaign__state=Campaign.State.ENDED)
    rows = rows.filter(campaign__ends_on__lte=day).select_related("campaign").distinct()
    locale = wording.babel_locale()
    return ", ".join(
        _("%(campaign)s, until %(day)s")
        % {
            "campaign": row.campaign
            if row.campaign.team_id == kol.team_id
            else _("A campaign of another team"),
            "day": wording.day_words(row.campaign.ends_on, "year", day, locale),
        }
        for row in rows.order_by("-campaign__ends_on", "-pk")[:3]
    )


def exposure_parts(kol: Kol) -> Iterator[Part]:
    """Value returned by campaigns; what had no unit value or rate counts zero and is named."""
    found = returned([kol.pk], today=installation_day(timezone.now()))
    lacking = len(found.lacking)
    note = _("%(n)d results without a unit value or a rate count zero") % {"n": lacking} if lacking else ""
    yield Part(exposure.RETURNED, _("Value returned by campaigns"), found.value_of(kol.pk), note=note)
