"""The lists of a file as repeated rows. Names are the keys of the verb's errors.

``contacts.0.value`` is row 0 of the contacts; rows added in the browser count on as ``contacts.new1.value``.
"""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import wording
from profiles.forms.versioned import BasedForm, Clash, rebase
from profiles.models import Account, Channel, ContactPoint, Field, Kol, Platform, Quote

NEW = "new"
MOST_ROWS = 60


class RowForm(BasedForm):
    """One row. ``id`` names the row it changes; without one it is added."""

    untracked = ("id",)
    id = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def add_prefix(self, field_name):
        return f"{self.prefix}.{field_name}"

    def add_initial_prefix(self, field_name):
        return f"initial-{self.add_prefix(field_name)}"

    def entry(self) -> dict[str, Any]:
        """The row as the verb takes it."""
        row = dict(self.cleaned_data)
        if not row.pop("id", None):
            return row
        return {**row, "id": self.cleaned_data["id"]}

    def is_blank(self) -> bool:
        """A row that was added and left empty."""
        return not self.data.get(self.add_prefix("id")) and not any(
            self.data.get(self.add_prefix(name), "").strip() for name in self.telling
        )

    telling: tuple[str, ...] = ()


class ContactRow(RowForm):
    """DOMAIN 2.3, 3.1: the value is shown as its mask; typing another one replaces it."""

    telling = ("value",)
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), choices=Channel)
    value = forms.CharField(label=gettext_lazy("Value"), max_length=200)
    label = forms.CharField(label=gettext_lazy("Label"), max_length=40, required=False)
    preferred = forms.BooleanField(label=gettext_lazy("Preferred"), required=False)
    shared = forms.BooleanField(label=gettext_lazy("Shared"), required=False)
    guardian = forms.BooleanField(label=gettext_lazy("Guardian's"), required=False)
    verified_on = forms.DateField(
        label=gettext_lazy("Verified on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    dead_since = forms.DateField(
        label=gettext_lazy("Dead since"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    @staticmethod
    def of(contact: ContactPoint) -> dict[str, Any]:
        names = ("id", "channel", "label", "preferred", "shared", "guardian", "verified_on", "dead_since")
        return {**{name: getattr(contact, name) for name in names}, "value": contact.masked}


class AccountRow(RowForm):
    """DOMAIN 3.3."""

    telling = ("handle", "external_id", "url", "title")
    platform = forms.ChoiceField(label=gettext_lazy("Platform"), choices=Platform)
    handle = forms.CharField(label=gettext_lazy("Handle"), max_length=120, required=False)
    title = forms.CharField(label=gettext_lazy("Name there"), max_length=160, required=False)
    external_id = forms.CharField(label=gettext_lazy("Id there"), max_length=120, required=False)
    url = forms.URLField(
        label=gettext_lazy("Link"),
        max_length=300,
        required=False,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )

    @staticmethod
    def of(account: Account) -> dict[str, Any]:
        names = ("id", "platform", "handle", "title", "external_id", "url")
        return {name: getattr(account, name) for name in names}


class FieldRow(RowForm):
    """DOMAIN 1.3: a field with its strength. These rows have no identity: the list is taken as a whole."""

    telling = ("field",)
    field = forms.ModelChoiceField(
        label=gettext_lazy("Field"), queryset=Field.objects.all(), to_field_name="slug", empty_label="–"
    )
    strength = forms.TypedChoiceField(
        label=gettext_lazy("Strength"), coerce=int, initial=3, choices=[(n, str(n)) for n in range(1, 6)]
    )

    def entry(self):
        return self.cleaned_data["field"], self.cleaned_data["strength"]


class QuoteRow(RowForm):
    """DOMAIN 3.2: a price that is asked."""

    telling = ("what", "amount")
    what = forms.CharField(label=gettext_lazy("What for"), max_length=120)
    amount = forms.DecimalField(label=gettext_lazy("Amount"), min_value=0, max_digits=14, decimal_places=2)
    currency = forms.RegexField(
        label=gettext_lazy("Currency"), regex="^[A-Z]{3}$", max_length=3, initial="CNY"
    )
    on = forms.DateField(
        label=gettext_lazy("Quoted on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    @staticmethod
    def of(quote: Quote) -> dict[str, Any]:
        return {name: getattr(quote, name) for name in ("id", "what", "amount", "currency", "on")}


class Shown(NamedTuple):
    """A row as the page draws it. A contact that is on file keeps its channel: it is ``known``."""

    form: RowForm
    note: str = ""

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
        return [Shown(row, self.notes.get(row.prefix, "")) for row in self.forms]

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

    def rebase(self, present: Sequence[dict], data: QueryDict) -> list[Clash]:
        """Put the sent rows on top of the list as it stands now; ``data`` becomes what is shown."""
        if self.form is FieldRow:
            return self._rebase_whole(present, data)
        now = {str(row["id"]): row for row in present}
        base = set(filter(None, self.base.split(",")))
        clashes: list[Clash] = []
        for row in self.forms:
            key = data.get(row.add_prefix("id"), "")
            if key in now:
                fresh = self.form(prefix=row.prefix, initial=now[key])
                clashes += rebase(row, fresh, data)
            elif key:
                data[row.add_prefix("id")] = ""
                self.notes[row.prefix] = _("Was removed meanwhile. Saving adds it again.")
        for key in now.keys() - base:
            prefix = f"{self.name}.m{key[-8:]}"
            self._send(data, self.form(prefix=prefix, initial=now[key]))
            self.notes[prefix] = _("Was added meanwhile.")
        data[self.base_name] = ",".join(now)
        return clashes

    def _rebase_whole(self, present: Sequence[dict], data: QueryDict) -> list[Clash]:
        theirs = ",".join(self._key(row) for row in present)
        if theirs != self.base and not self.has_changed():
            for row in self.forms:
                for name in row.fields:
                    data.pop(row.add_prefix(name), None)
            for place, row in enumerate(present):
                self._send(data, self.form(prefix=f"{self.name}.{place}", initial=row))
        elif theirs != self.base:
            words = wording.listed(f"{row['name']} {row['strength']}" for row in present)
            self.errors.append(_("Saved meanwhile: %(list)s.") % {"list": words or "–"})
        data[self.base_name] = theirs
        return []

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


def present_rows(kol: Kol | None) -> dict[str, list[dict]]:
    """The three lists as the file has them."""
    if kol is None:
        return {name: [] for name in FORMS}
    fields = kol.kol_fields.select_related("field").order_by("position")
    return {
        "contacts": [ContactRow.of(contact) for contact in kol.contacts.all()],
        "accounts": [AccountRow.of(account) for account in kol.accounts.all()],
        "quotes": [QuoteRow.of(quote) for quote in kol.quotes.all()],
        "fields": [
            {"field": row.field.slug, "strength": row.strength, "name": str(row.field)} for row in fields
        ],
    }


FORMS: dict[str, type[RowForm]] = {
    "contacts": ContactRow,
    "accounts": AccountRow,
    "quotes": QuoteRow,
    "fields": FieldRow,
}
