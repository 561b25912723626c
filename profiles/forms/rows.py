"""The lists of a file as repeated rows. Names are the keys of the verb's errors.

``contacts.0.value`` is row 0 of the contacts; rows added in the browser count on as ``contacts.new1.value``.
"""

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from kol_crm.core import wording
from kol_crm.core.versioned import Clash, rebase
from profiles.forms.row import FieldRow, RowForm
from profiles.models import Channel, Field

NEW = "new"
MOST_ROWS = 60


class Shown(NamedTuple):
    """A row as the page draws it. A contact that is on file keeps its channel: it is ``known``."""

    form: RowForm
    note: str = ""
    clashing: frozenset[str] = frozenset()

    @property
    def fields(self) -> list[forms.BoundField]:
        """What has an input here: a field that both sides changed is chosen in the dialog."""
        return [field for field in self.form.visible_fields() if field.html_name not in self.clashing]

    @property
    def known(self) -> bool:
        return bool(self.form["id"].value())

    @property
    def channel_label(self) -> str:
        return str(dict(Channel.choices).get(self.form["channel"].value(), ""))


class Rows:
    """A list of rows: as the file has it, or as it was sent."""

    def __init__(
        self, name: str, form: type[RowForm], present: Sequence[dict], data: QueryDict | None = None
    ):
        self.name, self.form, self.present, self.data = name, form, list(present), data
        self.base_name = f"{name}.base"
        self.errors: list[str] = []
        self.notes: dict[str, str] = {}
        self.asks: set[str] = set()  # rows about which only a person can say what is meant
        self.clashing: frozenset[str] = frozenset()
        if data is None:
            self.forms = [form(prefix=f"{name}.{n}", initial=row) for n, row in enumerate(self.present)]
            self.base = ",".join(self._key(row) for row in self.present)
        else:
            rows = [form(data, prefix=f"{name}.{place}") for place in self._places()]
            self.forms = [row for row in rows if not row.is_blank()]
            self.base = data.get(self.base_name, "")

    def _places(self) -> list[str]:
        pattern = re.compile(rf"{self.name}\.(\w{{1,12}})\.")
        found = dict.fromkeys(match[1] for key in self.data if (match := pattern.match(key)))
        return [place for place in found if place != NEW][:MOST_ROWS]

    @staticmethod
    def _key(row: dict) -> str:
        return f"{row['field']}:{row['strength']}" if "strength" in row else str(row["id"])

    @property
    def blank(self) -> "Shown":
        """The row that the browser copies for a new one."""
        return Shown(self.form(prefix=f"{self.name}.{NEW}"))

    @property
    def shown(self) -> list["Shown"]:
        """The rows with what is to be said about them."""
        return [Shown(row, self.notes.get(row.prefix, ""), self.clashing) for row in self.forms]

    def told_by(self, before: "Rows") -> None:
        """What rebasing found stands at these rows."""
        self.notes, self.asks, self.clashing = before.notes, before.asks, before.clashing

    def is_valid(self) -> bool:
        valid = [row.is_valid() for row in self.forms]  # every row says what is wrong with it
        return all(valid)

    def lacks_base(self) -> bool:
        return self.base_name not in self.data

    def has_changed(self) -> bool:
        """Whether the user added, removed or changed a row."""
        sent = [row.data.get(row.add_prefix("id"), "") for row in self.forms]
        if self.form is FieldRow:
            keys = [f"{_sent(row, 'field')}:{_sent(row, 'strength')}" for row in self.forms]
            return ",".join(keys) != self.base
        return ",".join(sent) != self.base or any(set(row.changed_data) - {"id"} for row in self.forms)

    def entries(self) -> list:
        return [row.entry() for row in self.forms]

    def take(self, errors: dict[str, list[str]]) -> dict[str, list[str]]:
        """Put the verb's errors (``contacts.0.value``) at their inputs; give back the others."""
        left = {}
        for key, messages in errors.items():
            name, _dot, rest = key.partition(".")
            place, _dot, column = rest.partition(".")
            if name != self.name:
                left[key] = messages
            elif place.isdecimal() and int(place) < len(self.forms):
                row = self.forms[int(place)]
                row.add_error(column if column in row.fields else None, messages)
            else:
                self.errors += messages
        return left

    def rebase(self, present: Sequence[dict], data: QueryDict, touched: Collection[str]) -> list[Clash]:
        """Put the sent rows on top of the list as it stands now; ``data`` becomes what is shown.

        ``touched`` are the ids of rows that others changed meanwhile: one of them that the user took off
        comes back to be looked at. A row that they took off goes, unless the user changed it.
        """
        if self.form is FieldRow:
            clashes = self._rebase_whole(present, data)
        else:
            clashes = self._rebase_rows({str(row["id"]): row for row in present}, data, touched)
        self.clashing = frozenset(clash.name for clash in clashes)
        return clashes

    def _rebase_rows(self, now: dict[str, dict], data: QueryDict, touched: Collection[str]) -> list[Clash]:
        base = set(filter(None, self.base.split(",")))
        clashes: list[Clash] = []
        kept = set()
        for row in self.forms:
            key = data.get(row.add_prefix("id"), "")
            kept.add(key)
            if key in now:
                fresh = self.form(prefix=row.prefix, initial=now[key])
                clashes += rebase(row, fresh, data)
            elif key and not set(row.changed_data) - {"id"}:
                self._forget(data, row)
            elif key:
                data[row.add_prefix("id")] = ""
                self._ask(row.prefix, _("Was removed meanwhile. Saving adds it again."))
        for key in now.keys() - kept:
            prefix = f"{self.name}.m{key[-8:]}"
            if key in base and key not in touched:
                continue
            self._send(data, self.form(prefix=prefix, initial=now[key]))
            if key in base:
                self._ask(prefix, _("Was changed meanwhile. Remove it again if you mean it."))
            else:
                self.notes[prefix] = _("Was added meanwhile.")
        data[self.base_name] = ",".join(now)
        return clashes

    def _ask(self, prefix: str, note: str) -> None:
        self.notes[prefix] = note
        self.asks.add(prefix)

    def _forget(self, data: QueryDict, row: RowForm) -> None:
        for name in row.fields:
            data.pop(row.add_prefix(name), None)

    def _rebase_whole(self, present: Sequence[dict], data: QueryDict) -> list[Clash]:
        """Field by field: what each side did to its strength, or to its being there at all."""
        base = dict(entry.split(":") for entry in filter(None, self.base.split(",")))
        mine = {_sent(row, "field"): _sent(row, "strength") for row in self.forms}
        theirs = {row["field"]: str(row["strength"]) for row in present}
        clashes = []
        for row in self.forms:
            self._forget(data, row)
        for place, slug in enumerate(dict.fromkeys([*mine, *theirs])):
            was, typed, now = base.get(slug), mine.get(slug), theirs.get(slug)
            value = now if typed == was else typed
            prefix = f"{self.name}.{place}"
            if now not in (was, typed) and typed != was:
                value = typed or now
                if typed and now:
                    clashes.append(self._strength_clash(prefix, slug, (was or "", typed, now)))
                else:
                    gone = _("Was removed meanwhile. Saving adds it again.")
                    changed = _("Was changed meanwhile. Remove it again if you mean it.")
                    self._ask(prefix, gone if typed else changed)
            if value:
                self._send(data, self.form(prefix=prefix, initial={"field": slug, "strength": value}))
        data[self.base_name] = ",".join(self._key(row) for row in present)
        return clashes

    @staticmethod
    def _strength_clash(prefix: str, slug: str, values: tuple[str, str, str]) -> Clash:
        label = f"{Field.objects.get(slug=slug)} · {FieldRow.base_fields['strength'].label}"
        words = [value or wording.UNKNOWN for value in values]
        return Clash(f"{prefix}.strength", label, *values, *words)

    def _send(self, data: QueryDict, row: RowForm) -> None:
        for name, field in row.fields.items():
            value = row[name].value()
            value = "" if value is None else str(field.prepare_value(value))
            if isinstance(field, forms.BooleanField) and value != "True":
                data[row.add_initial_prefix(name)] = "False"
                continue
            data[row.add_prefix(name)] = value
            if name not in row.untracked:
                data[row.add_initial_prefix(name)] = value


def _sent(row: RowForm, name: str) -> str:
    return row.data.get(row.add_prefix(name), "")
