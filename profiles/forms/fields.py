"""Form fields of a file: words, people, agencies."""

import re
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from profiles.models import Agency, Kol

SEPARATORS = re.compile(r"[,，、;；\n]")
LONGEST_WORD = 80


class WordsField(forms.CharField):
    """A list of short words, written with commas between them (Chinese ones too)."""

    def prepare_value(self, value):
        return ", ".join(value) if isinstance(value, list | tuple) else value

    def to_python(self, value):
        if isinstance(value, list):
            return value
        words = (" ".join(word.split()) for word in SEPARATORS.split(super().to_python(value)))
        return list(dict.fromkeys(word for word in words if word))

    def validate(self, value):
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")
        if any(len(word) > LONGEST_WORD for word in value):
            raise ValidationError(_("A word has at most 80 characters."))

    def run_validators(self, value):
        """Those of the text are for one string, not for a list."""

    def has_changed(self, initial, data):
        return self.to_python(initial or "") != self.to_python(data or "")


class PersonField(forms.CharField):
    """The name of somebody, or the id of their file, chosen from those that ``user`` sees.

    Cleaned to ``(file, "")`` or ``(None, name)``; a name that exactly one visible file bears is that file.
    ``without``: the file that is no choice.
    """

    widget = forms.TextInput(
        attrs={
            "data-people": reverse_lazy("profiles:kol-named"),
            "data-text-only": _("only the name, no file"),
            "autocomplete": "off",
        }
    )
    user = without = None

    def clean(self, value):
        text = super().clean(value).strip()
        try:
            named = {"pk": UUID(text)}
        except ValueError:
            named = {"name": text}
        found = list(Kol.objects.visible_to(self.user).exclude(pk=self.without).filter(**named)[:2])
        if len(found) != 1:
            if "pk" in named:
                raise ValidationError(_("There is no such file."))
            return None, text
        if "pk" in named:
            self.widget.attrs["data-person-name"] = found[0].name  # shown again when another field is wrong
        return found[0], ""


class FileField(PersonField):
    """Somebody on file: cleaned to the file. ``stage``: only those who stand there are offered."""

    def __init__(self, *, stage: str, **kwargs):
        super().__init__(**kwargs)
        self.widget.attrs |= {
            "data-people": format_lazy(
                "{url}?stage={stage}", url=reverse_lazy("profiles:kol-named"), stage=stage
            ),
            "data-text-only": _("no such file yet"),
        }

    def clean(self, value):
        found, _name = super().clean(value)
        if found is None:
            raise ValidationError(_("Choose one of the files; a name alone is none."))
        return found


class AgencyField(forms.CharField):
    """The name of an agency; one that is not known yet is made by the verb. Its value is the name."""

    def prepare_value(self, value):
        if value and not isinstance(value, str):
            known = Agency.objects.filter(pk=value).first()
            return known.name if known else ""
        return value
