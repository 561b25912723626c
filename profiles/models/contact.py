"""Contact points: the protected data of a file (DOMAIN 2.3, 3.1)."""

from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kol_crm.core.models import Row
from profiles.models.agency import Agency
from profiles.models.kol import Kol
from profiles.models.words import Channel


class ContactPoint(Row):
    """One phone, WeChat id, mail or address. Its value is sealed; ``digest`` finds, ``masked`` shows it."""

    kol = models.ForeignKey(Kol, models.CASCADE, null=True, blank=True, related_name="contacts")
    agency = models.ForeignKey(Agency, models.CASCADE, null=True, blank=True, related_name="contacts")
    channel = models.CharField(_("channel"), max_length=8, choices=Channel)
    sealed = models.BinaryField(editable=False)
    digest = models.CharField(max_length=64, editable=False)
    tail_digest = models.CharField(max_length=64, blank=True, editable=False)  # last four digits of a phone
    masked = models.CharField(max_length=120, editable=False)
    label = models.CharField(_("label"), max_length=40, blank=True)
    preferred = models.BooleanField(_("preferred"), default=False)
    verified_on = models.DateField(_("verified on"), null=True, blank=True)
    dead_since = models.DateField(_("dead since"), null=True, blank=True)
    shared = models.BooleanField(_("shared"), default=False)
    guardian = models.BooleanField(_("guardian's"), default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["channel", "-preferred", "position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kol__isnull=False, agency=None) | Q(kol=None, agency__isnull=False),
                name="contact_of_a_kol_or_an_agency",
            ),
            models.UniqueConstraint(
                fields=["kol", "channel"],
                condition=Q(preferred=True),
                name="one_preferred_contact_per_channel",
            ),
            models.UniqueConstraint(fields=["kol", "channel", "digest"], name="one_contact_once"),
            models.UniqueConstraint(
                fields=["agency", "channel"],
                condition=Q(preferred=True),
                name="one_preferred_contact_of_agency",
            ),
            models.UniqueConstraint(fields=["agency", "channel", "digest"], name="one_agency_contact_once"),
        ]
        indexes = [
            models.Index(fields=["digest"], name="contact_by_digest"),
            models.Index(fields=["tail_digest"], condition=~Q(tail_digest=""), name="contact_by_tail"),
        ]

    def __str__(self):
        return self.masked

    @property
    def holder(self) -> UUID:
        """The KOL or the agency it belongs to: whose data key seals it, whose history shows it."""
        holder = self.kol_id or self.agency_id
        if holder is None:
            raise ValueError("A contact point belongs to a KOL or an agency.")
        return holder

    @property
    def file(self) -> Kol | Agency:
        """The file or the agency whose version its changes raise."""
        file = self.kol or self.agency
        if file is None:
            raise ValueError("A contact point belongs to a KOL or an agency.")
        return file

    @property
    def alive(self) -> bool:
        return self.dead_since is None
