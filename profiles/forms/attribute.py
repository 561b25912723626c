"""The form of an attribute: what it is called, of what kind, its choices."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from profiles.models import Attribute, AttributeKind
from profiles.services.attribute import key_of


class AttributeForm(forms.ModelForm):
    """Its key is given once, by default made of the English name: addresses and tables go by it."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    key = forms.CharField(
        label=_("Key"),
        required=False,
        max_length=40,
        help_text=_("For tables and the API; empty: made of the English name."),
    )

    class Meta:
        model = Attribute
        fields = ("name_en", "name_zh", "key", "kind", "group", "position", "required")

    def __init__(self, data: QueryDict | None = None, *, attribute: Attribute | None = None):
        super().__init__(
            data, instance=attribute or Attribute(), initial={"version": getattr(attribute, "version", 1)}
        )
        self.creates = attribute is None
        if self.creates:
            del self.fields["version"]
        else:
            del self.fields["key"]
            self.fields["kind"].disabled = attribute.values.exists()
        self.fields["kind"].choices = [("", "–"), *AttributeKind.choices]

    def _post_clean(self):
        """The verb validates the row."""

    def clean_key(self) -> str:
        return key_of(self.cleaned_data.get("key") or self.data.get("name_en", ""))

    def rows(self) -> list[dict[str, Any]]:
        """The choices as they were sent, or as they stand; retired ones last."""
        if not self.is_bound:
            return sorted(self.instance.choices or [], key=lambda one: bool(one.get("retired")))
        columns = (self.data.getlist(f"choice_{name}") for name in ("key", "name_en", "name_zh"))
        return [
            {"key": key, "name_en": name_en, "name_zh": name_zh}
            for key, name_en, name_zh in zip(*columns, strict=False)
            if name_en.strip() or name_zh.strip()
        ]

    def values(self) -> dict[str, Any]:
        """For the verb."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        if values["kind"] == AttributeKind.CHOICE:
            values["choices"] = self.rows()
        return values
