"""Marks set by hand: quiet, the level, and who is a colleague too."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kol_crm.core.models import User
from profiles.models import Level, QuietCause
from profiles.services import staff


class QuietForm(forms.Form):
    """DOMAIN 3.11. An empty cause takes the mark off."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    quiet_cause = forms.ChoiceField(
        label=_("Quiet mark"),
        required=False,
        choices=[("", _("None: the software may write")), *QuietCause.choices],
        widget=forms.RadioSelect,
    )


class LevelForm(forms.Form):
    """DOMAIN 3.6. An empty level goes back to the computed one."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    level = forms.ChoiceField(
        label=_("Level"), required=False, choices=[("", _("As the figures say")), *Level.choices]
    )
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=1000)


class StaffForm(forms.Form):
    """DOMAIN 2.1. Nobody chosen: the KOL is no colleague."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    staff_user = forms.ModelChoiceField(
        label=_("Also a colleague"), required=False, queryset=User.objects.none(), empty_label=_("Nobody")
    )

    def __init__(self, *args, user: User, **options):
        super().__init__(*args, **options)
        self.fields["staff_user"].queryset = staff.colleagues_for(user)
