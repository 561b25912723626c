"""Agencies and their contact points (DOMAIN 3.2)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from profiles.models import Channel


class AgencyForm(forms.Form):
    """Posted on the version that its page showed; a new agency has none."""

    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name"), max_length=120)
    contact_person = forms.CharField(label=_("Contact person"), required=False, max_length=80)
    city = forms.CharField(label=_("City"), required=False, max_length=80)
    note = forms.CharField(
        label=_("Note"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 4})
    )


class ContactForm(forms.Form):
    """A contact is kept by its channel; its value is typed whole, or left out where only the rest changes."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    channel = forms.ChoiceField(label=_("Channel"), choices=Channel)
    value = forms.CharField(
        label=_("Value"), max_length=300, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    label = forms.CharField(label=_("Label"), required=False, max_length=40)
    preferred = forms.BooleanField(label=_("Preferred"), required=False)
    verified_on = forms.DateField(
        label=_("Verified on"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    dead_since = forms.DateField(
        label=_("Dead since"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
