"""What is asked when the list is exported."""

from django import forms
from django.utils.translation import gettext_lazy as _

from profiles.models import ExportFormat


class ExportForm(forms.Form):
    """``in_clear``, ``reason``: only for those who may take contact data away."""

    format = forms.ChoiceField(
        label=_("Format"), choices=ExportFormat, initial=ExportFormat.CSV, widget=forms.RadioSelect
    )
    in_clear = forms.BooleanField(
        label=_("With contact data in clear"),
        required=False,
        help_text=_(
            "Recorded with your reason, and listed for the managers above. Otherwise masks stand there."
        ),
    )
    reason = forms.CharField(
        label=_("What is the contact data needed for?"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, may_in_clear: bool, **options):
        super().__init__(*args, **options)
        if not may_in_clear:
            del self.fields["in_clear"], self.fields["reason"]
