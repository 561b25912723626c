"""What is said while a file is handed over (DOMAIN 5.9)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from profiles.models import Promise
from profiles.services import access


class AssignForm(forms.Form):
    promise = forms.ModelChoiceField(queryset=Promise.objects.none())
    user = forms.ModelChoiceField(queryset=None, required=False, to_field_name="username")

    def __init__(self, data=None, *, kol):
        super().__init__(data)
        self.fields["promise"].queryset = Promise.objects.all().open().filter(kol=kol)
        self.fields["user"].queryset = access.readers_of(kol)


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("Question or note"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
