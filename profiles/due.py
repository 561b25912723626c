"""What profiles offers for Today: staying in touch, and mentions (DOMAIN 3.10, 8.1)."""

from collections.abc import Collection, Iterator
from datetime import date
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kol_crm.core.addresses import address_of
from kol_crm.core.due import DueRow, DueSource, narrowed
from kol_crm.core.models import Notice
from profiles.models import Account, Kol, Stage, Touch
from profiles.models.querysets import ON_TODAY
from profiles.services import mention

STALE_AHEAD = 7  # days, as far as Today looks


def _due_touches(user, until: date, without: Collection[str] = ()):
    due = Kol.objects.active().filter(owner=user, touch_due__lte=until, quiet_cause="")
    return narrowed(due, without)


def _why(kol: Kol, day: date) -> str:
    if kol.last_touch_at is None:
        return _("Never touched since the file was made")
    days = (day - timezone.localdate(kol.last_touch_at)).days
    return ngettext("No touch for %(days)d day", "No touch for %(days)d days", days) % {"days": days}


def _rows(user, day: date, until: date, limit: int, without: Collection[str] = ()) -> Iterator[DueRow]:
    kols = _due_touches(user, until, without).for_today().order_by("touch_due", "id")[:limit]
    label, action = _("Stay in touch"), _("Log touch")
    return (
        DueRow(
            key=f"touch:{kol.pk}",
            kind="touch",
            icon="message-circle",
            kind_label=label,
            subject=kol,
            why=_why(kol, day),
            due=kol.touch_due,
            action=action,
            detail_url=address_of("profiles:touch-form", kol.pk),
        )
        for kol in kols
    )


STAY_IN_TOUCH = DueSource(
    label=gettext_lazy("Stay in touch"),
    rows=_rows,
    waiting=_due_touches,
)


def _stale_figures(user, until: date, without: Collection[str] = ()):
    due = Kol.objects.active().filter(owner=user, figures_due__lte=until).exclude(stage=Stage.DEPARTED)
    return narrowed(due, without)


def _figure_rows(user, day: date, until: date, limit: int, without: Collection[str] = ()) -> Iterator[DueRow]:
    unentered = Account.objects.unentered().filter(kol=OuterRef("pk")).order_by()
    counted = Subquery(unentered.values("kol").values(many=Count("pk")))
    due = _stale_figures(user, until, without).only(*ON_TODAY, "figures_due")
    kols = due.annotate(unentered=counted).order_by("figures_due", "id")[:limit]
    label, action, url = _("Figures to refresh"), _("Enter"), reverse("profiles:figures-to-refresh")
    return (
        DueRow(
            key=f"figures:{kol.pk}",
            kind="figures",
            icon="hourglass",
            kind_label=label,
            subject=kol,
            why=_stale_why(kol, day),
            due=kol.figures_due,
            action=action,
            detail_url=f"{url}?kol={kol.pk}&within={STALE_AHEAD}",
        )
        for kol in kols
    )


def _stale_why(kol, day: date) -> str:
    """How long the first one is stale, and how many accounts nobody entered yet."""
    days = (day - kol.figures_due).days
    if days <= 0:
        stale = _("A figure of an account grows stale")
    else:
        stale = ngettext(
            "A figure of an account is stale since %(days)d day",
            "A figure of an account is stale since %(days)d days",
            days,
        ) % {"days": days}
    if not kol.unentered:
        return stale
    return ngettext(
        "%(stale)s; %(n)d account is not entered yet",
        "%(stale)s; %(n)d accounts are not entered yet",
        kol.unentered,
    ) % {"stale": stale, "n": kol.unentered}


FIGURES = DueSource(
    label=gettext_lazy("Figures to refresh"), rows=_figure_rows, waiting=_stale_figures, in_calendar=False
)


def _unread_mentions(user, _until: date, without: Collection[str] = ()):
    seen = Kol.objects.visible_to(user).filter(pk=OuterRef("subject"))
    rows = Notice.objects.filter(Exists(seen), user=user, kind=mention.NOTICE, read_at=None)
    return narrowed(rows, without)


def _mention_rows(
    user, _day: date, until: date, limit: int, without: Collection[str] = ()
) -> Iterator[DueRow]:
    notices = list(_unread_mentions(user, until, without).select_related("by").order_by("at", "id")[:limit])
    kols = Kol.objects.in_bulk({notice.subject for notice in notices})
    touches = Touch.objects.in_bulk({notice.data["touch"] for notice in notices})
    return (
        DueRow(
            key=f"{mention.NOTICE}:{notice.pk}",
            kind=mention.NOTICE,
            icon="at-sign",
            kind_label=_("Mention"),
            subject=kols[notice.subject],
            why=_("%(who)s: %(words)s")
            % {"who": notice.by, "words": Truncator(_words(touches, notice)).chars(160)},
            due=timezone.localdate(notice.at),
            action=_("Read"),
            detail_url=address_of("profiles:touch-form", notice.subject),
            action_url=address_of("profiles:mention-read", notice.pk),
        )
        for notice in notices
    )


def _words(touches: dict, notice: Notice) -> str:
    """What the touch says now; nothing once it was taken back and is gone."""
    touch = touches.get(UUID(notice.data["touch"]))
    return touch.text if touch else ""


MENTIONS = DueSource(
    label=gettext_lazy("Mentions"),
    rows=_mention_rows,
    waiting=_unread_mentions,
    personal=True,
    in_calendar=False,
)
