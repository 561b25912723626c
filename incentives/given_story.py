"""What was given, in the story of a file and in the pack of its handover (DOMAIN 5.9; UI, screen 3)."""

from datetime import date
from decimal import Decimal

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incentives.models import Entry
from kol_crm.core import wording
from lifecycle.handover_pack import Line, Section
from profiles.models import Kol
from profiles.timeline import Entry as Told
from profiles.timeline import Place, TimelineSource, older

SHOWN = 10


def worth(entry: Entry) -> str:
    """¥1,280; nothing for what cost nothing."""
    return worth_of(entry.amount, entry.currency)


def worth_of(amount: Decimal | None, currency: str) -> str:
    return wording.money(amount, currency, wording.babel_locale()) if amount else ""


def _rows(kol: Kol) -> QuerySet:
    """Without the cost of gifts that stand: they tell their own story."""
    return Entry.objects.filter(kol=kol, gift=None).annotate(at=F("created_at"))


def _load(kol: Kol, before: Place | None, limit: int) -> list[Told]:
    return [
        Told(
            at=entry.created_at,
            id=entry.pk,
            kind="given",
            icon="undo-2" if entry.is_reversal else "gift",
            title=(_("Taken back: %(what)s") if entry.is_reversal else _("Given: %(what)s"))
            % {"what": entry.what},
            note=" · ".join(filter(None, (str(entry.get_kind_display()), worth(entry)))),
            body=entry.note,
            who=entry.author,
            url=reverse("incentives:entry-detail", args=[entry.pk]),
        )
        for entry in older(_rows(kol).select_related("author"), before, limit)
    ]


def _told(kol: Kol) -> list[QuerySet]:
    return [_rows(kol)]


def gifts(kol: Kol, _day: date) -> Section:
    """The last things they were given that stand."""
    rows = Entry.objects.standing().filter(kol=kol).order_by("-given_on", "-pk")[:SHOWN]
    lines = [
        Line(row.what, row.given_on, " · ".join(filter(None, (str(row.get_kind_display()), worth(row)))))
        for row in rows
    ]
    return Section("gifts", "gift", _("What they were given"), lines, _("Nothing was given yet."))


GIVEN = TimelineSource(gettext_lazy("Given"), _load, _told)
