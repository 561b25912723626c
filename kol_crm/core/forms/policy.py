"""A section of policy as one form: an input for each leaf of each setting, errors at the input.

Of a setting with ``Rows`` each row can be removed, and ``SPARE`` empty ones stand below to be filled.
"""

from itertools import count, islice
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import policy, shapes

REMOVE = "remove"
LONGEST_DEFAULT = 160
SPARE = 2
NEW = "new-"


class Line(NamedTuple):
    """One row of a setting's table: its label and its inputs."""

    label: Any
    fields: list


class Block(NamedTuple):
    """One setting as the page draws it; ``grouped``: several inputs a line, ``rows``: in one row each."""

    setting: policy.Setting
    grouped: bool
    rows: bool
    lines: list[Line]
    default: str
    changed: bool


class PolicyForm(forms.Form):
    """Fields are named by setting and path: ``touch_intervals.initial``. ``values`` goes to the verb."""

    number = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, data=None, *, section: policy.Section, rules: policy.Policy):
        self.rules = rules
        self.settings = [one for one in policy.declared() if one.section == section]
        super().__init__(data, initial={"number": rules.number})
        for setting in self.settings:
            value = self._shown(setting)
            for path, labels, leaf in shapes.leaves(setting.shape, value):
                name = f"{setting.key}.{path}".rstrip(".")
                field = leaf.field()
                field.label = labels[-1] if labels else setting.label
                if isinstance(setting.shape, shapes.Rows):
                    field.required = False  # what a row lacks is said unless it is removed or left empty
                self.fields[name] = field
                self.initial[name] = leaf.shown(shapes.at(value, path))
            if isinstance(setting.shape, shapes.Rows):
                for key in rules.get(setting):
                    self.fields[f"{setting.key}.{key}.{REMOVE}"] = forms.BooleanField(
                        label=gettext_lazy("Remove"), required=False
                    )
        self.fields["reason"] = forms.CharField(
            label=gettext_lazy("Why"),
            max_length=500,
            help_text=gettext_lazy("Colleagues read it in the history."),
        )

    def clean(self):
        cleaned = super().clean()
        for setting in self.settings:
            for path, words in self._problems(setting, cleaned):
                self.add_error(path, words)
        return cleaned

    def _problems(self, setting: policy.Setting, cleaned):
        parts = self._parts(setting, cleaned)
        if parts is None:
            return
        for path, words in setting.problems(shapes.put_together(parts)).items():
            name = f"{setting.key}.{path}".rstrip(".")
            yield (name if name in self.fields else None), words

    def _shown(self, setting: policy.Setting) -> Any:
        """The value in force, with the rows that may be added."""
        value = self.rules.get(setting)
        if not isinstance(setting.shape, shapes.Rows):
            return value
        last = max((row["place"] for row in value.values()), default=0)
        spares = {f"{NEW}{n}": {**setting.shape.blank, "place": last + n} for n in range(1, SPARE + 1)}
        return {**value, **spares}

    def _parts(self, setting: policy.Setting, cleaned) -> dict[str, Any] | None:
        """The leaves of a setting as they are kept; None while one of them is not understood."""
        parts = {}
        for path, _labels, leaf in shapes.leaves(setting.shape, self._shown(setting)):
            shape = setting.shape
            if isinstance(shape, shapes.Rows) and self._is_left_out(setting.key, shape, path.split(".")[0]):
                continue
            name = f"{setting.key}.{path}".rstrip(".")
            if name not in cleaned:
                return None
            parts[path] = leaf.taken(cleaned[name])
        return parts

    def _is_left_out(self, name: str, shape: shapes.Rows, key: str) -> bool:
        """A row that is to be removed, or a new one of which nothing but its place is said."""
        if self.cleaned_data.get(f"{name}.{key}.{REMOVE}"):
            return True
        said = [f"{name}.{key}.{part}" for part in shape.row.rows if part != "place"]
        return key.startswith(NEW) and not any(
            one in self.errors or self.cleaned_data.get(one) for one in said
        )

    @property
    def values(self) -> dict[str, Any]:
        found = {}
        for setting in self.settings:
            parts = self._parts(setting, self.cleaned_data)
            if parts is not None:
                found[setting.key] = _keyed(setting.shape, shapes.put_together(parts))
        return found

    def refuse(self, error: ValidationError) -> None:
        """What the verb refused, at its input, or for a whole setting on top."""
        for name, words in error.message_dict.items():
            setting = policy.find(name)
            told = (
                [f"{setting.label}: {one}" for one in words] if setting and name not in self.fields else words
            )
            self.add_error(name if name in self.fields else None, told)

    def blocks(self) -> list[Block]:
        return [self._block(setting) for setting in self.settings]

    def _block(self, setting: policy.Setting) -> Block:
        lines: dict[str, Line] = {}
        for path, labels, _leaf in shapes.leaves(setting.shape, self._shown(setting)):
            bound = self[f"{setting.key}.{path}".rstrip(".")]
            outer = path.rpartition(".")[0]
            words = " · ".join(str(label) for label in labels[:-1])
            if len(labels) < 2:
                lines[path] = Line(labels[0] if labels else "", [bound])
            else:
                lines.setdefault(outer, Line(words or _("One more"), [])).fields.append(bound)
        for key, line in lines.items():
            if (remove := f"{setting.key}.{key}.{REMOVE}") in self.fields:
                line.fields.append(self[remove])
        usual = policy.words_of(setting, setting.default)
        default = _(", ").join(f"{part} {word}".strip() for part, word in usual.items())
        return Block(
            setting,
            grouped=any(len(line.fields) > 1 for line in lines.values()),
            rows=isinstance(setting.shape, shapes.Rows),
            lines=list(lines.values()),
            default=default if len(default) <= LONGEST_DEFAULT else "",
            changed=not self.rules.is_default(setting),
        )


def _keyed(shape: shapes.Shape, value: Any) -> Any:
    """New rows under keys of their own: from their name where it has letters for one, else counted."""
    if not isinstance(shape, shapes.Rows):
        return value
    kept = {key: row for key, row in value.items() if not key.startswith(NEW)}
    for key, row in value.items():
        if key.startswith(NEW):
            stem = slugify(str(shape.title(row)))[:16] or "row"
            numbered = (f"{stem}-{n}" for n in count(2))
            kept[next(one for one in (stem, *islice(numbered, 99)) if one not in value | kept)] = row
    return kept
