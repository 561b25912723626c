"""The whole form of a file: its facts and its lists, for creating and editing."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _

from kol_crm.core.models import Change, User
from profiles.forms.kol import BIRTHDAY, BUSINESS, PERSONAL, PERSONAL_LONG, KolForm
from profiles.forms.rows import FORMS, Rows, present_rows
from profiles.forms.versioned import Clash, rebase
from profiles.models import Kol


class KolEditor:
    """``data`` None shows the file; with it, what was sent. Without ``kol`` it makes a new one."""

    def __init__(self, data: QueryDict | None = None, *, user: User, kol: Kol | None = None):
        self.data, self.user, self.kol = data, user, kol
        self.form = KolForm(data, user=user, kol=kol)
        present = present_rows(kol)
        self.lists = {name: Rows(name, form, present[name], data) for name, form in FORMS.items()}
        self.clashes: list[Clash] = []

    @property
    def personal(self) -> list[BoundField]:
        return self._bound(PERSONAL)

    @property
    def personal_long(self) -> list[BoundField]:
        return self._bound(PERSONAL_LONG)

    @property
    def birthday(self) -> list[BoundField]:
        return self._bound(BIRTHDAY)

    @property
    def business(self) -> list[BoundField]:
        return self._bound(BUSINESS)

    def _bound(self, names: Iterable[str]) -> list[BoundField]:
        return [self.form[name] for name in names if name in self.form.fields]

    @property
    def contacts(self) -> Rows:
        return self.lists["contacts"]

    @property
    def accounts(self) -> Rows:
        return self.lists["accounts"]

    @property
    def quotes(self) -> Rows:
        return self.lists["quotes"]

    @property
    def fields(self) -> Rows:
        return self.lists["fields"]

    @property
    def version(self) -> int:
        return self.form.cleaned_data["version"]

    @property
    def clashing(self) -> set[str]:
        return {clash.name for clash in self.clashes}

    def is_valid(self) -> bool:
        valid = [self.form.is_valid(), *(rows.is_valid() for rows in self.lists.values())]
        if self.kol is not None and any(rows.lacks_base() for rows in self.lists.values()):
            self.form.add_error(None, _("The page was incomplete. Reload it and save again."))
            return False
        return all(valid)

    def values(self) -> tuple[dict, dict]:
        """For the verb: changed facts, and the lists that were changed (all filled ones of a new file)."""
        facts, tags = self.form.facts()
        lists = {
            name: rows.entries()
            for name, rows in self.lists.items()
            if (rows.has_changed() if self.kol is not None else rows.forms)
        }
        if tags is not None:
            lists["tags"] = tags
        return facts, lists

    def take(self, error: ValidationError) -> None:
        """Every error of the verb stands at its input; what has none stands above the form."""
        left = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        left = self.form.take(left)
        for rows in self.lists.values():
            left = rows.take(left)
        for messages in left.values():
            for message in messages:
                self.form.add_error(None, message)

    def on(self, current: Kol) -> "KolEditor":
        """What was typed, on top of the file as it stands now: for a stale save."""
        data = self.data.copy()
        fresh = KolForm(user=self.user, kol=current)
        clashes = rebase(self.form, fresh, data, last_acts(current))
        present = present_rows(current)
        notes = {}
        for name, rows in self.lists.items():
            clashes += rows.rebase(present[name], data)
            notes[name] = rows.notes, rows.errors
        data["version"] = str(current.version)
        editor = KolEditor(data, user=self.user, kol=current)
        editor.is_valid()
        editor.clashes = clashes
        for name, (row_notes, errors) in notes.items():
            editor.lists[name].notes, editor.lists[name].errors = row_notes, errors
        return editor


def last_acts(kol: Kol) -> dict[str, dict]:
    """Who changed each fact last, and when."""
    rows = Change.objects.filter(root=kol.pk, row=kol.pk).select_related("change_set__user")
    return {
        row.field: {"who": str(row.change_set.user or ""), "when": row.at}
        for row in rows.order_by("-at")[:200][::-1]
    }
