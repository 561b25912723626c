"""The filters of the KOL list: page, API, board, export and dashboard ask with the same words."""

from datetime import datetime, time, timedelta

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kol_crm.core.filters import AnyOf, FilterSet, Flag, Words
from kol_crm.core.models import Team, User
from kol_crm.core.text import fold
from profiles import search
from profiles.importing.cells import Unreadable, parse_figure
from profiles.models import Calendar, Field, KolField, KolTag, KolType, Level, QuietCause, Stage, Verdict
from profiles.models.querysets import TRASH

ME, NONE = "me", "none"
LONGEST_SPAN = 3660  # days
SOON_DAYS = 7
DUE = (
    ("overdue", _("Overdue")),
    ("today", pgettext_lazy("due", "Today")),
    ("week", _("Next 7 days")),
    (NONE, _("Nothing due")),
)
MONTHS = [(str(month), str(month)) for month in range(1, 13)]


class FigureField(forms.CharField):
    """A figure as people write it: 12000, 1.2万, 10K."""

    def to_python(self, value):
        try:
            return parse_figure(super().to_python(value))
        except Unreadable as error:
            raise ValidationError(_("This is not a figure.")) from error


class OwnerField(forms.ModelMultipleChoiceField):
    """User names, ``me``, ``none``: the words first, then the users."""

    def clean(self, value):
        names = [name for name in value or () if name not in (ME, NONE)]
        words = [word for word in (ME, NONE) if word in (value or ())]
        return words + (list(super().clean(names)) if names else [])


class FigureFilter(filters.Filter):
    field_class = FigureField


class OwnerFilter(filters.Filter):
    field_class = OwnerField


class SlugsField(forms.ModelMultipleChoiceField):
    """Rows of a list that managers edit, named by their slugs."""

    def clean(self, value):
        return list(super().clean(value)) if value else []


class SlugsFilter(filters.Filter):
    field_class = SlugsField

    def __init__(self, model, **options):
        super().__init__(queryset=model.objects.all(), to_field_name="slug", **options)


class DaysFilter(filters.NumberFilter):
    def __init__(self, **options):
        super().__init__(min_value=0, decimal_places=0, **options)

    def get_max_validator(self):
        return MaxValueValidator(LONGEST_SPAN)


class KolFilter(FilterSet):
    """Several values of one filter mean any of them, several filters mean all of them."""

    # First, because it begins from other files.
    archived = Flag(method="filter_archived", label=_("Trash"))
    team = filters.ModelChoiceFilter(queryset=Team.objects.all(), method="filter_team", label=_("Team"))
    owner = OwnerFilter(
        method="filter_owner",
        label=_("Owner"),
        queryset=User.objects.all(),
        to_field_name="username",
    )
    stage = AnyOf(choices=Stage, label=_("Stage"))
    level = AnyOf(choices=[*Level.choices, (NONE, _("No level"))], method="filter_level", label=_("Level"))
    field = SlugsFilter(Field, method="filter_field", label=_("Field"))
    type = SlugsFilter(KolType, method="filter_type", label=_("Type"))
    tag = Words(method="filter_tag", label=_("Tag"))
    verdict = AnyOf(choices=Verdict, label=_("Verdict"))
    due = AnyOf(choices=DUE, method="filter_due", label=_("Due"))
    untouched = DaysFilter(method="filter_untouched", label=_("No touch for (days)"))
    touched = DaysFilter(method="filter_touched", label=_("Touched within (days)"))
    never_touched = Flag(field_name="last_touch_at", lookup_expr="isnull", label=_("Never touched"))
    followers_min = FigureFilter(field_name="own_followers", lookup_expr="gte", label=_("Own followers from"))
    followers_max = FigureFilter(field_name="own_followers", lookup_expr="lte", label=_("Own followers to"))
    birthday_within = DaysFilter(method="filter_birthday_within", label=_("Birthday within (days)"))
    birthday_month = AnyOf(choices=MONTHS, method="filter_birthday_month", label=_("Birthday in month"))
    quiet = Flag(method="filter_quiet", label=_("Quiet mark"))
    quiet_cause = AnyOf(choices=QuietCause, label=_("Cause of the quiet mark"))
    # Last, because it counts among what the others leave.
    q = filters.CharFilter(method="filter_q", max_length=100, label=_("Search"))

    def filter_archived(self, kols, _name, archived):
        return kols.model.objects.visible_to(self.user, TRASH) if archived else kols

    def filter_team(self, kols, _name, team):
        """The team and the teams below it."""
        return kols.filter(team__in=Team.objects.tree_of(team))

    def filter_owner(self, kols, _name, owners):
        users = [owner.pk for owner in owners if isinstance(owner, User)]
        if ME in owners:
            users.append(self.user.pk)
        wanted = Q(owner__in=users) if users else Q(pk__in=[])
        return kols.filter(wanted | Q(owner=None)) if NONE in owners else kols.filter(wanted)

    def filter_level(self, kols, _name, levels):
        return kols.filter(level__in=["" if level == NONE else level for level in levels])

    def filter_field(self, kols, _name, fields):
        return kols.filter(Exists(KolField.objects.filter(kol=OuterRef("pk"), field__in=fields)))

    def filter_type(self, kols, _name, types):
        return kols.filter(type__in=types)

    def filter_tag(self, kols, _name, words):
        folded = [fold(word) for word in words]
        return kols.filter(Exists(KolTag.objects.filter(kol=OuterRef("pk"), tag__folded__in=folded)))

    def filter_due(self, kols, _name, spans):
        conditions = {
            "overdue": Q(next_due__lt=self.day),
            "today": Q(next_due=self.day),
            "week": Q(next_due__gt=self.day, next_due__lte=self.day + timedelta(days=SOON_DAYS)),
            NONE: Q(next_due=None),
        }
        wanted = Q()
        for span in spans:
            wanted |= conditions[span]
        return kols.filter(wanted)

    def filter_untouched(self, kols, _name, days):
        return kols.filter(self.untouched_for(days))

    def untouched_for(self, days) -> Q:
        """No touch for more than so many days, or never."""
        return Q(last_touch_at__lt=self._midnight(days)) | Q(last_touch_at=None)

    def filter_touched(self, kols, _name, days):
        return kols.filter(last_touch_at__gte=self._midnight(days))

    def filter_birthday_within(self, kols, _name, days):
        return kols.filter(next_birthday__range=(self.day, self.day + timedelta(days=int(days))))

    def filter_birthday_month(self, kols, _name, months):
        """Solar birthdays by their month, past ones too; lunar ones by the month of their next day."""
        numbers = [int(month) for month in months]
        return kols.filter(
            Q(birth_calendar=Calendar.SOLAR, birth_month__in=numbers, next_birthday__isnull=False)
            | Q(birth_calendar=Calendar.LUNAR, next_birthday__month__in=numbers)
        )

    def filter_quiet(self, kols, _name, quiet):
        return kols.exclude(quiet_cause="") if quiet else kols.filter(quiet_cause="")

    def filter_q(self, kols, _name, term):
        return search.matching(kols, term)

    def _midnight(self, days):
        """The beginning of the reader's day so many days ago."""
        day = self.day - timedelta(days=int(days))
        return timezone.make_aware(datetime.combine(day, time()))
