"""Files handed from one colleague to another, until the receiver confirms each (DOMAIN 5.9)."""

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from kol_crm.core.models import Row
from lifecycle.models.rule import OfFileQuerySet
from profiles.models import Kol, Promise
from profiles.models.querysets import VIEW

USER = settings.AUTH_USER_MODEL


def unowned_promises(kol):
    """Open promises of a file (an id, or an outer reference) for which nobody answers by name."""
    owned = PromiseOwner.objects.filter(promise=OuterRef("pk"))
    return Promise.objects.filter(~Exists(owned), kol=kol, state=Promise.State.OPEN)


class HandoverQuerySet(models.QuerySet):
    def pending(self):
        return self.filter(Exists(HandedFile.objects.pending().filter(handover=OuterRef("pk"))))


class Handover(Row):
    """One act by which files went from a giver to a receiver: one file, or a whole portfolio. Append-only."""

    change_set = models.UUIDField(editable=False)
    giver = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("from"))
    receiver = models.ForeignKey(USER, models.PROTECT, related_name="handovers", verbose_name=_("to"))
    at = models.DateTimeField()
    due_on = models.DateField(_("to be confirmed by"))
    user = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")

    objects = HandoverQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["change_set", "giver", "receiver"], name="one_handover_per_act_and_people"
            ),
        ]
        indexes = [models.Index(fields=["receiver", "due_on"], name="handovers_of_receiver")]

    def __str__(self):
        return f"{self.giver} → {self.receiver}"

    @property
    def name(self) -> str:
        """What Today calls it where it is about several files."""
        return str(self)


class HandedFileQuerySet(OfFileQuerySet):
    def visible_to(self, user, action: str = VIEW):
        """Of the files one sees; of those of the trash nothing is handed over."""
        return super().visible_to(user, action).filter(kol__archived_at=None)

    def pending(self):
        return self.filter(confirmed_at=None, ended_at=None, kol__archived_at=None)

    def with_open(self):
        """``unowned``: how many open promises nobody answers for."""
        rows = unowned_promises(OuterRef("kol")).order_by().values("kol").annotate(n=Count("pk")).values("n")
        return self.annotate(unowned=Coalesce(Subquery(rows, output_field=models.IntegerField()), 0))

    def complete(self):
        return self.filter(~Exists(unowned_promises(OuterRef("kol"))))

    def for_list(self):
        """What a row of a list needs, in one query."""
        return self.with_open().select_related("handover__giver", "handover__receiver", "kol__owner")


class HandedFile(Row):
    """A file of a handover: pending until confirmed, or until the file went on before (``ended_at``)."""

    class State(models.TextChoices):
        PENDING = "pending", _("Pending")
        CONFIRMED = "confirmed", _("Confirmed")
        ENDED = "ended", _("Went on before")

    handover = models.ForeignKey(Handover, models.CASCADE, related_name="files")
    kol = models.ForeignKey(Kol, models.CASCADE, related_name="handed", verbose_name="KOL")
    handed_at = models.DateTimeField(editable=False)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    ended_at = models.DateTimeField(_("went on"), null=True, blank=True)

    objects = HandedFileQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kol"], condition=Q(confirmed_at=None, ended_at=None), name="one_pending_handover"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(ended_at=None), name="handover_confirmed_or_ended"
            ),
        ]
        indexes = [models.Index(fields=["handed_at", "id"], name="handed_files_by_age")]

    def __str__(self):
        return str(self.handover)

    @property
    def state(self) -> str:
        if self.confirmed_at:
            return self.State.CONFIRMED
        return self.State.ENDED if self.ended_at else self.State.PENDING

    def get_state_display(self) -> str:
        return str(self.State(self.state).label)

    @property
    def is_pending(self) -> bool:
        return self.state == self.State.PENDING


class HandoverNote(Row):
    """A question or remark of a handover, by the receiver, the giver or a manager. Append-only."""

    file = models.ForeignKey(HandedFile, models.CASCADE, related_name="notes")
    text = models.TextField(_("question or note"), max_length=2000)
    at = models.DateTimeField()
    user = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["file", "at", "id"], name="notes_of_handover")]

    def __str__(self):
        return f"{self.at:%Y-%m-%d}"


class PromiseOwner(Row):
    """Who answers for an open promise since a handover."""

    promise = models.OneToOneField(Promise, models.CASCADE, related_name="answered_for")
    kol = models.ForeignKey(Kol, models.CASCADE, related_name="+")
    user = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("who answers for it"))
    since = models.DateTimeField(editable=False)

    objects = OfFileQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["user"], name="promises_answered_for")]

    def __str__(self):
        return str(self.user)
