"""The rows of Today as HTML: fifty of them are most of what the page weighs and costs (PERFORMANCE).

What is the same in many rows is put into words once a page. Strings are put together plainly: what people may
have written passes through ``escape``, the rest is ours.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from html import escape
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from kol_crm import today_hands
from kol_crm.core import wording
from kol_crm.core.due import DueRow
from kol_crm.core.templatetags.ui import avatar, sprite_icon, stage_pips
from profiles.models import Level, Stage

SNOOZE, STANDS_IN, HAND = "alarm-clock", "tree-palm", "forward"
LONG_WHY = 24  # halves of Chinese characters: a longer line is cut off somewhere, so its title says it whole
OF_A_FILE = ("pinyin", "level", "stage", "picture_url")  # a programme has none of them
WIDE = 0x2E80  # from here on a character is as wide as two Latin ones


@dataclass(frozen=True)
class Writing:
    """Who reads which queue: their day, the row that is chosen, and what leads to a row (its key follows)."""

    day: date
    chosen: str
    link: str

    def rows(self, rows: Iterable[DueRow], tone: str) -> SafeString:
        """Rows of one span of days. The link chooses one; the button finishes it, or opens what it takes."""
        return mark_safe("\n".join(self._row(row, tone) for row in rows))  # noqa: S308 - as the module says

    def _row(self, row: DueRow, tone: str) -> str:
        subject, key = row.subject, row.key
        pinyin, level, stage, picture = (getattr(subject, fact, "") for fact in OF_A_FILE)
        name, chosen = escape(subject.name), key == self.chosen
        current = ' aria-current="true"' if chosen else ""
        css = "queue-row is-selected is-cursor" if chosen else "queue-row"
        return (
            f'<div class="{css}" data-row data-item="{key}">'
            f'<span class="queue-icon">{sprite_icon(row.icon, 18, str(row.kind_label))}</span>'
            f"{avatar(subject.name, subject.id, 28, picture)}"
            f'<div class="queue-text"><div class="queue-name">'
            f'<a class="queue-link strong ellipsis" href="{self.link}{key}" data-open data-touch'
            f' hx-get="{escape(row.detail_url)}"{current}>{name}</a>'
            f"{_pinyin(pinyin)}{self._levels[level]}{self._pips(stage)}"
            f"</div>{self._why(row)}</div>"
            f'<div class="queue-due"><span class="queue-hidden">{self._snooze[0]}{name}{self._snooze[1]}'
            f"{self._hand[0] + name + self._hand[1] if today_hands.may_hand(row) else ''}"
            f"</span>{self._due(row.due, tone)}</div>{_action(row)}</div>"
        )

    def _pips(self, stage: str) -> str:
        return stage_pips(stage, self._stages[stage]) if stage else ""

    def _why(self, row: DueRow) -> str:
        words = escape(row.why)
        wide = sum(2 if ord(character) >= WIDE else 1 for character in row.why)
        title = f' title="{words}"' if wide > LONG_WHY else ""
        for_whom = ""
        if row.stands_in_for:
            told = escape(_("for %(name)s") % {"name": row.stands_in_for})
            for_whom = f'<span class="tg">{sprite_icon(STANDS_IN, 14)}{told}</span> '
        if row.handed:
            told = escape(_("from %(name)s") % {"name": row.handed.giver})
            if row.handed.word:
                told += f": {escape(row.handed.word)}"
            for_whom += f'<span class="tg" title="{told}">{sprite_icon(HAND, 14)}{told}</span> '
        return f'<div class="queue-why keep-words"{title}>{for_whom}{words}</div>'

    def _due(self, day: date, tone: str) -> str:
        if day not in self._said:
            locale = wording.babel_locale()
            if tone == "later":
                words = wording.day_words(day, "weekday", self.day, locale)
            else:
                words = wording.due_words(day, self.day, locale)
            self._said[day] = f'<span class="dt due-{tone}">{escape(words)}</span>'
        return self._said[day]

    @cached_property
    def _said(self) -> dict[date, str]:
        return {}

    @cached_property
    def _stages(self) -> dict[Any, str]:
        return {stage.value: str(stage.label) for stage in Stage}

    @cached_property
    def _levels(self) -> dict[Any, str]:
        words = {level.value: f'<span class="mute">{escape(str(level.label))}</span>' for level in Level}
        return {"": ""} | words

    @cached_property
    def _snooze(self) -> list[str]:
        """The button before and after the name: one menu serves all rows (today.js)."""
        return _button("snooze", escape(_("Snooze %(name)s") % {"name": "\0"}), SNOOZE)

    @cached_property
    def _hand(self) -> list[str]:
        """As ``_snooze``: one form serves all rows."""
        return _button("hand-over", escape(_("Hand over %(name)s") % {"name": "\0"}), HAND)


def _button(opens: str, label: str, icon: str) -> list[str]:
    """What stands before and after the name in its label, which the script shows as a tooltip too."""
    return (
        f'<button class="btn btn-icon btn-sm" popovertarget={opens} aria-label="{label}">'
        f"{sprite_icon(icon)}</button>"
    ).split("\0")


def _pinyin(pinyin: str) -> str:
    return f'<span class="mute ellipsis wide-only" lang="zh-Latn">{escape(pinyin)}</span>' if pinyin else ""


def _action(row: DueRow) -> str:
    does = (
        f'hx-post="{escape(row.action_url)}" hx-swap="none" data-act'
        if row.action_url
        else ("data-act data-act-opens")
    )
    return f'<button class="btn queue-action" {does}>{escape(str(row.action))}</button>'


def icons(rows: Iterable[DueRow]) -> list[str]:
    """What the page must draw once for these rows."""
    return [SNOOZE, STANDS_IN, HAND, *sorted({row.icon for row in rows})]
