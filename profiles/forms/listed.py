"""The lists of a file edited where they stand: one row of a list, or the fields as a whole (UI, screen 3)."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from kol_crm.core import history
from kol_crm.core.versioned import Clash, rebase
from profiles.forms.row import FORMS, present_rows
from profiles.forms.rows import Rows, Shown
from profiles.models import Kol

NEW = "new"
OF_ROWS = ("contacts", "accounts", "quotes")
WHOLE = "fields"


class VersionForm(forms.Form):
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class ListEditor:
    """What one row's editor and that of the whole list have in common."""

    def __init__(self, kol: Kol, name: str, data: QueryDict | None = None):
        self.kol, self.name, self.data = kol, name, data
        self.versioned = VersionForm(data, initial={"version": kol.version})
        self.clashes: list[Clash] = []
        self.errors: list[str] = []

    @property
    def base_version(self) -> int:
        return self.versioned.cleaned_data["version"]

    def _incomplete(self) -> bool:
        if self.versioned.is_valid() and not self.lacks_base():
            return False
        self.errors.append(_("The page was incomplete. Reload it and save again."))
        return True

    def lacks_base(self) -> bool:
        raise NotImplementedError


class RowEditor(ListEditor):
    """One row, or with the key ``new`` another one; the list's other rows stay as they are."""

    def __init__(self, kol: Kol, name: str, key: str, data: QueryDict | None = None):
        super().__init__(kol, name, data)
        self.key, self.asks, self.note = key, False, ""
        present = {str(row["id"]): row for row in present_rows(kol)[name]}
        self.known = key in present
        self.form = FORMS[name](data, prefix=f"{name}.0", initial=present.get(key))
        self._others = [{"id": other} for other in present if other != key]

    @property
    def row(self) -> Shown:
        return Shown(self.form, self.note, frozenset(clash.name for clash in self.clashes))

    @property
    def needs_choice(self) -> bool:
        return bool(self.clashes) or self.asks

    @property
    def removes(self) -> bool:
        return self.data is not None and "remove" in self.data

    def lacks_base(self) -> bool:
        return self.form.lacks_bases()

    def is_valid(self) -> bool:
        if self._incomplete():
            return False
        return self.removes or self.form.is_valid()

    def lists(self) -> dict[str, list[Mapping[str, Any]]]:
        """For the verb: nothing where nothing was changed."""
        if self.removes:
            return {self.name: self._others}
        if self.known and not set(self.form.changed_data) - {"id"}:
            return {}
        return {self.name: [self.form.entry(), *self._others]}

    def take(self, errors: Mapping[str, list[str]]) -> None:
        for key, messages in errors.items():
            column = key.rpartition(".")[2]
            if key.startswith(f"{self.form.prefix}.") and column in self.form.fields and not self.removes:
                self.form.add_error(column, messages)
            else:
                self.errors += messages

    def on(self, current: Kol) -> "RowEditor":
        data = self.data.copy()
        data["version"] = str(current.version)
        now = {str(row["id"]): row for row in present_rows(current)[self.name]}
        clashes, note, asks = [], "", False
        if self.key in now and self.removes:
            asks = self.key in {
                str(change.row) for change in history.changes_since(current, self.base_version)
            }
            note = _("Was changed meanwhile. Remove it again if you mean it.") if asks else ""
        elif self.key in now:
            clashes = rebase(
                self.form, FORMS[self.name](prefix=self.form.prefix, initial=now[self.key]), data
            )
        elif self.key != NEW and not self.removes:
            data[self.form.add_prefix("id")] = ""
            note, asks = _("Was removed meanwhile. Saving adds it again."), True
        editor = RowEditor(current, self.name, self.key, data)
        editor.clashes, editor.note, editor.asks = clashes, note, asks
        return editor


class WholeEditor(ListEditor):
    """The fields with their strength: rows without an identity, taken as a whole and merged one by one."""

    def __init__(self, kol: Kol, data: QueryDict | None = None):
        super().__init__(kol, WHOLE, data)
        self.rows = Rows(WHOLE, FORMS[WHOLE], present_rows(kol)[WHOLE], data)

    @property
    def needs_choice(self) -> bool:
        return bool(self.clashes) or bool(self.rows.asks)

    def lacks_base(self) -> bool:
        return self.rows.lacks_base()

    def is_valid(self) -> bool:
        return not self._incomplete() and self.rows.is_valid()

    def lists(self) -> dict[str, list]:
        return {WHOLE: self.rows.entries()} if self.rows.has_changed() else {}

    def take(self, errors: Mapping[str, list[str]]) -> None:
        for messages in self.rows.take(dict(errors)).values():
            self.errors += messages

    def on(self, current: Kol) -> "WholeEditor":
        data = self.data.copy()
        data["version"] = str(current.version)
        clashes = self.rows.rebase(present_rows(current)[WHOLE], data, ())
        editor = WholeEditor(current, data)
        editor.clashes = clashes
        editor.rows.told_by(self.rows)
        return editor


def editor_of(kol: Kol, name: str, key: str, data: QueryDict | None = None) -> RowEditor | WholeEditor:
    return WholeEditor(kol, data) if name == WHOLE else RowEditor(kol, name, key, data)
