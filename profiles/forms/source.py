"""A source: what it is called, whose tokens push, which facts it has the last word on."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kol_crm.core.forms.stale import StaleForm
from kol_crm.core.models import User
from profiles import changes
from profiles.services import source as verbs


class SourceForm(StaleForm):
    slug = forms.SlugField(label=_("Key"), max_length=40, help_text=_("What a push names it by; it stays."))
    name = forms.CharField(label=_("Name"), max_length=80)
    owner = forms.ModelChoiceField(label=_("Whose tokens push"), queryset=User.objects.none())
    owns = forms.MultipleChoiceField(
        label=_("Has the last word on"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What another source says of these is refused. People may change them."),
    )
    retired = forms.BooleanField(label=_("Retired: nothing is taken from it"), required=False)

    def __init__(self, data=None, *, row=None):
        names = ("slug", "name", "owner", "owns", "retired", "version")
        super().__init__(data, initial={name: getattr(row, name) for name in names} if row else {})
        owners = User.objects.filter(is_active=True)
        if row is not None:
            owners |= User.objects.filter(pk=row.owner_id)
        self.fields["owner"].queryset = owners.order_by("display_name", "username")
        known = dict.fromkeys([*verbs.ownable(), *(row.owns if row else ())])
        self.fields["owns"].choices = [(name, changes.field_words(changes.KOL, name)) for name in known]
        if row is None:
            del self.fields["version"], self.fields["retired"]
        else:
            del self.fields["slug"]

    def on_top_of(self, current) -> None:
        """As its base; the boxes that are ticked are several."""
        ticked = self.data.getlist("owns")
        super().on_top_of(current)
        self.data["owns"] = ticked

    def _words(self, name: str, value) -> str:
        if name != "owns":
            return super()._words(name, value)
        return ", ".join(changes.field_words(changes.KOL, one) for one in value)

    @property
    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}
