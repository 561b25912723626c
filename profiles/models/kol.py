"""The KOL file (DOMAIN 3.1, 3.2) and the figures that lists sort by (3.13)."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kol_crm.core.models import Row, Team, VersionedRow
from kol_crm.core.occurrence import PartialDay, is_possible
from profiles.models.agency import Agency
from profiles.models.catalogue import Field, KolType, Tag
from profiles.models.querysets import KolQuerySet
from profiles.models.validators import known_zone, words
from profiles.models.words import Calendar, Gender, Level, QuietCause, Stage, StopMark, Verdict


def _within(least: int, most: int) -> list:
    return [MinValueValidator(least), MaxValueValidator(most)]


AWAKE = Q(archived_at=None, dormant=False)


def face_url(kol_id, picture_id, size: str) -> str:
    """The address of a picture; empty where there is none."""
    return reverse("profiles:kol-face", args=[kol_id, picture_id, size]) if picture_id else ""


class Kol(VersionedRow):
    """Everything known of one KOL: the company's asset, never lost, never silently overwritten."""

    # Personal: DOMAIN 3.1
    name = models.CharField(_("name"), max_length=120)
    name_other = models.CharField(_("name in other scripts"), max_length=120, blank=True)
    alias = models.CharField(_("alias"), max_length=120, blank=True)
    gender = models.CharField(_("gender"), max_length=8, choices=Gender, blank=True)
    birth_calendar = models.CharField(
        _("birthday calendar"), max_length=5, choices=Calendar, default=Calendar.SOLAR
    )
    birth_year = models.PositiveSmallIntegerField(
        _("year of birth"), null=True, blank=True, validators=_within(1901, 2099)
    )
    birth_month = models.PositiveSmallIntegerField(
        _("month of birth"), null=True, blank=True, validators=_within(1, 12)
    )
    birth_day = models.PositiveSmallIntegerField(
        _("day of birth"), null=True, blank=True, validators=_within(1, 31)
    )
    birth_leap = models.BooleanField(_("born in a leap month"), default=False)
    city = models.CharField(_("city"), max_length=80, blank=True)
    zone = models.CharField(_("time zone"), max_length=50, blank=True, validators=[known_zone])
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, blank=True)
    introduction = models.TextField(_("introduction"), blank=True)
    likes = models.JSONField(_("likes"), default=list, blank=True, validators=[words])
    dislikes = models.JSONField(_("dislikes"), default=list, blank=True, validators=[words])
    character = models.TextField(_("character"), blank=True)
    family = models.TextField(_("family"), blank=True)
    minor = models.BooleanField(_("under age"), default=False)
    guardian_consent_on = models.DateField(_("guardian's consent on"), null=True, blank=True)

    # Business: DOMAIN 3.2
    type = models.ForeignKey(
        KolType, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("type")
    )
    credentials = models.TextField(_("credentials"), blank=True)
    good_at = models.TextField(_("especially good at"), blank=True)
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="kols", verbose_name=_("agency")
    )
    how_met = models.TextField(_("how we met"), blank=True)

    # Whose file it is (2.1, 3.14)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="kols",
        verbose_name=_("owner"),
    )
    team = models.ForeignKey(Team, models.PROTECT, related_name="kols", verbose_name=_("team"))
    staff_user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="own_file",
        editable=False,
        verbose_name=_("also a colleague"),
    )
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)
    # the file that this one became a part of; it is hidden for good, its address leads there
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged_files", editable=False
    )
    trash_over = models.BooleanField(  # only an admin restores it now (1.7)
        _("no longer restorable"), default=False, editable=False
    )
    picture = models.ForeignKey(
        "profiles.Picture",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("picture"),
    )
    dormant = models.BooleanField(default=False, editable=False)  # imported, not yet owned and touched (3.14)
    quiet_cause = models.CharField(_("quiet mark"), max_length=12, choices=QuietCause, blank=True)
    touch_interval = models.PositiveSmallIntegerField(_("stay in touch every (days)"), null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    tags = models.ManyToManyField(Tag, through="KolTag", related_name="kols")
    fields = models.ManyToManyField(Field, through="KolField", related_name="kols")

    # Figures of lists (3.13), without rules: the owning app's verb writes them by services.kol.set_figures.
    stage = models.CharField(
        _("stage"), max_length=12, choices=Stage, default=Stage.INTRODUCTION, editable=False
    )
    stage_since = models.DateField(_("in stage since"), null=True, editable=False)
    stop = models.CharField(_("stop"), max_length=10, choices=StopMark, blank=True, editable=False)
    level = models.CharField(_("level"), max_length=5, choices=Level, blank=True, editable=False)
    level_override = models.CharField(max_length=5, choices=Level, blank=True, editable=False)
    verdict = models.CharField(max_length=8, choices=Verdict, default=Verdict.UNKNOWN, editable=False)
    main_field = models.ForeignKey(Field, models.PROTECT, null=True, related_name="+", editable=False)
    last_touch_at = models.DateTimeField(_("last touch"), null=True, editable=False)
    next_due = models.DateField(_("next due"), null=True, editable=False)
    next_due_kind = models.CharField(max_length=20, blank=True, editable=False)
    touch_due = models.DateField(null=True, editable=False)
    review_due = models.DateField(null=True, editable=False)
    next_birthday = models.DateField(null=True, editable=False)
    own_followers = models.BigIntegerField(_("own followers"), null=True, editable=False)
    own_followers_on = models.DateField(null=True, editable=False)
    own_followers_change = models.FloatField(null=True, editable=False)  # over 90 days, as a share
    own_followers_trend = models.JSONField(default=list, editable=False)
    most_followers = models.BigIntegerField(null=True, editable=False)  # of the largest fresh account
    figures_due = models.DateField(null=True, editable=False)  # the day from which one of them is stale
    bond = models.PositiveSmallIntegerField(null=True, editable=False)
    risk = models.PositiveSmallIntegerField(null=True, editable=False)

    # Search (PERFORMANCE): folded names and handles; short grams; the key that names sort by.
    pinyin = models.CharField(max_length=200, blank=True, editable=False)
    sort_name = models.CharField(max_length=200, blank=True, editable=False)
    handle = models.CharField(max_length=120, blank=True, editable=False)  # of the main account, to show
    search = models.TextField(blank=True, editable=False)
    grams = models.TextField(blank=True, editable=False)

    objects = KolQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(birth_month=None) | Q(birth_month__range=(1, 12)),
                name="birth_month_1_to_12",
                violation_error_message=_("A month is a number from 1 to 12."),
            ),
            models.CheckConstraint(
                condition=Q(birth_day=None) | Q(birth_day__range=(1, 31)),
                name="birth_day_1_to_31",
                violation_error_message=_("A day is a number from 1 to 31."),
            ),
            models.CheckConstraint(
                condition=Q(birth_year=None) | Q(birth_year__range=(1901, 2099)),
                name="birth_year_1901_to_2099",
                violation_error_message=_("Years from 1901 to 2099 are understood."),
            ),
            models.CheckConstraint(
                condition=Q(birth_leap=False) | Q(birth_calendar=Calendar.LUNAR),
                name="leap_months_are_lunar",
                violation_error_message=_("Only the lunar calendar has leap months."),
            ),
        ]
        indexes = [
            models.Index(fields=["sort_name", "id"], name="kol_by_name"),
            models.Index(fields=["stage_since", "id"], name="kol_by_stage_since"),
            models.Index(fields=["own_followers", "id"], name="kol_by_followers"),
            models.Index(fields=["last_touch_at", "id"], name="kol_by_last_touch"),
            models.Index(fields=["next_due", "id"], name="kol_by_next_due"),
            models.Index(fields=["risk", "id"], name="kol_by_risk"),
            models.Index(fields=["bond", "id"], name="kol_by_bond"),
            models.Index(fields=["created_at", "id"], name="kol_by_created"),
            models.Index(fields=["archived_at", "id"], name="kol_by_archived"),
            models.Index(fields=["next_birthday", "id"], name="kol_by_birthday"),
            models.Index(fields=["stop", "id"], name="kol_stopped", condition=~Q(stop="")),
            models.Index(fields=["owner", "stage", "id"], name="kol_of_owner"),
            models.Index(fields=["owner", "stage", "own_followers", "id"], name="kol_of_owner_by_followers"),
            models.Index(fields=["team", "stage", "id"], name="kol_of_team"),
            models.Index(fields=["stage", "review_due", "id"], name="kol_on_board"),
            # What is due for an owner is counted on every page: these hold just the files that count, so
            # that PostgreSQL reads no row of the table for it.
            models.Index(
                fields=["owner", "touch_due", "id"], name="kol_touch_due", condition=AWAKE & Q(quiet_cause="")
            ),
            models.Index(fields=["owner", "review_due", "id"], name="kol_review_due", condition=AWAKE),
            models.Index(
                fields=["owner", "figures_due", "id"],
                name="kol_figures_due",
                condition=AWAKE & ~Q(stage=Stage.DEPARTED),
            ),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        """What the columns of a birthday must say together (DOMAIN 3.1, 7.2)."""
        if self.birth_leap and self.birth_calendar != Calendar.LUNAR:
            raise ValidationError({"birth_leap": _("Only the lunar calendar has leap months.")})
        birth = PartialDay(
            self.birth_calendar, self.birth_year, self.birth_month, self.birth_day, self.birth_leap
        )
        if not is_possible(birth):
            raise ValidationError({"birth_day": _("That month has no such day.")})

    @property
    def etag(self) -> str:
        return f'"{self.version}"'

    @property
    def successor(self):
        return self.merged_into_id

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    @property
    def picture_url(self) -> str:
        """Where the small picture is, empty without one; each picture has an address of its own."""
        return face_url(self.pk, self.picture_id, "small")

    @property
    def portrait_url(self) -> str:
        """Where the large picture is."""
        return face_url(self.pk, self.picture_id, "large")


class KolField(Row):
    """A field of a KOL with its strength; the strongest, the first on ties, is the main one (DOMAIN 1.3)."""

    kol = models.ForeignKey(Kol, models.CASCADE, related_name="kol_fields")
    field = models.ForeignKey(Field, models.PROTECT, related_name="+", verbose_name=_("field"))
    strength = models.PositiveSmallIntegerField(_("strength"), default=3, validators=_within(1, 5))
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["-strength", "position", "id"]
        indexes = [models.Index(fields=["field", "kol"], name="kols_of_field")]
        constraints = [
            models.UniqueConstraint(fields=["kol", "field"], name="one_strength_per_field"),
            models.CheckConstraint(
                condition=Q(strength__range=(1, 5)),
                name="strength_1_to_5",
                violation_error_message=_("Strength is a number from 1 to 5."),
            ),
        ]

    def __str__(self):
        return f"{self.field} {self.strength}"


class KolTag(Row):
    kol = models.ForeignKey(Kol, models.CASCADE, related_name="kol_tags")
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="kol_tags")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kol", "tag"], name="one_tag_once")]
        indexes = [models.Index(fields=["tag", "kol"], name="kols_of_tag")]

    def __str__(self):
        return str(self.tag)


class Quote(Row):
    """A price the KOL asks (DOMAIN 3.2)."""

    kol = models.ForeignKey(Kol, models.CASCADE, related_name="quotes")
    what = models.CharField(_("what for"), max_length=120)
    amount = models.DecimalField(
        _("amount"), max_digits=14, decimal_places=2, validators=[MinValueValidator(0)]
    )
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    on = models.DateField(_("quoted on"))

    class Meta:
        ordering = ["-on", "id"]
        constraints = [models.CheckConstraint(condition=Q(amount__gte=0), name="quote_not_negative")]

    def __str__(self):
        return f"{self.what} {self.amount} {self.currency}"


class LevelRecord(Row):
    """Dated history of levels (DOMAIN 3.6): computed, or set by an operator with a reason. Append-only."""

    kol = models.ForeignKey(Kol, models.CASCADE, related_name="levels")
    level = models.CharField(max_length=5, choices=Level, blank=True)
    since = models.DateField()
    override = models.BooleanField(default=False)
    reason = models.TextField(_("reason"), blank=True)
    parts = models.JSONField(default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["kol", "-since", "-id"], name="level_history")]

    def __str__(self):
        return f"{self.level} {self.since}"
