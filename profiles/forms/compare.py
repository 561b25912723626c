"""What a chart of accounts shows: all of it stands in the address."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from profiles.rules import metric as m
from profiles.rules.link import LONGEST


def _day(label) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class CompareForm(forms.Form):
    """``with`` names the second account by a link, id or handle; the address then holds its key."""

    account = forms.UUIDField(widget=forms.HiddenInput)
    other = forms.UUIDField(required=False, widget=forms.HiddenInput)
    metric = forms.ChoiceField(
        label=pgettext_lazy("figure", "What"), choices=list(m.LABELS.items()), required=False
    )
    since = _day(_("From"))
    until = _day(_("Until"))
    indexed = forms.BooleanField(label=_("First value = 100"), required=False)


CompareForm.base_fields["with"] = forms.CharField(
    label=_("Compare with"),
    required=False,
    max_length=LONGEST,
    widget=forms.TextInput(attrs={"placeholder": _("Link, handle or id"), "autocomplete": "off"}),
)
