"""Days as far as they are known, and the important ones of a KOL (DOMAIN 3.11, 7.2)."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kol_crm.core.occurrence import PartialDay, is_possible
from profiles.models.note import Note, NoteQuerySet
from profiles.models.words import Calendar


def _within(least: int, most: int) -> list:
    return [MinValueValidator(least), MaxValueValidator(most)]


class PartialDate(Note):
    """A day of which year, month or day may be unknown, by the sun or by the moon."""

    calendar = models.CharField(_("calendar"), max_length=5, choices=Calendar, default=Calendar.SOLAR)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True, validators=_within(1901, 2099))
    month = models.PositiveSmallIntegerField(_("month"), null=True, blank=True, validators=_within(1, 12))
    day = models.PositiveSmallIntegerField(_("day"), null=True, blank=True, validators=_within(1, 31))
    leap = models.BooleanField(_("in a leap month"), default=False)
    greet = models.BooleanField(_("greet on that day"), default=True)
    next_on = models.DateField(_("next"), null=True, editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(leap=False) | Q(calendar=Calendar.LUNAR), name="%(class)s_leap_is_lunar"
            ),
            models.CheckConstraint(
                condition=Q(month=None) | Q(month__range=(1, 12)), name="%(class)s_month_1_to_12"
            ),
            models.CheckConstraint(
                condition=Q(day=None) | Q(day__range=(1, 31)), name="%(class)s_day_1_to_31"
            ),
        ]

    @property
    def partial(self) -> PartialDay:
        return PartialDay(self.calendar, self.year, self.month, self.day, self.leap)

    def clean(self):
        if self.leap and self.calendar != Calendar.LUNAR:
            raise ValidationError({"leap": _("Only the lunar calendar has leap months.")})
        if self.day and not self.month:
            raise ValidationError({"month": _("A day needs its month.")})
        if not is_possible(self.partial):
            raise ValidationError({"day": _("That month has no such day.")})


# Of a festival the greeting alone stands on Today.
AWAITED = (Q(seen_for=None) | Q(seen_for__lt=F("next_on"))) & Q(festival="")


class DateQuerySet(NoteQuerySet):
    def awaited(self):
        """Those whose next day nobody has attended to yet."""
        return self.filter(next_on__isnull=False).filter(AWAITED)


class ImportantDate(PartialDate):
    """A day to remember: yearly unless it happens once. ``seen_for``: the coming day that was attended to.

    ``festival`` is a key of the catalogue; calendar, month and day then follow from it.
    """

    what = models.CharField(_("what day it is"), max_length=120)
    festival = models.CharField(_("festival"), max_length=20, blank=True)
    yearly = models.BooleanField(_("every year"), default=True)
    note = models.TextField(_("note"), max_length=2000, blank=True)
    seen_for = models.DateField(null=True, editable=False)

    objects = DateQuerySet.as_manager()

    class Meta(PartialDate.Meta):
        indexes = [
            models.Index(fields=["next_on", "id"], name="dates_by_day"),
            # Today counts them beside their files without reading a row of either table.
            models.Index(fields=["next_on", "kol", "id"], name="dates_awaited", condition=AWAITED),
        ]

    def __str__(self):
        return self.what
