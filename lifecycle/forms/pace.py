"""Forms of pace: demand, band, cap, and a table of demands."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lifecycle import tables
from lifecycle.services.pace import MOST
from profiles.forms.note import day_input

MONTH = forms.DateInput(attrs={"type": "month"}, format="%Y-%m")


class DemandForm(forms.Form):
    month = forms.DateField(
        label=pgettext_lazy("pace", "Month"), widget=MONTH, input_formats=["%Y-%m", "%Y-%m-%d"]
    )
    users = forms.IntegerField(label=_("Active users interested"), min_value=0, max_value=MOST)
    source = forms.CharField(
        label=_("Source"), max_length=40, required=False, help_text=_("Where the figure comes from.")
    )


class BandForm(forms.Form):
    since = forms.DateField(label=_("From"), widget=day_input())
    low = forms.IntegerField(label=_("Users per active KOL, at least"), min_value=1, max_value=MOST)
    high = forms.IntegerField(label=_("at most"), min_value=1, max_value=MOST)


class CapForm(forms.Form):
    since = forms.DateField(label=_("From"), widget=day_input())
    kols = forms.IntegerField(
        label=_("KOLs a month at most"),
        min_value=0,
        max_value=MOST,
        required=False,
        help_text=_("Left empty: no cap from that day on."),
    )


class TableForm(forms.Form):
    """A table with its headings in the first row."""

    file = forms.FileField(label=_("File"), widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}))

    def take(self, columns, verb):
        """What ``verb`` makes of its rows. Raises ``tables.Wrong``."""
        file = self.cleaned_data["file"]
        return tables.take(file.name, file.read(), columns, verb)
