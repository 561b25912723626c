"""Forms that save on a version: absence is an error, a stale save is shown field by field (RELIABILITY 3)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.html import format_html_join
from django.utils.translation import gettext as _

from kol_crm.core import wording


class Clash(NamedTuple):
    """One field that both sides changed, for ``_parts/conflicts.html``; values as an input sends them."""

    name: str
    label: str
    base: str
    mine: str
    theirs: str
    base_words: str
    mine_words: str
    theirs_words: str
    who: str = ""
    when: Any = None


class BasedForm(forms.Form):
    """A form that posts beside each value the one it started from, so that it knows what its user changed."""

    untracked: tuple[str, ...] = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.show_hidden_initial = name not in self.untracked

    @property
    def tracked(self) -> list[str]:
        return [name for name in self.fields if name not in self.untracked]

    def bases(self):
        """The values the form started from, as hidden inputs."""
        return format_html_join(
            "", "{}", ((self[name].as_hidden(only_initial=True),) for name in self.tracked)
        )

    def lacks_bases(self) -> bool:
        return any(self.add_initial_prefix(name) not in self.data for name in self.tracked)

    def changed(self) -> dict[str, Any]:
        """The cleaned values that differ from where the form started."""
        return {name: self.cleaned_data[name] for name in self.changed_data if name in set(self.tracked)}


class VersionedForm(BasedForm):
    """A form over an aggregate: it posts the version that its page showed."""

    untracked = ("version",)
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def clean(self):
        cleaned = super().clean()
        if "version" in self.fields and ("version" not in self.cleaned_data or self.lacks_bases()):
            raise ValidationError(_("The page was incomplete. Reload it and save again."), code="incomplete")
        return cleaned


def sent(bound: forms.BoundField) -> str:
    """The value of an unbound field as its input would send it."""
    value = bound.value()
    if isinstance(bound.field, forms.BooleanField):
        return "True" if value else "False"
    if value is None:
        return ""
    return str(bound.field.prepare_value(value))


def words_of(field: forms.Field, value: str) -> str:
    """A sent value as a reader knows it."""
    if isinstance(field, forms.BooleanField):
        return _("yes") if value in ("True", "on", "true") else _("no")
    if value == "":
        return wording.UNKNOWN
    if isinstance(field, forms.ModelChoiceField):
        try:
            return str(field.to_python(value))
        except ValidationError:
            return value
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.widget.choices).get(value, value))
    return value


def rebase(
    form: BasedForm,
    fresh: BasedForm,
    data: QueryDict,
    told: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
) -> list[Clash]:
    """Put what was typed on top of what stands now; ``data`` becomes what the form is shown with.

    Fields that only they changed take their value, fields that only the user changed keep the typed one; a
    field that both changed is a clash, shown with both. ``told`` has, by field, who saved it and when.
    """
    clashes = []
    mine = set(form.changed_data)
    for name in form.tracked:
        field, key = form.fields[name], form.add_prefix(name)
        theirs, base = sent(fresh[name]), data.get(form.add_initial_prefix(name), "")
        data[form.add_initial_prefix(name)] = theirs
        if name not in mine:
            _put(data, key, field, theirs)
            continue
        typed = _typed(data, key, field)
        if theirs not in (base, typed):
            values = base, typed, theirs
            words = [words_of(field, value) for value in values]
            clashes.append(Clash(key, str(form[name].label), *values, *words, **told.get(name, {})))
    return clashes


def _typed(data: QueryDict, key: str, field: forms.Field) -> str:
    if isinstance(field, forms.BooleanField):
        return "True" if data.get(key) in ("on", "True", "true", "1") else "False"
    return data.get(key, "")


def _put(data: QueryDict, key: str, field: forms.Field, value: str) -> None:
    if isinstance(field, forms.BooleanField) and value == "False":
        data.pop(key, None)
    else:
        data[key] = value
