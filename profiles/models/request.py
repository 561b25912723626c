"""Requests: problems that a KOL raises (DOMAIN 3.9)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from profiles.models.kol import Kol
from profiles.models.note import Note, NoteQuerySet


class RequestQuerySet(NoteQuerySet):
    def open(self):
        return self.filter(answered_at=None)

    def due_for(self, user, *, quiet: bool = True):
        """Those that ``user`` took; those that nobody took, or nobody here any more, are the owner's."""
        left = Q(taker=None) | Q(taker__is_active=False)
        mine = Q(taker=user) | (Q(kol__owner=user) & left)
        files = Kol.objects.active().visible_to(user)
        return self.filter(mine, kol__in=files if quiet else files.filter(quiet_cause=""))

    def for_list(self):
        return super().for_list().select_related("taker")


class Request(Note):
    """Open until it is answered; then whether the KOL was satisfied may be noted."""

    what = models.TextField(_("what they ask"), max_length=2000)
    taker = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who takes it"),
    )
    due_on = models.DateField(_("answer due"))
    answer = models.TextField(_("how it was answered"), max_length=5000, blank=True, editable=False)
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)
    satisfied = models.BooleanField(_("satisfied"), null=True, blank=True, editable=False)

    objects = RequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="", satisfied=None)
                | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="answered_requests_say_how",
            )
        ]
        indexes = [
            models.Index(fields=["due_on", "id"], name="requests_by_due"),
            models.Index(fields=["created_at", "id"], name="requests_by_age"),
            models.Index(fields=["kol"], condition=Q(answered_at=None), name="open_requests_of_kol"),
            models.Index(
                fields=["taker", "due_on"], condition=Q(answered_at=None), name="open_requests_of_taker"
            ),
        ]

    def __str__(self):
        return self.what[:80]

    @property
    def is_open(self) -> bool:
        return self.answered_at is None
