"""The forms of the wizard: the file, and what is said of it (UI, screen 9)."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from kol_crm.core.models import User
from profiles import platforms
from profiles.importing import people
from profiles.importing.targets import GROUPS, TARGETS
from profiles.models import Import, Mode
from profiles.services import access, importing


def _platforms() -> list[tuple]:
    return [("", _("None: a list of contacts")), *platforms.choices()]


COLUMN = "column-"


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV, Excel (.xlsx), JSON or an address book (.vcf), up to 20 MB."),
    )
    platform = forms.ChoiceField(
        label=_("Platform"),
        choices=_platforms,
        required=False,
        help_text=_("Whose accounts the table lists. An address book needs none."),
    )


class ChoicesForm(forms.Form):
    """What columns mean, by what files are found, and what is written."""

    platform = forms.ChoiceField(label=_("Platform"), choices=_platforms, required=False)
    key = forms.ChoiceField(
        label=_("Files are found by"),
        choices=[("", _("As it suits the table")), *people.KEYS.items()],
        required=False,
    )
    mode = forms.ChoiceField(label=_("What is written"), choices=Mode.choices)
    overwrite = forms.BooleanField(
        label=_("The table wins over filled facts"),
        required=False,
        help_text=_("Otherwise a filled fact stays, and the row is told as a conflict."),
    )
    owner = forms.ModelChoiceField(
        label=_("Owner of new and unowned files"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Nobody: the team may claim them"),
    )
    day = forms.DateField(
        label=_("Day of the figures"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Empty: the rows, the file's name or today tell it."),
    )

    def __init__(self, data=None, *, imported: Import, user: User):
        super().__init__(
            data,
            initial={
                name: getattr(imported, name)
                for name in ("platform", "key", "mode", "overwrite", "owner", "day")
            },
        )
        self.fields["owner"].queryset = access.owners_for(user)
        options = [("", _("Not read")), *((label, list(targets.items())) for label, targets in GROUPS)]
        if asked := [(one.field, one.label) for one in importing.asked()]:
            options.append((_("Attributes"), asked))
        offered = _offered() | {field for field, _label in asked}
        for column in imported.columns:
            known = column["target"]
            extra = [] if known in offered else [(known, TARGETS.get(known, known))]
            self.fields[f"{COLUMN}{column['index']}"] = forms.ChoiceField(
                label=column["heading"], choices=[*options, *extra], required=False, initial=known
            )
        self.columns = imported.columns_now

    def rows(self) -> Iterable[dict]:
        """Each column with the box that says what it means."""
        return [column | {"field": self[f"{COLUMN}{column['index']}"]} for column in self.columns]

    def choices(self) -> dict:
        """As ``imports.choose`` takes it; of columns only those that were given another meaning."""
        values = dict(self.cleaned_data)
        meanings = {column["index"]: values.pop(f"{COLUMN}{column['index']}", "") for column in self.columns}
        kept = {column["index"]: column["target"] for column in self.columns}
        return values | {
            "by_hand": {place: target for place, target in meanings.items() if target != kept[place]}
        }


def _offered() -> set[str]:
    return {"", *(target for _label, targets in GROUPS for target in targets)}
