"""A field or a type by its two names."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kol_crm.core.forms.stale import StaleForm


class NamedForm(StaleForm):
    name_en = forms.CharField(label=_("English name"), max_length=60)
    name_zh = forms.CharField(label=_("Chinese name"), max_length=60)

    def __init__(self, data=None, *, row=None):
        names = ("name_en", "name_zh", "version")
        super().__init__(data, initial={name: getattr(row, name) for name in names} if row else {})
        if row is None:
            del self.fields["version"]
