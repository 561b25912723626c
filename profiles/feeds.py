"""What profiles has for subscribing programs: birthdays of one's KOLs, and their cards (issue 7)."""

from collections.abc import Iterator
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import audit, clock, staff_mail
from kol_crm.core.actor import Actor
from kol_crm.core.addresses import address_of
from kol_crm.core.feeds import FeedKind
from kol_crm.core.ical import Day
from kol_crm.core.models import Feed, User
from profiles.exporting import columns
from profiles.exporting.piece import Table
from profiles.exporting.writing import Cards
from profiles.models import Kol
from profiles.models.querysets import EDIT

READ = "feed"
MOST = 5000
DAY_BEFORE = "-PT15H"  # nine in the morning of the day before: there is time to find a present


def birthdays(user: User, first: date, last: date) -> Iterator[Day]:
    """The next birthday of each of one's own KOLs; by the moon it is the day on which it falls."""
    files = own_files(user).filter(next_birthday__range=(first, last)).only("name", "next_birthday")
    for kol in files.order_by("next_birthday", "id")[:MOST]:
        yield Day(
            uid=f"birthday:{kol.pk}:{kol.next_birthday.year}",
            on=kol.next_birthday,
            title=_("Birthday: %(name)s") % {"name": kol.name},
            url=settings.BASE_URL + address_of("profiles:kol-detail", kol.pk),
            category=_("Birthday"),
            alarm=DAY_BEFORE,
        )


def own_files(user: User):
    """The living files of a user of which they may see contacts (DOMAIN 2.3)."""
    return Kol.objects.visible_to(user, EDIT).active().filter(owner=user)


def write(feed: Feed, now: datetime) -> str:
    """The cards of one's own KOLs. Each reading is one audit row; contacts in clear only if asked for."""
    user = feed.user
    day = clock.local_day(now, staff_mail.zone_of(user))
    files = own_files(user)
    with transaction.atomic(), staff_mail.words_of(user):
        ids = list(files.order_by("pk").values_list("pk", flat=True)[:MOST])
        cards = Table(
            columns.CARD, Cards(feed.in_clear, version="4.0"), day, user, in_clear=feed.in_clear
        ).write(files, b"".join(pk.bytes for pk in ids))
        detail = "cards in clear" if feed.in_clear else "cards"
        audit.disclosed(Actor(user, READ, now), READ, rows=cards.rows, detail=detail)
    return cards.text.decode()


CARDS = FeedKind(
    label=gettext_lazy("Address book"),
    help=gettext_lazy(
        "Your own KOLs as cards, for the contacts of your phone: names, aliases, birthdays, fields. "
        "Each reading is recorded."
    ),
    icon="contact",
    name="cards.vcf",
    content_type="text/vcard; charset=utf-8",
    write=write,
    may_be_in_clear=True,
)
