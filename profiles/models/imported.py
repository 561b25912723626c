"""An import as a record: the file, what was said of it, what became of each row (UI, screen 9)."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kol_crm.core.models import Row, StoredFile, Team, User, Work
from kol_crm.core.said import worded
from profiles.models.kol import Kol
from profiles.models.querysets import EDIT, VIEW
from profiles.models.words import Platform


class Mode(models.TextChoices):
    """Which files are written."""

    BOTH = "both", _("New files and those on record")
    NEW = "new", _("New files only")
    KNOWN = "known", _("Files on record only")


class Outcome(models.TextChoices):
    """What becomes of a row."""

    CREATED = "created", _("New")
    UPDATED = "updated", _("Changed")
    UNCHANGED = "unchanged", _("Unchanged")
    CONFLICT = "conflict", _("Conflict")
    TWIN = "twin", _("Possible twin")
    REJECTED = "rejected", _("Error")
    SKIPPED = "skipped", _("Left out")


class ImportQuerySet(models.QuerySet):
    def visible_to(self, user, action: str = VIEW):
        """One's own imports; managers view and undo those of the team and the teams below, admins all.

        Whose file it is chooses, mends and runs it: what is in it is theirs to show.
        """
        if user is None or not user.is_authenticated or not user.is_active:
            return self.none()
        if action == EDIT and user.role != User.Role.FINANCE:
            return self.filter(user=user)
        match user.role:
            case User.Role.ADMIN:
                return self
            case User.Role.MANAGER if user.team_id:
                return self.filter(
                    models.Q(user=user) | models.Q(user__team__in=Team.objects.tree_of(user.team))
                )
            case User.Role.FINANCE:
                return self.none()
        return self.filter(user=user)

    def for_list(self):
        return self.select_related("user", "work", "owner")


class ImportRowQuerySet(models.QuerySet):
    def visible_to(self, user, action: str = VIEW):
        return self.filter(imported__in=Import.objects.visible_to(user, action))


class Import(Row):
    """One file on its way in. Contact data stands only in the sealed file and in the sealed mends."""

    class State(models.TextChoices):
        COLUMNS = "columns", _("Match the columns")
        CHECKING = "checking", _("Being checked")
        PREVIEW = "preview", _("Ready to run")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        UNDOING = "undoing", _("Being undone")
        UNDONE = "undone", _("Undone")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("uploaded"))
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")
    name = models.CharField(_("file"), max_length=200)
    kind = models.CharField(max_length=10)
    platform = models.CharField(_("platform"), max_length=12, choices=Platform, blank=True)
    key = models.CharField(_("files are found by"), max_length=12, blank=True)
    mode = models.CharField(_("what is written"), max_length=5, choices=Mode, default=Mode.BOTH)
    overwrite = models.BooleanField(_("the table wins over filled facts"), default=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner of new and unowned files"),
    )
    day = models.DateField(_("day of the figures"), null=True, blank=True)
    by_hand = models.JSONField(default=dict)  # meanings of columns by place, as a person chose them
    dropped = models.JSONField(default=list)  # numbers of rows that are left out
    decisions = models.JSONField(default=dict)  # of rows that look like a file on record (import_twins.py)
    mends = models.BinaryField(null=True)  # cells as somebody mended them, sealed
    notes = models.JSONField(default=list)  # how the file was read, as said.kept keeps it
    columns = models.JSONField(
        default=list
    )  # as understood: index, heading, target, why, first values masked
    total = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)  # rows by outcome
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.COLUMNS)
    work = models.ForeignKey(Work, models.SET_NULL, null=True, related_name="+")
    change_set = models.UUIDField(null=True)  # what the run wrote
    run_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["user", "-at"], name="import_of_user"),
            models.Index(fields=["at", "id"], name="import_by_day"),
        ]

    def __str__(self):
        return self.name

    @property
    def notes_now(self) -> list[str]:
        """How the file was read, in the language of whoever reads it now."""
        return [worded(note) for note in self.notes]

    @property
    def columns_now(self) -> list[dict[str, Any]]:
        """The columns as understood, with the reason in the language of now."""
        return [column | {"why": worded(column["why"])} for column in self.columns]

    @property
    def is_open(self) -> bool:
        """Whether it may still be changed: nothing of it is written."""
        return self.state in (self.State.COLUMNS, self.State.CHECKING, self.State.PREVIEW)

    @property
    def works(self) -> bool:
        """Whether a worker has it, or will."""
        return self.work is not None and self.work.is_open

    @property
    def stopped(self) -> bool:
        """Whether its run ended before its rows did: it may go on."""
        return self.state == self.State.RUNNING and not self.works


class ImportRow(Row):
    """What became of one row of the file; its cells stay in the sealed file.

    ``changes``: [fact, before, after] in words, of contacts the masks. ``problems``: why the whole row was
    left out, what could not be read, and what lost to what stands, as messages that are put into words when
    they are read (core/said.py); ``why`` is the first of them in the words of who uploaded the file.
    ``left``: what an undo left, as it was changed since.
    """

    class Undo(models.TextChoices):
        TAKEN_BACK = "back", _("taken back")
        LEFT = "left", _("left")

    imported = models.ForeignKey(Import, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=9, choices=Outcome)
    written = models.BooleanField(default=False)
    kol = models.ForeignKey(Kol, models.SET_NULL, null=True, related_name="import_rows")
    name = models.CharField(max_length=120, blank=True)
    why = models.CharField(max_length=300, blank=True)
    changes = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    known = models.CharField(max_length=300, blank=True)  # what the no-go memory says of them (4.10)
    twins = models.JSONField(default=list)  # files that it may be: kol, score, parts; shown to who sees them
    undo = models.CharField(max_length=4, choices=Undo, blank=True)
    left = models.JSONField(default=list)

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["imported", "number"], name="one_outcome_per_row")]
        indexes = [models.Index(fields=["imported", "outcome", "number"], name="import_rows_by_outcome")]

    def __str__(self):
        return f"{self.number} {self.outcome}"
