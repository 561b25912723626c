"""Pasted rows as a form: first the text, then every cell of it as an input, so that nothing typed is lost."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from profiles.importing import paste
from profiles.importing.paste import Grid
from profiles.rules import metric as m
from profiles.services.pasting import Preview

LONGEST = 200_000
SPANS = (
    (paste.DAY, _("that day")),
    (paste.WEEK, _("the 7 days up to it")),
    (paste.MONTH, _("the month up to it")),
)
STATES = {"new": _("new"), "changed": _("changed"), "unchanged": _("unchanged")}


class PasteForm(forms.Form):
    """``text`` until it was read; then ``cell-<row>-<column>`` for each of its cells."""

    text = forms.CharField(
        label=_("Rows"),
        required=False,
        strip=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "class": "paste-box"}),
    )
    span = forms.ChoiceField(
        label=_("A row of posts or interactions covers"), choices=SPANS, initial=paste.DAY, required=False
    )
    metric = forms.ChoiceField(
        label=_("Without a heading the figures are"),
        choices=[(name, label) for name, label in m.LABELS.items()],
        initial=m.FOLLOWERS,
        required=False,
    )

    @property
    def how(self) -> dict[str, str]:
        """What the reading needs to be told."""
        cleaned = self.cleaned_data
        return {"span": cleaned.get("span") or paste.DAY, "metric": cleaned.get("metric") or m.FOLLOWERS}


def grid_in(data: QueryDict) -> Grid:
    """The cells as they were sent; of a text that was only now pasted, its rows."""
    height, width = _number(data.get("rows")), _number(data.get("columns"))
    if not height or not width:
        return paste.grid_of(data.get("text", "")[:LONGEST])
    height, width = min(height, paste.MOST_ROWS + 1), min(width, paste.MOST_COLUMNS + 1)
    return [
        [data.get(f"cell-{row}-{column}", "").replace("\0", "").strip() for column in range(width)]
        for row in range(height)
    ]


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 6 else 0


def cells_of(preview: Preview) -> list[dict[str, Any]]:
    """The rows for the template: each cell with its place, what it would do, and what is wrong with it."""
    pasted = preview.pasted
    rows = []
    for number, row in enumerate(pasted.grid):
        cells = []
        for place, value in enumerate(row):
            effect = preview.effects.get((number, place))
            cells.append(
                {
                    "name": f"cell-{number}-{place}",
                    "value": value,
                    "problem": pasted.problems.get((number, place), ""),
                    "state": effect.state if effect else "",
                    "words": STATES[effect.state] if effect else "",
                    "before": effect.before if effect and effect.state == "changed" else None,
                }
            )
        rows.append({"number": number + 1, "is_head": number in pasted.heads, "cells": cells})
    return rows
