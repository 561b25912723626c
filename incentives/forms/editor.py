"""What an editor with a row per item shares: of a plan, of a template."""

from collections.abc import Sequence

from django import forms
from django.core.exceptions import ValidationError


class ItemsEditor:
    """``form`` holds the facts, ``item_forms`` a row each."""

    form: forms.Form
    item_forms: Sequence[forms.Form]

    def add_error(self, error: ValidationError) -> None:
        """What the verb refused, back at the field it names: ``title``, ``items.0.amount``."""
        for key, messages in error.message_dict.items():
            where, _dot, rest = key.partition(".")
            place, _dot, name = rest.partition(".")
            form = self.form
            if where == "items" and place.isdecimal():
                form, where = self.item_forms[int(place)], name
            form.add_error(where if where in form.fields else None, messages)
