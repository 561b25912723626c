"""Fields by which a form takes evidence: links one a line, attachments of the file, and uploads."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lifecycle.models.proof import MOST_LINKS, web_links
from profiles.models import Attachment, Kol

LONG = {"rows": 3}


class LinksField(forms.CharField):
    """Addresses, one a line."""

    widget = forms.Textarea(attrs={"rows": 2, "placeholder": "https://…"})

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value):
        if isinstance(value, list):
            return value
        return [line.strip() for line in super().to_python(value).splitlines() if line.strip()]

    def validate(self, value):
        web_links(value)

    def run_validators(self, value):
        """Those of the text are for one string, not for a list."""


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class UploadsField(forms.FileField):
    """Several files at once; what they are is told by their content, in the verb."""

    widget = SeveralFiles

    def clean(self, data, initial=None):
        return [super(UploadsField, self).clean(one, initial) for one in data or () if one]


class EvidenceForm(forms.Form):
    """Evidence in words, by links and by files that are put on the KOL’s file."""

    evidence = forms.CharField(
        label=_("Evidence in words"), required=False, max_length=5000, widget=forms.Textarea(attrs=LONG)
    )
    links = LinksField(
        label=_("Links"), required=False, help_text=_("One a line, at most %(most)d.") % {"most": MOST_LINKS}
    )
    uploads = UploadsField(
        label=_("Add files"),
        required=False,
        help_text=_("Pictures and documents; they are put on the file too."),
    )


class ProofForm(EvidenceForm):
    """What a row with evidence asks for; ``row`` is the one that is edited."""

    attachments = forms.ModelMultipleChoiceField(
        label=_("Attachments of the file"), queryset=Attachment.objects.none(), required=False
    )
    field_order: list[str]
    NO_FACTS = ("version", "attachments", "uploads")

    def __init__(self, data=None, files=None, *, kol: Kol, row=None, names=()):
        initial = (
            {name: getattr(row, name) for name in (*names, "version", "evidence", "links")} if row else {}
        )
        if row is not None:
            initial["attachments"] = [one.attachment_id for one in row.files.all()]
        super().__init__(data, files, initial=initial)
        on_file = Attachment.objects.filter(kol=kol).standing().select_related("file").order_by("-at")
        self.fields["attachments"].queryset = on_file
        if row is None and "version" in self.fields:
            del self.fields["version"]

    @property
    def facts(self) -> dict:
        """What the verb takes."""
        return {name: value for name, value in self.cleaned_data.items() if name not in self.NO_FACTS}

    @property
    def proofs(self) -> dict:
        """The evidence that hangs on the row, as the verbs take it."""
        return {
            "attachments": list(self.cleaned_data["attachments"]),
            "uploads": self.cleaned_data["uploads"],
        }
