"""What lifecycle has in the morning mail: reviews, and exclusivities that end (DOMAIN 5.4, 5.6)."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kol_crm.core import morning, wording
from kol_crm.core.actor import Actor
from kol_crm.core.models import Dirty, Horizon, Send, User
from kol_crm.core.morning import Section
from kol_crm.core.outbox import Tally
from lifecycle.days import installation_day
from lifecycle.models import Exclusivity, ExclusivityNotice, ReviewNotice
from lifecycle.services import exclusivity_reminder, reminder
from profiles.models import Kol

HORIZON = reminder.PLANNER
REVIEW, EXCLUSIVITY = "review_reminder", "exclusivity_reminder"


def plan(actor: Actor) -> Tally:
    """One tick: notices that came due since the horizon or of dirty files, then the mails of this morning."""
    tally = Tally()
    day = installation_day(actor.at)
    with transaction.atomic():
        horizon = Horizon.objects.select_for_update().filter(name=HORIZON).first()
        since = min(installation_day(horizon.until), day) if horizon else day
        tally.done += reminder.plan(actor, since, day)
        tally.done += exclusivity_reminder.plan(actor, since - reminder.LONGEST_BREAK, day)
        marks = list(Dirty.objects.filter(planner=reminder.PLANNER))
        if marks:
            files = [mark.subject for mark in marks]
            tally.done += reminder.plan(actor, day - reminder.LONGEST_BREAK, day, files)
            Dirty.objects.filter(pk__in=[mark.pk for mark in marks]).delete()
        Horizon.objects.update_or_create(name=HORIZON, defaults={"until": actor.at})
    tally.add(morning.plan(actor, day))
    return tally


def _waited_for(kind: type[ReviewNotice] | type[ExclusivityNotice], day: date) -> Iterable[int]:
    return kind._base_manager.filter(send=None, on__lte=day).values_list("user", flat=True).distinct()


def _reviews(reader: User, day: date, of: Collection[int]) -> Sequence[ReviewNotice]:
    return ReviewNotice.objects.to_gather(reader, day, of)


def _exclusivities(reader: User, day: date, of: Collection[int]) -> Sequence[ExclusivityNotice]:
    return ExclusivityNotice.objects.to_gather(reader, day, of)


def _review_lines(send: Send, reader: User, day: date) -> list[str]:
    """Of the gathered those whose review is still to be done, of files that their reader still sees."""
    seen = Kol.objects.visible_to(reader)
    rows = ReviewNotice.objects.filter(send=send, review__done_at=None, review__kol__in=seen)
    standing = [one for one in rows.select_related("review__kol", "review__stay", "user") if one.stands]
    return [_line(line, day, reader) for line in reminder.lines_for(standing, day)]


def _line(line: reminder.Line, day: date, reader: User) -> str:
    review = line.review
    words = {
        "name": review.kol.name,
        "stage": review.stay.get_stage_display(),
        "due": wording.day_words(review.due_on, "plain", day, wording.babel_locale()),
        "link": settings.BASE_URL + reverse("lifecycle:review-detail", args=[review.pk]),
    }
    if line.user.pk == reader.pk:
        return _("%(name)s: %(stage)s review, due %(due)s\n  %(link)s") % words
    words["who"] = str(line.user)
    return _("%(name)s: %(stage)s review, due %(due)s (in place of %(who)s)\n  %(link)s") % words


def _ending_lines(send: Send, reader: User, day: date) -> list[str]:
    """The gathered exclusivities that still end, of files that their reader still sees; each once."""
    seen = Kol.objects.visible_to(reader)
    rows = ExclusivityNotice.objects.filter(send=send, exclusivity__kol__in=seen)
    notices = rows.select_related("exclusivity__kol").prefetch_related("exclusivity__renewed_by")
    found = {notice.exclusivity_id: notice.exclusivity for notice in notices if notice.stands}
    return [
        _ending_line(row, day) for row in sorted(found.values(), key=lambda row: (row.ends_on, str(row.pk)))
    ]


def _ending_line(row: Exclusivity, day: date) -> str:
    words = {
        "name": row.kol.name,
        "scope": row.scope,
        "day": wording.day_words(row.ends_on, "plain", day, wording.babel_locale()),
        "link": settings.BASE_URL + reverse("lifecycle:exclusivity-detail", args=[row.pk]),
    }
    return _("%(name)s: exclusivity ends %(day)s (%(scope)s)\n  %(link)s") % words


def _review_count(n: int) -> str:
    return ngettext("%(n)d review", "%(n)d reviews", n) % {"n": n}


def _ending_count(n: int) -> str:
    return ngettext("%(n)d exclusivity ending", "%(n)d exclusivities ending", n) % {"n": n}


SECTIONS = {
    REVIEW: Section(
        label=gettext_lazy("Reviews due"),
        icon="clipboard-check",
        model=ReviewNotice,
        waited_for=lambda day: _waited_for(ReviewNotice, day),
        to_gather=_reviews,
        lines=_review_lines,
        count=_review_count,
    ),
    EXCLUSIVITY: Section(
        label=gettext_lazy("Exclusivities ending"),
        icon="lock",
        model=ExclusivityNotice,
        waited_for=lambda day: _waited_for(ExclusivityNotice, day),
        to_gather=_exclusivities,
        lines=_ending_lines,
        count=_ending_count,
    ),
}
