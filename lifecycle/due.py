"""What lifecycle offers for Today: reviews, attempts of outreach, who is looked at again (DOMAIN 8.1)."""

from collections.abc import Collection, Iterator
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from kol_crm.core import wording
from kol_crm.core.addresses import address_of
from kol_crm.core.due import DueRow, DueSource, Only, narrowed
from kol_crm.core.kept import Kept
from lifecycle.models import Outreach, Review, Stay
from profiles.models import Kol, Stage

KIND = "review"
_AWAITED = Kept("kol", lambda ours: Review.objects.awaiting().filter(ours).values_list("kol", "pk"))


def _due(user, until: date, without: Collection[str] = ()):
    """The files first, by the index on owner and date; their one open review is fetched for the page only."""
    files = Kol.objects.active().filter(owner=user, review_due__lte=until)
    asked = Review.objects.filter(pk__in=without, done_at=None)
    if isinstance(without, Only):
        return files.filter(reviews__in=asked)
    return files.exclude(reviews__in=asked) if without else files


def awaited_of(kols: list[Kol]) -> dict[UUID, UUID]:
    """Per file its one open review."""
    return dict(_AWAITED.of([kol.pk for kol in kols]))


def why(kol: Kol, due_on: date, day: date) -> str:
    """Initial review due 21 Nov; 21 d in stage."""
    words = {
        "stage": Stage(kol.stage).label,
        "day": wording.day_words(due_on, "plain", day, wording.babel_locale()),
        "days": wording.days_words((day - kol.stage_since).days if kol.stage_since else None),
    }
    return _("%(stage)s review due %(day)s; %(days)s in stage") % words


def _rows(user, day: date, until: date, limit: int, without: Collection[str] = ()) -> Iterator[DueRow]:
    kols = list(_due(user, until, without).for_today().order_by("review_due", "id")[:limit])
    reviews = awaited_of(kols)
    label = _("Review")
    return (
        DueRow(
            key=f"{KIND}:{reviews[kol.pk]}",
            kind=KIND,
            icon="clipboard-check",
            kind_label=label,
            subject=kol,
            why=why(kol, kol.review_due, day),
            due=kol.review_due,
            action=label,
            detail_url=address_of("lifecycle:review-detail", reviews[kol.pk]),
        )
        for kol in kols
        if kol.pk in reviews
    )


REVIEWS = DueSource(label=gettext_lazy("Reviews"), rows=_rows, waiting=_due)

OUTREACH_KIND = "outreach"


def _attempts(user, until: date, without: Collection[str] = ()):
    rows = Outreach.objects.live().due_for(user).filter(next_on__lte=until)
    return narrowed(rows, without)


def why_attempt(outreach: Outreach) -> str:
    """WeChat is next; for Winter running."""
    told = {"programme": outreach.candidate.programme, "channel": outreach.get_next_channel_display()}
    if not outreach.next_channel:
        return _("Every known channel was tried: find another, or close it; for %(programme)s") % told
    return _("No answer yet: %(channel)s is next; for %(programme)s") % told


def _attempt_rows(
    user, _day: date, until: date, limit: int, without: Collection[str] = ()
) -> Iterator[DueRow]:
    found = _attempts(user, until, without).select_related("kol", "candidate__programme")
    return (
        DueRow(
            key=f"{OUTREACH_KIND}:{row.pk}",
            kind=OUTREACH_KIND,
            icon="send",
            kind_label=_("Outreach"),
            subject=row.kol,
            why=why_attempt(row),
            due=row.next_on,
            action=row.get_next_channel_display() if row.next_channel else _("Decide"),
            detail_url=address_of("lifecycle:outreach-detail", row.pk),
        )
        for row in found.order_by("next_on", "id")[:limit]
    )


OUTREACH = DueSource(label=gettext_lazy("Outreach"), rows=_attempt_rows, waiting=_attempts)


AGAIN_KIND = "look_again"


def _again(user, until: date, without: Collection[str] = ()):
    """The departed of one's own whose date has come (DOMAIN 5.1)."""
    files = Kol.objects.active().filter(owner=user, stage=Stage.DEPARTED)
    rows = Stay.objects.filter(kol__in=files, until=None, look_again_on__lte=until)
    return narrowed(rows, without)


def why_again(stay: Stay, day: date) -> str:
    """Departed 3 Mar: Inactive; won back, or later?"""
    move = stay.entered_by
    words = {
        "day": wording.day_words(stay.since, "plain", day, wording.babel_locale()),
        "cause": move.get_cause_display() if move else _("Departed"),
    }
    if move is not None and move.not_won:
        return _("Not won on %(day)s: %(cause)s. Try again, or later?") % words
    return _("Departed %(day)s: %(cause)s. Win back, or later?") % words


def _again_rows(user, day: date, until: date, limit: int, without: Collection[str] = ()) -> list[DueRow]:
    found = _again(user, until, without).select_related("kol", "entered_by")
    return [
        DueRow(
            key=f"{AGAIN_KIND}:{row.pk}",
            kind=AGAIN_KIND,
            icon="rotate-ccw",
            kind_label=pgettext("departed", "Look again"),
            subject=row.kol,
            why=why_again(row, day),
            due=row.look_again_on,
            action=_("Look"),
            detail_url=address_of("lifecycle:look-again", row.kol_id),
        )
        for row in found.order_by("look_again_on", "id")[:limit]
    ]


AGAIN = DueSource(label=gettext_lazy("To look at again"), rows=_again_rows, waiting=_again)
