"""A no as it is written down, said again and lifted (DOMAIN 4.10)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from profiles.models import NoGo


class NoGoForm(forms.Form):
    kind = forms.ChoiceField(label=_("Who said no"), choices=NoGo.Kind, initial=NoGo.Kind.REFUSED)
    cause = forms.CharField(label=_("Cause"), max_length=300)
    evidence = forms.CharField(
        label=_("Evidence"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What was said or seen, where and when; a link will do."),
    )
    look_again_on = forms.DateField(
        label=_("Look again on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    whole_agency = forms.BooleanField(label=_("Holds for the whole agency"), required=False)


class NoGoEditForm(NoGoForm):
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    kind = None


class LiftForm(forms.Form):
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    lifted_why = forms.CharField(
        label=_("Why they may be looked at again"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
