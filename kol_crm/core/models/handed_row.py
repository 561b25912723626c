"""Rows of Today that somebody handed to a colleague (DOMAIN 8.1)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kol_crm.core.models.base import Row


class HandedRowQuerySet(models.QuerySet):
    def on(self, day):
        """Those that hold on a day."""
        return self.filter(ends_on__gte=day)


class HandedRow(Row):
    """``key`` names the row, which by itself stands in the queue of ``holder``; until ``ends_on`` it stands
    in that of ``receiver``. ``subject`` is the file that it is about.
    """

    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="rows_away", editable=False
    )
    key = models.CharField(max_length=120, editable=False)
    subject = models.UUIDField(editable=False)
    giver = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    receiver = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="rows_taken", verbose_name=_("to whom")
    )
    word = models.CharField(_("a word with it"), max_length=200, blank=True)
    at = models.DateTimeField(editable=False)
    ends_on = models.DateField(editable=False)

    objects = HandedRowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["holder", "key"], name="one_hand_per_row"),
            models.CheckConstraint(condition=~Q(holder=F("receiver")), name="handed_to_another"),
        ]
        indexes = [models.Index(fields=["receiver", "ends_on"], name="rows_in_hand")]

    def __str__(self):
        return self.key

    @property
    def kind(self) -> str:
        return self.key.partition(":")[0]

    @property
    def row_id(self) -> str:
        """The part of the key after the colon."""
        return self.key.partition(":")[2]
