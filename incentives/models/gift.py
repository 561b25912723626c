"""Gifts to KOLs and their families, from the idea to what they said of it (DOMAIN 7.4)."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incentives.models.entry import AMOUNT, Entry
from incentives.models.querysets import OfKolQuerySet
from kol_crm.core.models import VersionedRow
from profiles.models import ImportantDate, Kol, LifeEvent, Tie


class GiftQuerySet(OfKolQuerySet):
    def due_for(self, user):
        """Of the active files that ``user`` owns, what waits for a step; ideas wait while a KOL is quiet."""
        files = Kol.objects.active().filter(owner=user)
        loud = Q(kol__quiet_cause="") | ~Q(state=Gift.State.IDEA)
        return self.filter(loud, kol__in=files, next_on__isnull=False)

    def given(self):
        """Those that were sent, whether they have arrived or not."""
        return self.filter(state__in=GIVEN)

    def for_list(self):
        """What a row of a list needs, in one query."""
        return self.select_related("kol__owner", "entry__reversal", "date", "event", "author")


class Gift(VersionedRow):
    """One item for one KOL, or for one of their family.

    ``folded``: the item as it is compared with others. ``next_on``: when the next step is due, derived by
    ``gift_days``. ``entry``: its cost in the ledger while it is sent. ``recipient``: who of the family gets
    it, as their tie called them when it was said; empty: the KOL. No address is kept.
    """

    class State(models.TextChoices):
        IDEA = "idea", pgettext_lazy("gift", "Idea")
        CHOSEN = "chosen", pgettext_lazy("gift", "Chosen")
        SENT = "sent", pgettext_lazy("gift", "Sent")
        RECEIVED = "received", pgettext_lazy("gift", "Received")
        DROPPED = "dropped", pgettext_lazy("gift", "Dropped")

    kol = models.ForeignKey(Kol, models.CASCADE, related_name="gifts", verbose_name="KOL")
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.IDEA)
    item = models.CharField(_("item"), max_length=160)
    folded = models.CharField(max_length=200, blank=True, editable=False)
    note = models.TextField(_("note"), max_length=2000, blank=True)
    tie = models.ForeignKey(
        Tie, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("for whom")
    )
    recipient = models.CharField(_("recipient"), max_length=120, blank=True)
    date = models.ForeignKey(
        ImportantDate, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("date")
    )
    event = models.ForeignKey(
        LifeEvent, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("life event")
    )
    occasion = models.CharField(_("occasion"), max_length=200, blank=True)
    for_on = models.DateField(_("for the day"), null=True, blank=True)
    amount = models.DecimalField(_("amount"), null=True, blank=True, **AMOUNT)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    over_reason = models.CharField(_("why beyond the budget"), max_length=300, blank=True)
    carrier = models.CharField(_("carrier"), max_length=60, blank=True)
    tracking = models.CharField(_("tracking number"), max_length=80, blank=True)
    sent_on = models.DateField(_("sent on"), null=True, blank=True)
    received_on = models.DateField(_("received on"), null=True, blank=True)
    reaction = models.TextField(_("reaction"), max_length=2000, blank=True)
    liked = models.BooleanField(_("they liked it"), null=True, blank=True)
    drop_reason = models.CharField(_("why it was dropped"), max_length=300, blank=True)
    dropped_from = models.CharField(max_length=8, choices=State, blank=True)
    entry = models.OneToOneField(
        Entry, models.PROTECT, null=True, blank=True, related_name="gift", editable=False
    )
    next_on = models.DateField(null=True, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(editable=False)
    chosen_at = models.DateTimeField(null=True, editable=False)
    sent_at = models.DateTimeField(null=True, editable=False)
    received_at = models.DateTimeField(null=True, editable=False)
    dropped_at = models.DateTimeField(null=True, editable=False)

    objects = GiftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=("sent", "received"), sent_on__isnull=False, entry__isnull=False)
                | (~Q(state__in=("sent", "received")) & Q(sent_on=None, entry=None)),
                name="gifts_sent_stand_in_the_ledger",
            ),
            models.CheckConstraint(
                condition=Q(state="received", received_on__isnull=False)
                | (~Q(state="received") & Q(received_on=None, liked=None, reaction="")),
                name="gifts_received_have_a_day",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("idea", "dropped")) | (Q(amount__gte=0) & ~Q(currency="")),
                name="gifts_chosen_have_an_amount",
            ),
            models.CheckConstraint(
                condition=Q(state="dropped", dropped_from__in=("idea", "chosen"))
                | (~Q(state="dropped") & Q(dropped_from="")),
                name="gifts_dropped_know_from_where",
            ),
        ]
        indexes = [
            models.Index(fields=["created_at", "id"], name="gifts_by_age"),
            models.Index(fields=["next_on", "id"], name="gifts_by_step"),
            models.Index(fields=["for_on", "id"], name="gifts_by_day"),
            models.Index(fields=["kol", "folded"], name="gifts_of_kol"),
        ]

    def __str__(self):
        return self.item

    @property
    def root(self) -> UUID:
        return self.kol_id

    @property
    def is_given(self) -> bool:
        return self.state in GIVEN

    @property
    def is_open(self) -> bool:
        """Whether it can still be chosen, sent or dropped."""
        return self.state in OPEN

    @property
    def tone(self) -> str:
        """The dot of its state."""
        return TONES[Gift.State(self.state)]

    @property
    def cost_is_reversed(self) -> bool:
        """Whether the ledger took its cost back while the gift stands."""
        entry: Any = self.entry
        return entry is not None and hasattr(entry, "reversal")


GIVEN = (Gift.State.SENT, Gift.State.RECEIVED)
OPEN = (Gift.State.IDEA, Gift.State.CHOSEN)
TONES = {
    Gift.State.IDEA: "quiet",
    Gift.State.CHOSEN: "warn",
    Gift.State.SENT: "accent",
    Gift.State.RECEIVED: "ok",
    Gift.State.DROPPED: "quiet",
}
