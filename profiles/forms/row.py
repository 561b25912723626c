"""One row of a list of a file as a form: a contact, an account, a field, a quote."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import installation
from kol_crm.core.versioned import BasedForm
from profiles import platforms
from profiles.models import Account, Channel, ContactPoint, Field, Kol, Quote
from profiles.rules.link import Unresolved, holds_link
from profiles.services import link as links


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


class HandleField(forms.CharField):
    """A handle, or a pasted link or share text, which may be longer: it is read, not kept."""

    def widget_attrs(self, _widget):
        return {}  # a browser would cut a link at the length of a handle

    def run_validators(self, value):
        if not holds_link(value):
            super().run_validators(value)


class AccountRow(RowForm):
    """DOMAIN 3.3. A link pasted as handle says platform and account, also to a browser without scripts."""

    telling = ("handle", "external_id", "url", "title")
    platform = forms.ChoiceField(label=gettext_lazy("Platform"), choices=platforms.choices)
    handle = HandleField(
        label=gettext_lazy("Handle"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"data-account-link": True, "autocomplete": "off"}),
    )
    title = forms.CharField(label=gettext_lazy("Name there"), max_length=160, required=False)
    external_id = forms.CharField(label=gettext_lazy("Id there"), max_length=120, required=False)
    url = forms.URLField(
        label=gettext_lazy("Link"),
        max_length=300,
        required=False,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )

    def clean(self):
        cleaned = super().clean()
        text = cleaned.get("handle") or ""
        if not holds_link(text):
            return cleaned
        try:
            named = links.read(text, any_host=True)
        except Unresolved as error:
            self.add_error("handle", str(error))
            return cleaned
        if named is None:
            self.add_error("handle", _("This link names no profile that is known."))
            return cleaned
        cleaned |= {"platform": named.platform, "handle": named.handle}
        cleaned["external_id"] = named.external_id or cleaned.get("external_id", "")
        cleaned["url"] = cleaned.get("url") or named.url
        self.errors.pop("platform", None)
        return cleaned

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

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        chosen = Field.objects.filter(slug=self["field"].value() or "")
        self.fields["field"].queryset = Field.objects.offered() | chosen

    def entry(self):
        return self.cleaned_data["field"], self.cleaned_data["strength"]


class QuoteRow(RowForm):
    """DOMAIN 3.2: a price that is asked."""

    telling = ("what", "amount")
    what = forms.CharField(label=gettext_lazy("What for"), max_length=120)
    amount = forms.DecimalField(label=gettext_lazy("Amount"), min_value=0, max_digits=14, decimal_places=2)
    currency = forms.RegexField(
        label=gettext_lazy("Currency"), regex="^[A-Z]{3}$", max_length=3, initial=installation.currency
    )
    on = forms.DateField(
        label=gettext_lazy("Quoted on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    @staticmethod
    def of(quote: Quote) -> dict[str, Any]:
        return {name: getattr(quote, name) for name in ("id", "what", "amount", "currency", "on")}


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
