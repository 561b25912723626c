"""What incentives offers for Today: greetings that wait for their operator (DOMAIN 7.3, 8.1)."""

from collections.abc import Collection, Iterator
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incentives.models import Greeting
from incentives.services.greeting import OPEN
from kol_crm.core.addresses import address_of
from kol_crm.core.due import DueRow, DueSource, narrowed
from kol_crm.core.lunar import to_lunar
from kol_crm.core.models import Send
from kol_crm.core.occurrence import age_on
from profiles.models import Calendar, Kol
from profiles.services.birthday import partial_day

KIND = "greeting"


def _due(user, until: date, without: Collection[str] = ()):
    files = Kol.objects.active().filter(owner=user)
    rows = Greeting.objects.filter(kol__in=files, state__in=OPEN, on__lte=until)
    return narrowed(rows, without)


def why(greeting: Greeting) -> str:
    """Lunar birthday 十月十五; turns 32; goes by itself at its hour."""
    if greeting.state == Greeting.State.FAILED:
        return outcome(greeting)
    kol = greeting.kol
    words = _("Birthday")
    if kol.birth_calendar == Calendar.LUNAR:
        words = _("Lunar birthday %(day)s") % {"day": to_lunar(greeting.on)}
    parts = [words]
    age = age_on(partial_day(kol), greeting.on)
    if age:
        parts.append(_("turns %(age)d") % {"age": age})
    if goes_by_itself(greeting):
        parts.append(_("by itself unless edited"))
    elif greeting.edited:
        parts.append(_("edited by you"))
    else:
        parts.append(_("draft is ready"))
    return " · ".join(parts)


def outcome(greeting: Greeting) -> str:
    """Why a greeting that should have gone waits for its operator."""
    if is_uncertain(greeting):
        return greeting.outcome_words[:1].upper() + greeting.outcome_words[1:]
    return _("Mail did not go: %(outcome)s") % {"outcome": greeting.outcome_words}


def is_uncertain(greeting: Greeting) -> bool:
    """Whether nobody knows if a mail of it arrived."""
    return greeting.send is not None and greeting.send.state == Send.State.UNCERTAIN


def goes_by_itself(greeting: Greeting) -> bool:
    """Whether a mail of it waits in the outbox."""
    return greeting.send is not None and greeting.send.state == Send.State.PENDING and not greeting.edited


def _rows(user, _day: date, until: date, limit: int, without: Collection[str] = ()) -> Iterator[DueRow]:
    found = _due(user, until, without).select_related("kol", "send").order_by("on", "id")[:limit]
    return (
        DueRow(
            key=f"{KIND}:{greeting.pk}",
            kind=KIND,
            icon="cake",
            kind_label=_("Birthday greeting"),
            subject=greeting.kol,
            why=why(greeting),
            due=greeting.on,
            action=_("Check") if is_uncertain(greeting) else _("Send"),
            detail_url=address_of("incentives:greeting-detail", greeting.pk),
        )
        for greeting in found
    )


GREETINGS = DueSource(label=gettext_lazy("Greetings"), rows=_rows, waiting=_due)
