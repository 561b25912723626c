"""Which of the ticked files to claim."""

from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MOST = 1000


class IdsField(forms.Field):
    """Ids of files, as a list's boxes send them; which of them may be claimed is for the verb to say."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value):
        try:
            return [UUID(word) for word in value[:MOST]]
        except (ValueError, TypeError) as error:
            raise ValidationError(_("This is not the id of a file.")) from error


class ClaimForm(forms.Form):
    kol = IdsField()
