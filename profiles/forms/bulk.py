"""What a bulk edit changes: for each fact its own widget, which begins with "leave as it is"."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core.models import User
from profiles import attributes
from profiles.forms.fields import WordsField
from profiles.models import Attribute, AttributeKind, Field, Kol, KolTag, KolType, QuietCause, Tag
from profiles.services import access, attribute, bulk

LEAVE, NONE = "", "-"
MOST_IDS = 1000
TAGS_SHOWN = 30
TEXTS = ("city", "agency", "touch_interval")
ADD, REMOVE = "add", "remove"
TAG = "tag:"
CHOSEN = (AttributeKind.CHOICE, AttributeKind.YES_NO)


class Chosen(forms.Form):
    """Which files: the ticked ones, or all that the list's address finds."""

    ids = forms.CharField(required=False, widget=forms.HiddenInput)
    all = forms.BooleanField(required=False, widget=forms.HiddenInput)
    filter = forms.CharField(required=False, max_length=4000, widget=forms.HiddenInput)

    def clean_ids(self) -> list[UUID]:
        words = self.cleaned_data["ids"].split(",") if self.cleaned_data["ids"] else []
        try:
            return [UUID(word) for word in dict.fromkeys(words[:MOST_IDS])]
        except ValueError as error:
            raise ValidationError(_("This is not the id of a file.")) from error

    @property
    def query(self) -> str | None:
        return self.cleaned_data["filter"] if self.cleaned_data["all"] else None


class BulkForm(forms.Form):
    """An empty input leaves the fact; ``clear`` empties it. Tags are three-state: add, leave, remove."""

    owner = forms.ChoiceField(label=gettext_lazy("Owner"), required=False)
    type = forms.ChoiceField(label=gettext_lazy("Type"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    city = forms.CharField(label=gettext_lazy("City"), required=False, max_length=80)
    agency = forms.CharField(label=gettext_lazy("Agency"), required=False, max_length=120)
    touch_interval = forms.IntegerField(
        label=gettext_lazy("Stay in touch every (days)"), required=False, min_value=1, max_value=3650
    )
    clear = forms.MultipleChoiceField(required=False)
    fields_add = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Add fields"),
        required=False,
        queryset=Field.objects.all(),
        to_field_name="slug",
        widget=forms.SelectMultiple(attrs={"data-tom": True}),
    )
    strength = forms.TypedChoiceField(
        label=gettext_lazy("Strength"),
        coerce=int,
        initial=3,
        choices=[(n, str(n)) for n in range(1, 6)],
        required=False,
        empty_value=3,
    )
    fields_remove = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Remove fields"),
        required=False,
        queryset=Field.objects.all(),
        to_field_name="slug",
        widget=forms.SelectMultiple(attrs={"data-tom": True}),
    )
    tags_new = WordsField(label=gettext_lazy("Add other tags"), required=False)
    quiet_cause = forms.ChoiceField(label=gettext_lazy("Quiet mark"), required=False)
    archive = forms.BooleanField(label=gettext_lazy("Archive"), required=False)

    def __init__(self, data=None, *, user: User, tags: Iterable[dict] = ()):
        super().__init__(data)
        self.user, self.tags = user, list(tags)
        self._offer("owner", self._owners(), _("Nobody") if access.may_leave_unowned(user) else None)
        self._offer("type", [(one.slug, str(one)) for one in KolType.objects.all()], "–")
        self._offer("language", list(Kol._meta.get_field("language").choices or ()), "–")
        self._offer("quiet_cause", QuietCause.choices, _("None: the software may write"))
        self.asked = attribute.standing()
        for one in self.asked:
            self._ask(one)
        self.fields["clear"].choices = [
            (name, name) for name in (*TEXTS, *(one.field for one in self.asked if not one.required))
        ]
        for tag in self.tags:
            tag["state"] = self.data.get(f"{TAG}{tag['folded']}", "") if data is not None else ""

    def _offer(self, name: str, choices: Iterable[tuple[str, Any]], none: Any) -> None:
        nothing = [] if none is None else [(NONE, none)]
        self.fields[name].choices = [(LEAVE, _("leave as it is")), *nothing, *choices]

    def _ask(self, one: Attribute) -> None:
        """The widget of its kind; a choice is left unless another is chosen."""
        [(name, field)] = attributes.inputs([one], {}).items()
        field.required, field.initial = False, None
        self.fields[name] = field
        if one.kind in CHOSEN:
            given = [choice for choice in field.choices if choice[0]]
            self._offer(name, given, None if one.required else _("not known"))

    def _owners(self) -> list[tuple[str, str]]:
        return [
            (user.username, _("%(name)s (me)") % {"name": user} if user == self.user else str(user))
            for user in access.owners_for(self.user)
        ]

    @property
    def texts(self) -> list[tuple[forms.BoundField, bool]]:
        """The inputs that an empty value leaves, with whether they are to be cleared."""
        cleared = self.data.getlist("clear") if hasattr(self.data, "getlist") else []
        return [(self[name], name in cleared) for name in TEXTS]

    @property
    def attributes(self) -> list[dict[str, Any]]:
        """An input for each attribute; what is typed may be emptied too, where nothing requires it."""
        cleared = self.data.getlist("clear") if hasattr(self.data, "getlist") else []
        return [
            {
                "field": self[one.field],
                "may_clear": one.kind not in CHOSEN and not one.required,
                "cleared": one.field in cleared,
            }
            for one in self.asked
        ]

    def changes(self, name_agency) -> bulk.Changes:
        """For the verb; ``name_agency`` finds or makes the agency of a name."""
        given = self.cleaned_data
        facts: dict[str, Any] = {}
        if given["owner"]:
            facts["owner"] = None if given["owner"] == NONE else User.objects.get(username=given["owner"])
        if given["type"]:
            facts["type"] = None if given["type"] == NONE else KolType.objects.get(slug=given["type"])
        for name in ("language", "quiet_cause"):
            if given[name]:
                facts[name] = "" if given[name] == NONE else given[name]
        for name in TEXTS:
            if given[name]:
                facts[name] = name_agency(given[name]) if name == "agency" else given[name]
            elif name in given["clear"]:
                facts[name] = "" if name == "city" else None
        facts |= self._attribute_facts()
        return bulk.Changes(
            facts=facts,
            archive=given["archive"],
            tags_add=[*self._tags(ADD), *given["tags_new"]],
            tags_remove=self._tags(REMOVE),
            fields_add=[(one, given["strength"]) for one in given["fields_add"]],
            fields_remove=list(given["fields_remove"]),
        )

    def _attribute_facts(self) -> dict[str, Any]:
        given, facts = self.cleaned_data, {}
        for one in self.asked:
            value = given.get(one.field)
            emptied = one.field in given["clear"] or (value == NONE and one.kind in CHOSEN)
            if value in (None, "") and not emptied:
                continue
            facts[one.field] = None if emptied else value
        return facts

    def _tags(self, state: str) -> list[str]:
        return [
            key.removeprefix(TAG)
            for key, value in self.data.items()
            if key.startswith(TAG) and value == state
        ]


def tags_of(user: User, kols: QuerySet[Kol] | None) -> list[dict[str, Any]]:
    """The tags on these files, the commonest first; without files, the words of the reader's teams."""
    if kols is None:
        words = Tag.objects.filter(team__in=access.teams_for(user)).order_by("folded")
        names = {tag.folded: tag.name for tag in words[: TAGS_SHOWN * 3]}
        return [{"folded": folded, "name": name} for folded, name in list(names.items())[:TAGS_SHOWN]]
    found = KolTag.objects.filter(kol__in=kols).values("tag__folded").annotate(n=Count("kol"))
    rows = list(found.order_by("-n", "tag__folded")[:TAGS_SHOWN])
    names = dict(
        Tag.objects.filter(folded__in=[row["tag__folded"] for row in rows]).values_list("folded", "name")
    )
    return [
        {"folded": row["tag__folded"], "name": names[row["tag__folded"]], "count": row["n"]} for row in rows
    ]
