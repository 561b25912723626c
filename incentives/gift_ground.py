"""Where gifts are heard of: Today, next due, the story of a file, handovers, merges, the palette."""

from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incentives.given_story import worth_of
from incentives.models import Gift
from incentives.services import gift
from kol_crm.core import due
from kol_crm.core.due import DueSource
from lifecycle import due_rows, handover_pack
from lifecycle.handover_pack import Line, Section
from profiles import acts, changes, timeline
from profiles.acts import Act, Words
from profiles.commands import Command, commands
from profiles.models import Kol
from profiles.services import links, next_due

KIND = "gift"
State = Gift.State
ON_THE_WAY = (State.IDEA, State.CHOSEN, State.SENT)


def register() -> None:
    for state, source in DUE.items():
        due.sources.register(f"{KIND}_{state}", source)
    next_due.sources.register(KIND, gift.due_dates)
    timeline.sources.register(KIND, STORY)
    links.words.register(Gift._meta.label, gettext_lazy("Gifts"))
    changes.rows.register(Gift._meta.label_lower, gettext_lazy("gift"))
    handover_pack.sections.register("gifts_waiting", waiting)
    commands.register(KIND, Command(gettext_lazy("Add gift"), "gift"))


def told(row: Gift) -> str:
    """Green tea for Mother · Mid-Autumn."""
    what = _("%(item)s for %(who)s") % {"item": row.item, "who": row.recipient} if row.recipient else row.item
    return " · ".join(filter(None, (what, row.occasion)))


def _why_idea(row: Gift, _day: date) -> str:
    return _("Choose a gift: %(gift)s") % {"gift": told(row)}


def _why_chosen(row: Gift, _day: date) -> str:
    return _("Not sent yet: %(gift)s") % {"gift": told(row)}


def _why_sent(row: Gift, _day: date) -> str:
    return _("Did it arrive? %(gift)s") % {"gift": told(row)}


def _source(state: str, label, why, action) -> DueSource:
    return due_rows.of_files(
        f"{KIND}_{state}",
        label,
        "gift",
        rows=lambda user: Gift.objects.due_for(user).filter(state=state),
        column="next_on",
        why=why,
        action=action,
        page=due_rows.page_of("incentives:gift-detail"),
        kind_label=gettext_lazy("Gift"),
    )


DUE = {
    str(State.IDEA): _source(State.IDEA, gettext_lazy("Gifts to choose"), _why_idea, gettext_lazy("Choose")),
    str(State.CHOSEN): _source(
        State.CHOSEN, gettext_lazy("Gifts to send"), _why_chosen, gettext_lazy("Send")
    ),
    str(State.SENT): _source(
        State.SENT, gettext_lazy("Gifts on their way"), _why_sent, gettext_lazy("Received")
    ),
}


def waiting(kol: Kol, _day: date) -> Section:
    """Gifts that are thought of, chosen or on their way, for whoever takes the file over."""
    rows = Gift.objects.filter(kol=kol, state__in=ON_THE_WAY).order_by("created_at", "pk")
    lines = [
        Line(told(row), row.for_on, " · ".join(filter(None, (row.get_state_display(), worth(row)))))
        for row in rows[: handover_pack.MOST]
    ]
    return Section("gifts_waiting", "gift", _("Gifts under way"), lines, _("No gift is under way."))


def worth(row: Gift) -> str:
    """¥128; nothing while nobody said what it costs."""
    return worth_of(row.amount, row.currency)


def _rows_of(kol: Kol) -> QuerySet:
    return Gift.objects.filter(kol=kol).select_related("author")


def _words(row: Gift, title: str, body: str = "", note: str = "") -> Words:
    return Words(title, note or told(row), body, row.author, reverse("incentives:gift-detail", args=[row.pk]))


def _sent(row: Gift) -> Words:
    parcel = " ".join(filter(None, (row.carrier, row.tracking)))
    note = " · ".join(filter(None, (told(row), worth(row), parcel)))
    return _words(row, _("Gift sent"), note=note)


STORY = acts.story(
    KIND,
    gettext_lazy("Gifts"),
    (
        Act(_rows_of, "created_at", "lightbulb", lambda row: _words(row, _("Gift idea"), row.note)),
        Act(_rows_of, "chosen_at", "gift", lambda row: _words(row, _("Gift chosen"))),
        Act(_rows_of, "sent_at", "package", _sent),
        Act(
            _rows_of,
            "received_at",
            "package-check",
            lambda row: _words(row, _("Gift received"), row.reaction),
        ),
        Act(_rows_of, "dropped_at", "x", lambda row: _words(row, _("Gift dropped"), row.drop_reason)),
    ),
)
