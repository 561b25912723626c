"""The filters of the KOL list: page, API, board, export and dashboard ask with the same words."""

from datetime import datetime, time, timedelta
from functools import cached_property

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kol_crm.core import installation, nested, policy
from kol_crm.core.filters import AnyOf, Conditions, FilterSet, Flag, Words
from kol_crm.core.models import Team, User
from profiles import ageing, attribute_filters, filterable, search
from profiles.filterable import DUE, ME, NONE
from profiles.importing.cells import Unreadable, parse_figure
from profiles.models import (
    Band,
    ExternalId,
    Field,
    Kol,
    KolType,
    Level,
    QuietCause,
    Stage,
    StopMark,
    Verdict,
)
from profiles.models.querysets import TRASH

BANDS = [*Band.choices, (NONE, _("Not known"))]
LONGEST_SPAN = 3660  # days
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
    shape = "figure"


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
    field_class = forms.IntegerField  # takes 30.0 for 30, as JSON does

    def __init__(self, **options):
        super().__init__(min_value=0, **options)

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
    agency = filters.UUIDFilter(field_name="agency", label=_("Agency"))
    verdict = AnyOf(choices=Verdict, label=_("Verdict"))
    risk = AnyOf(choices=BANDS, method="filter_band", label=_("Loss risk"))
    bond = AnyOf(choices=BANDS, method="filter_band", label=_("Bond"))
    due = AnyOf(choices=DUE, method="filter_due", label=_("Due"))
    untouched = DaysFilter(method="filter_untouched", label=_("No touch for (days)"))
    touched = DaysFilter(method="filter_touched", label=_("Touched within (days)"))
    never_touched = Flag(field_name="last_touch_at", lookup_expr="isnull", label=_("Never touched"))
    followers_min = FigureFilter(field_name="own_followers", lookup_expr="gte", label=_("Own followers from"))
    followers_max = FigureFilter(field_name="own_followers", lookup_expr="lte", label=_("Own followers to"))
    birthday_within = DaysFilter(method="filter_birthday_within", label=_("Birthday within (days)"))
    birthday_month = AnyOf(choices=MONTHS, method="filter_birthday_month", label=_("Birthday in month"))
    stale = Flag(method="filter_stale", label=_("Figures to refresh"))
    long_in_stage = Flag(method="filter_long_in_stage", label=_("Long in the stage"))
    quiet = Flag(method="filter_quiet", label=_("Quiet mark"))
    quiet_cause = AnyOf(choices=QuietCause, label=_("Cause of the quiet mark"))
    stopped = Flag(method="filter_stopped", label=_("Stopped"))
    stop = AnyOf(choices=StopMark, label=_("Cause of the stop"))
    source = filters.CharFilter(method="filter_known_as", max_length=40, label=_("Source"))
    external_id = filters.CharFilter(method="filter_known_as", max_length=120, label=_("Id in a source"))
    where = Conditions(
        method="filter_where", max_length=nested.LONGEST, label=pgettext_lazy("filter", "Conditions")
    )
    # Last, because it counts among what the others leave.
    q = filters.CharFilter(method="filter_q", max_length=100, label=_("Search"))

    walks = False  # whether the search is asked row by row, past its indexes

    def __init__(self, data, queryset, *, user, now):
        super().__init__(data, queryset, user=user, now=now)
        self.add(attribute_filters.asked_for(data or ()))

    def add(self, more: dict[str, filters.Filter]) -> None:
        """Filters that this installation has beside the declared ones; the search stays the last."""
        if not more:
            return
        search_filter = self.filters.pop("q", None)
        for name, one in more.items():
            one.field_name, one.parent, one.model = name, self, self.queryset.model
            self.filters[name] = one
        if search_filter is not None:
            self.filters["q"] = search_filter

    @cached_property
    def conditions(self) -> nested.Found | None:
        """What ``where`` says; None when it is not asked."""
        text = self.data.get("where")
        return nested.read(text, filterable.facts(self.reader, text), self.reader) if text else None

    @cached_property
    def problems(self):
        found = super().problems
        if "where" in found or self.conditions is None or not self.conditions.problems:
            return found
        return found | {"where": self.conditions.messages}

    def filter_archived(self, kols, _name, archived):
        return kols.model.objects.visible_to(self.user, TRASH) if archived else kols

    def filter_team(self, kols, _name, team):
        """The team and the teams below it."""
        return kols.filter(team__in=Team.objects.tree_of(team))

    def filter_owner(self, kols, _name, owners):
        names = [owner.username if isinstance(owner, User) else owner for owner in owners]
        return kols.filter(filterable.owned_by(names, self.reader))

    def filter_level(self, kols, _name, levels):
        return kols.filter(filterable.has_level(levels))

    def filter_field(self, kols, _name, fields):
        return kols.filter(filterable.has_field(Q(field__in=fields)))

    def filter_type(self, kols, _name, types):
        return kols.filter(type__in=types)

    def filter_tag(self, kols, _name, words):
        return kols.filter(filterable.has_tag(words))

    def filter_band(self, kols, name, bands):
        """In any of these bands of bond or loss risk; ``none``: not known."""
        found = Q(**{name: None}) if NONE in bands else Q(pk__in=[])
        for band in set(bands) - {NONE}:
            found |= Q(**{f"{name}__range": Band(band).bounds})
        return kols.filter(found)

    def filter_due(self, kols, _name, spans):
        return kols.filter(filterable.due_in(spans, self.reader))

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
        return kols.filter(filterable.born_in(months))

    def filter_quiet(self, kols, _name, quiet):
        return kols.exclude(quiet_cause="") if quiet else kols.filter(quiet_cause="")

    def filter_stopped(self, kols, _name, stopped):
        return kols.exclude(stop="") if stopped else kols.filter(stop="")

    def filter_stale(self, kols, _name, stale):
        """A newest figure of an account is older than its limit (DOMAIN 3.5)."""
        due = Q(figures_due__lte=self.day)
        return kols.filter(due if stale else Q(figures_due=None) | ~due)

    def filter_long_in_stage(self, kols, _name, is_long):
        """Longer than the policy has it for their stage, on the installation's clock (DOMAIN 1.8)."""
        lines = ageing.last_days(installation.day(self.now), policy.current())
        found = ageing.long_in_stage(lines)
        return kols.filter(found if is_long else ~found)

    def filter_known_as(self, kols, _name, _value):
        """Known to this source, by this id: where both are asked, by one and the same."""
        asked = self.form.cleaned_data
        columns = {"source__slug": asked.get("source"), "external_id": asked.get("external_id")}
        known = ExternalId.objects.filter(**{name: value for name, value in columns.items() if value})
        return kols.filter(pk__in=known.values("kol"))

    def filter_where(self, kols, _name, _text):
        return kols.filter(self.conditions.group.q(self.reader))

    def filter_q(self, kols, _name, term):
        return kols.filter(search.met(term)) if self.walks else search.matching(kols, term)

    def walking(self):
        if "q" not in self.active:
            return None
        self.walks = True
        try:
            return self.filter_queryset(self.queryset.all())
        finally:
            self.walks = False

    def _midnight(self, days):
        """The beginning of the reader's day so many days ago."""
        day = self.day - timedelta(days=int(days))
        return timezone.make_aware(datetime.combine(day, time()))


class OfFileFilter(FilterSet):
    """Of a list of rows of files: of which file, whose, of which team."""

    kol = filters.UUIDFilter(field_name="kol", label="KOL")
    owner = OwnerFilter(
        method="filter_file", label=_("Owner"), queryset=User.objects.all(), to_field_name="username"
    )
    team = filters.ModelChoiceFilter(queryset=Team.objects.all(), method="filter_file", label=_("Team"))

    def filter_file(self, rows, name, value):
        """As the KOL list filters files by it."""
        ask = getattr(KolFilter, f"filter_{name}")
        return rows.filter(kol__in=ask(self, Kol.objects.all(), name, value))
