"""The whole form of a file: its facts and its lists, for creating and editing."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _

from kol_crm.core import history
from kol_crm.core.models import User
from kol_crm.core.versioned import Clash
from profiles.forms.kol import BIRTHDAY, BUSINESS, PERSONAL, PERSONAL_LONG, KolForm
from profiles.forms.row import FORMS, present_rows
from profiles.forms.rows import Rows
from profiles.models import Attribute, Kol


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
    def personal_attributes(self) -> list[BoundField]:
        return self._bound(self.form.attributes[Attribute.Group.PERSONAL])

    @property
    def business_attributes(self) -> list[BoundField]:
        return self._bound(self.form.attributes[Attribute.Group.BUSINESS])

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
    def base_version(self) -> int:
        return self.form.base_version

    @property
    def clashing(self) -> set[str]:
        return {clash.name for clash in self.clashes}

    @property
    def needs_choice(self) -> bool:
        return bool(self.clashes) or any(rows.asks for rows in self.lists.values())

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

    def so_far(self) -> tuple[dict, dict]:
        """Of a new file being typed, what is valid already and tells people apart."""
        self.is_valid()
        facts = {name: self.form.cleaned_data.get(name) for name in ("name", "name_other", "alias", "agency")}
        lists = {
            name: [row.cleaned_data for row in self.lists[name].forms] for name in ("contacts", "accounts")
        }
        fields = [row.entry() for row in self.fields.forms if row.is_valid()]
        return facts, {**lists, "fields": fields}

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
        form = self.form.on(current)
        data, clashes = form.data, form.clashes
        present = present_rows(current)
        theirs = {str(change.row) for change in history.changes_since(current, self.base_version)}
        for name, rows in self.lists.items():
            clashes += rows.rebase(present[name], data, theirs)
        editor = KolEditor(data, user=self.user, kol=current)
        editor.is_valid()
        editor.clashes = clashes
        for name, rows in self.lists.items():
            editor.lists[name].told_by(rows)
        return editor
