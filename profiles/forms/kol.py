"""The facts of a file as one form, or as the one of a single fact edited in place."""

import copy
from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kol_crm.core.models import User
from kol_crm.core.versioned import Clash, VersionedForm, rebase
from kol_crm.core.zones import zone_choices
from profiles import attributes
from profiles.changes import last_acts
from profiles.forms.fields import AgencyField, WordsField
from profiles.models import Attribute, Kol, KolType
from profiles.models.attribute import PREFIX
from profiles.services import access, attribute
from profiles.services.kol import FACTS

LONG = ("introduction", "character", "family", "credentials", "good_at", "how_met")
PERSONAL = ("name", "name_other", "alias", "gender", "language", "city", "zone")
BIRTHDAY = ("birth_calendar", "birth_year", "birth_month", "birth_day", "birth_leap")
PERSONAL_LONG = ("likes", "dislikes", "introduction", "character", "family", "guardian_consent_on", "minor")
# Edited in place only: its verb is its own.
QUIET = "quiet_cause"
BUSINESS = ("type", "agency", "owner", "touch_interval", "tags", "good_at", "credentials", "how_met")


class KolForm(VersionedForm, forms.ModelForm):
    """Facts of DOMAIN 3.1 and 3.2. It never saves: ``facts()`` goes to the verb.

    Without a file (``kol`` None) it creates and has no version; ``only`` leaves just these columns.
    """

    likes = WordsField(label=gettext_lazy("Likes"), required=False)
    dislikes = WordsField(label=pgettext_lazy("fact", "Avoid"), required=False)
    zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        required=False,
        choices=zone_choices,
        widget=forms.Select(attrs={"data-tom": True}),
    )
    agency = AgencyField(label=gettext_lazy("Agency"), required=False, max_length=120)
    tags = WordsField(label=gettext_lazy("Tags"), required=False)
    touch_interval = Kol._meta.get_field("touch_interval").formfield(min_value=1, max_value=3650)

    class Meta:
        model = Kol
        fields = (*FACTS, QUIET)
        widgets = {
            **{name: forms.Textarea(attrs={"rows": 2}) for name in LONG},
            "guardian_consent_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, data=None, *, user: User, kol: Kol | None = None, only: Collection[str] = ()):
        self.user, self.only, self.clashes = user, only, list[Clash]()
        initial = {}
        if kol is not None:
            initial["version"] = kol.version
            if not only or "tags" in only:
                initial["tags"] = [row.tag.name for row in kol.kol_tags.select_related("tag").order_by("tag")]
        super().__init__(data, instance=copy.copy(kol) if kol else Kol(), initial=initial, prefix=None)
        self._ask_attributes(kol, only)
        self._keep(only, creates=kol is None)
        if "owner" in self.fields:
            self._offer_owners(user, kol)
        if only:
            self._in_place()
        for name in ("gender", "language", QUIET):
            if name in self.fields:
                self.fields[name].choices = [("", "–"), *list(self.fields[name].choices)[1:]]
        if "type" in self.fields:
            self.fields["type"].empty_label = "–"
            present = kol.type_id if kol else None
            self.fields["type"].queryset = KolType.objects.offered(present)

    def _ask_attributes(self, kol: Kol | None, only: Collection[str]) -> None:
        """The fields that admins added, from what the file says of them."""
        self.attributes: dict[str, list[str]] = {group: [] for group in Attribute.Group.values}
        if only and not any(name.startswith(PREFIX) for name in only):
            return
        asked = attribute.standing()
        values = attribute.values_of([kol.pk])[kol.pk] if kol is not None and asked else {}
        for name, field in attributes.inputs(asked, values).items():
            field.show_hidden_initial = True
            self.fields[name] = field
            self.initial[name] = field.initial
        for one in asked:
            self.attributes[one.group].append(one.field)

    def _keep(self, only: Collection[str], *, creates: bool) -> None:
        dropped = {"version"} if creates else set()
        dropped |= set(self.fields) - set(only) - {"version"} if only else {QUIET}
        for name in dropped:
            del self.fields[name]

    def _in_place(self) -> None:
        """Inputs that save by Enter, Tab or choosing (inline.js); of several, Tab only walks on."""
        shown = [name for name in self.fields if name != "version"]
        for name in shown:
            attrs = self.fields[name].widget.attrs
            attrs["data-inline"] = "" if len(shown) == 1 else "group"
            attrs.pop("data-tom", None)

    def _offer_owners(self, user: User, kol: Kol | None) -> None:
        owners = access.owners_for(user)
        if kol is not None and kol.owner_id:
            owners = owners | User.objects.filter(pk=kol.owner_id)  # whoever has it may keep it
        field = self.fields["owner"]
        field.queryset = owners.order_by("display_name", "username")
        field.required = not access.may_leave_unowned(user)
        field.empty_label = None if field.required else _("Nobody")
        if kol is None:
            self.initial["owner"] = user.pk if owners.filter(pk=user.pk).exists() else None

    @property
    def base_version(self) -> int:
        return self.cleaned_data["version"]

    @property
    def needs_choice(self) -> bool:
        return bool(self.clashes)

    @property
    def clashing(self) -> set[str]:
        return {clash.name for clash in self.clashes}

    def on(self, current: Kol) -> "KolForm":
        """What was typed, on top of the file as it stands now."""
        data: QueryDict = self.data.copy()
        fresh = KolForm(user=self.user, kol=current, only=self.only)
        clashes = rebase(self, fresh, data, last_acts(current))
        data["version"] = str(current.version)
        form = KolForm(data, user=self.user, kol=current, only=self.only)
        form.clashes = clashes
        return form

    def facts(self) -> tuple[dict[str, Any], list[str] | None]:
        """What differs from where the form started: values for the verb, and tags or None."""
        changed = self.changed() if "version" in self.fields else self.filled()
        tags = changed.pop("tags", None)
        return changed, tags

    def filled(self) -> dict[str, Any]:
        """For a new file: everything that was filled in."""
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "", [])}

    def _post_clean(self):
        """The agency's name is no row yet: the instance is checked without it."""
        agency_name = self.cleaned_data.pop("agency", None)
        super()._post_clean()
        if agency_name is not None:
            self.cleaned_data["agency"] = agency_name

    def take(self, errors: Mapping[str, list[str]]) -> dict[str, list[str]]:
        """Put the verb's errors at their fields; what belongs to a list of rows is given back."""
        left = {}
        for name, messages in errors.items():
            if name in self.fields:
                self.add_error(name, messages)
            else:
                left[name] = messages
        return left
