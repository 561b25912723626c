"""A card of the board as HTML, from the plain values of a file (UI, screen 4).

Cards are most of what the board costs, so they are put together as plain strings, as the cells of the KOL
list are (PERFORMANCE): what people or imports may have written passes through ``escape``, the rest is ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from html import escape
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from kol_crm.core import wording
from kol_crm.core.templatetags.ui import avatar_hue, initials
from profiles import ageing
from profiles.models import Level, Verdict
from profiles.models.kol import face_url

VALUES = (
    *("id", "name", "alias", "pinyin", "handle", "picture", "level", "stage", "stage_since"),
    *("review_due", "figures_due", "verdict", "stop", "owner__username", "owner__display_name"),
    *("main_field__name_en", "main_field__name_zh"),
)
_NO_ID = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True)
class Writer:
    """Writes the cards of one reading; ``lines``: per stage the day before which a stay is long."""

    day: date
    lines: Mapping[str, date]

    @cached_property
    def locale(self) -> str:
        return wording.babel_locale()

    @cached_property
    def is_chinese(self) -> bool:
        return (get_language() or "").startswith("zh")

    @cached_property
    def levels(self) -> dict[str, str]:
        return {level.value: str(level.label) for level in Level}

    @cached_property
    def verdicts(self) -> dict[str, str]:
        known = {
            verdict.value: f'<i class="dot dot-{verdict.value}"></i>{escape(str(verdict.label))}'
            for verdict in Verdict
        }
        return known | {"unknown": f"<i class=mute>{escape(str(Verdict.UNKNOWN.label))}</i>"}

    @cached_property
    def file_url(self) -> tuple[str, str]:
        before, _id, after = reverse("profiles:kol-detail", args=[_NO_ID]).partition(_NO_ID)
        return before, after

    @cached_property
    def words(self) -> dict[str, str]:
        found = {
            "move": pgettext("verb", "Move"),
            "move_them": _("Move %(name)s"),
            "days": _("Days in stage"),
            "long": _("Long in stage"),
            "review": _("Review"),
            "stale": _("Stale figures"),
            "stopped": _("Stopped"),
            "nobody": _("Nobody"),
        }
        return {name: escape(words) for name, words in found.items()}

    @cached_property
    def dues(self) -> dict[date, str]:
        """What cards of this page say of a day."""
        return {}

    def card(self, row: Mapping[str, Any], allowed: str) -> SafeString:
        """``allowed``: the stages where this reader may move it; a card without may not be moved."""
        name, key = escape(row["name"]), row["id"]
        move = ""
        if allowed:
            label = self.words["move_them"] % {"name": name}
            move = (
                f'<button class="btn btn-icon btn-sm card-menu" type="button" data-move-menu title="'
                f'{self.words["move"]}" aria-label="{label}"><svg class="ic"><use href="#mark-move"/></svg>'
                f'<span class="phone-only">{self.words["move"]}</span></button>'
            )
        may = f' data-allowed="{allowed}"' if allowed else ""
        before, after = self.file_url
        return mark_safe(  # noqa: S308 - what people wrote is escaped
            f'<article class="kol-card" id="card-{key}" data-card data-kol="{key}"{may} tabindex="0" '
            f'aria-label="{name}"><div class="kol-card-top">'
            f'<a class="kol-chip" href="{before}{key}{after}" data-open>{self._face(row)}'
            f'<span class="kol-chip-text"><span class="kol-chip-name">{name}</span>'
            f'<span class="kol-chip-second">{self._second(row)}</span></span></a>'
            f"{move}{self._owner(row)}</div>"
            f'<div class="kol-card-foot">{self._days(row)}{self._due(row["review_due"])}{self._stale(row)}'
            f"{self._stopped(row)}"
            f'<span class="verdict">{self.verdicts[row["verdict"]]}</span></div></article>'
        )

    def _face(self, row: Mapping[str, Any]) -> str:
        if row["picture"]:
            return (
                f'<img class="av" src="{face_url(row["id"], row["picture"], "small")}" alt="" loading="lazy">'
            )
        return f'<i class="av hue-{avatar_hue(row["id"])}" data-i="{escape(initials(row["name"]))}"></i>'

    def _second(self, row: Mapping[str, Any]) -> str:
        names = ("handle", "alias", "pinyin") if self.is_chinese else ("pinyin", "handle", "alias")
        field = row["main_field__name_zh" if self.is_chinese else "main_field__name_en"]
        parts = (next(filter(None, (row[name] for name in names)), ""), self.levels.get(row["level"]), field)
        return " · ".join(escape(part) for part in parts if part)

    def _owner(self, row: Mapping[str, Any]) -> str:
        username = row["owner__username"]
        if username is None:
            return f'<span class="mute wide-only">{self.words["nobody"]}</span>'
        name = row["owner__display_name"] or username
        return (
            f'<i class="av av-20 hue-{avatar_hue(username)} wide-only" role="img" '
            f'data-i="{escape(initials(name))}" title="{escape(name)}" aria-label="{escape(name)}"></i>'
        )

    def _days(self, row: Mapping[str, Any]) -> str:
        since = row["stage_since"]
        if since is None:
            return ""
        is_long = ageing.is_long(row["stage"], since, self.lines)
        css, title = ("warn", self.words["long"]) if is_long else ("mute", self.words["days"])
        days = escape(wording.days_words((self.day - since).days))
        return (
            f'<span class="{css}" title="{title}"><svg class="ic"><use href="#mark-days"/></svg>{days}</span>'
        )

    def _due(self, day: date | None) -> str:
        if day is None:
            return ""
        if day not in self.dues:
            late = (self.day - day).days
            # what is near says what it is; a date far off has no room for it
            kind = f"<span>{self.words['review']}</span>" if late > -31 else ""
            tone = wording.due_tone(day, self.day)
            words = escape(wording.due_words(day, self.day, self.locale))
            self.dues[day] = (
                f'<span class="due"><svg class="ic"><use href="#mark-review"/></svg>{kind}'
                f'<span class="due-when due-{tone}">{words}</span></span>'
            )
        return self.dues[day]

    def _stopped(self, row: Mapping[str, Any]) -> str:
        if not row["stop"]:
            return ""
        words = self.words["stopped"]
        drawn = f'<title>{words}</title><use href="#mark-stopped"/>'
        return f'<svg class="ic bad" role="img" aria-label="{words}">{drawn}</svg>'

    def _stale(self, row: Mapping[str, Any]) -> str:
        due = row["figures_due"]
        if due is None or due > self.day:
            return ""
        words = self.words["stale"]
        drawn = f'<title>{words}</title><use href="#mark-stale"/>'
        return f'<svg class="ic warn" role="img" aria-label="{words}">{drawn}</svg>'
