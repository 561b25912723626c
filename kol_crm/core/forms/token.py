"""A new API token."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kol_crm.core.api.auth import DEFAULT_SCOPES
from kol_crm.core.models import User
from kol_crm.core.services.token import scopes_of
from kol_crm.core.token_words import SCOPE_WORDS


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
        scopes.choices = [(scope, SCOPE_WORDS[scope]) for scope in scopes_of(user)]
