"""A new API token."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kol_crm.core.api.auth import DEFAULT_SCOPES, SCOPES
from kol_crm.core.models import User

SCOPE_WORDS = {
    "kols:read": _("read files"),
    "kols:write": _("change files"),
    "figures:write": _("bring in figures"),
    "contacts:read": _("see contact data in clear; each answer is recorded"),
    "users:write": _("invite and change users and teams"),
    "policy:write": _("change policy, fields, types and attributes"),
}
ADMINS_ONLY = {"users:write"}


class TokenForm(forms.Form):
    name = forms.CharField(label=_("What will use it"), max_length=80)
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        initial=DEFAULT_SCOPES,
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.IntegerField(label=_("Days until it ends"), initial=365, min_value=1, max_value=3650)

    def __init__(self, data=None, *, user: User):
        super().__init__(data)
        scopes: Any = self.fields["scopes"]
        scopes.choices = [
            (scope, SCOPE_WORDS[scope]) for scope in SCOPES if user.is_admin or scope not in ADMINS_ONLY
        ]
