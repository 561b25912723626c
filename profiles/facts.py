"""The facts of a file as its page groups them, and each in words (DOMAIN 3.1, 3.2; UI, screen 3)."""

import zoneinfo
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from kol_crm.core import wording
from kol_crm.core.zones import offset_words
from profiles import note_words
from profiles.models import Kol
from profiles.services import birthday, on_file


@dataclass(frozen=True)
class Shown:
    """A value in words: text, or several words; ``note`` stands grey beside it, ``tone`` marks the words."""

    text: str = ""
    words: tuple[str, ...] = ()
    note: str = ""
    tone: str = ""

    def __bool__(self):
        return bool(self.text or self.words)


@dataclass(frozen=True)
class Fact:
    """One row of the left column: the columns it shows and edits. ``always``: also while it is empty."""

    key: str
    label: Any
    columns: tuple[str, ...]
    show: Callable[[Kol, datetime], Shown]
    always: bool = False


@dataclass(frozen=True)
class FactRow:
    """A fact with its value."""

    fact: Fact
    shown: Shown


def _text(column: str) -> Callable[[Kol, datetime], Shown]:
    return lambda kol, _now: Shown(str(getattr(kol, column) or ""))


def _choice(column: str) -> Callable[[Kol, datetime], Shown]:
    return lambda kol, _now: Shown(
        str(getattr(kol, f"get_{column}_display")() if getattr(kol, column) else "")
    )


def _words(column: str, tone: str = "") -> Callable[[Kol, datetime], Shown]:
    return lambda kol, _now: Shown(words=tuple(getattr(kol, column)), tone=tone)


def born(kol: Kol) -> str:
    """The birthday as far as it is known: 15 Sep 1994, 1994, Lunar 八月十五."""
    return note_words.day_words(birthday.partial_day(kol))


def _birthday(kol: Kol, now: datetime) -> Shown:
    note = ""
    if kol.next_birthday:
        next_one = wording.day_words(kol.next_birthday, "plain", now.date(), wording.babel_locale())
        note = _("next %(day)s") % {"day": next_one}
    return Shown(born(kol), note=note)


def _zone(kol: Kol, now: datetime) -> Shown:
    if not kol.zone:
        return Shown()
    there = now.astimezone(zoneinfo.ZoneInfo(kol.zone))
    note = _("now %(time)s") % {"time": f"{there:%H:%M}"}
    return Shown(kol.zone.rpartition("/")[2].replace("_", " "), note=f"{offset_words(there)} · {note}")


def _minor(kol: Kol, now: datetime) -> Shown:
    if not birthday.is_under_age(kol, now.date()):
        return Shown()
    if kol.guardian_consent_on is None:
        return Shown(_("Under age"), note=_("no guardian's consent on file"), tone="warn")
    day = wording.day_words(kol.guardian_consent_on, "plain", now.date(), wording.babel_locale())
    return Shown(_("Under age"), note=_("guardian's consent of %(day)s") % {"day": day})


def _interval(kol: Kol, _now: datetime) -> Shown:
    days = kol.touch_interval
    return Shown(ngettext("every %(n)d day", "every %(n)d days", days) % {"n": days} if days else "")


def _tags(kol: Kol, _now: datetime) -> Shown:
    return Shown(words=tuple(on_file.words(kol).tags))


def _quiet(kol: Kol, _now: datetime) -> Shown:
    return Shown(str(kol.get_quiet_cause_display()) if kol.quiet_cause else "", tone="warn")


def _agency(kol: Kol, _now: datetime) -> Shown:
    return Shown(kol.agency.name, note=kol.agency.contact_person) if kol.agency else Shown()


NAMES = (
    Fact("name", gettext_lazy("Name"), ("name",), _text("name"), always=True),
    Fact("name_other", gettext_lazy("Other name"), ("name_other",), _text("name_other")),
    Fact("alias", gettext_lazy("Alias"), ("alias",), _text("alias")),
)
PERSONAL = (
    Fact("birthday", gettext_lazy("Birthday"), birthday.COLUMNS, _birthday, always=True),
    Fact("gender", gettext_lazy("Gender"), ("gender",), _choice("gender")),
    Fact("city", gettext_lazy("City"), ("city",), _text("city"), always=True),
    Fact("zone", gettext_lazy("Time zone"), ("zone",), _zone, always=True),
    Fact("language", gettext_lazy("Language"), ("language",), _choice("language")),
    Fact("likes", gettext_lazy("Likes"), ("likes",), _words("likes"), always=True),
    Fact("dislikes", pgettext_lazy("fact", "Avoid"), ("dislikes",), _words("dislikes", "bad"), always=True),
    Fact("character", gettext_lazy("Character"), ("character",), _text("character")),
    Fact("family", gettext_lazy("Family"), ("family",), _text("family")),
    Fact("minor", gettext_lazy("Guardian"), ("minor", "guardian_consent_on"), _minor),
    Fact("introduction", gettext_lazy("About"), ("introduction",), _text("introduction")),
)
BUSINESS = (
    Fact("type", gettext_lazy("Type"), ("type",), _text("type"), always=True),
    Fact("good_at", gettext_lazy("Good at"), ("good_at",), _text("good_at"), always=True),
    Fact("credentials", gettext_lazy("Credentials"), ("credentials",), _text("credentials")),
    Fact("agency", gettext_lazy("Agency"), ("agency",), _agency, always=True),
    Fact("how_met", gettext_lazy("Came by"), ("how_met",), _text("how_met"), always=True),
    Fact("tags", gettext_lazy("Tags"), ("tags",), _tags, always=True),
    Fact("touch_interval", gettext_lazy("Touch"), ("touch_interval",), _interval),
    Fact("quiet", gettext_lazy("Quiet mark"), ("quiet_cause",), _quiet),
    Fact("owner", gettext_lazy("Owner"), ("owner",), _text("owner"), always=True),
)
BY_KEY = {fact.key: fact for fact in (*NAMES, *PERSONAL, *BUSINESS)}


def row(kol: Kol, fact: Fact, now: datetime) -> FactRow:
    """A fact of this file in words, as of the reader's ``now``."""
    return FactRow(fact, fact.show(kol, now))


@dataclass(frozen=True)
class Group:
    """A heading with its facts: those filled or always shown, and the rest, a click away."""

    title: Any
    rows: list[FactRow]
    rest: list[FactRow]


def group(
    kol: Kol, title: Any, facts: tuple[Fact, ...], now: datetime, more: Sequence[FactRow] = ()
) -> Group:
    """``more``: rows that admins added, which follow."""
    found = [*(row(kol, fact, now) for fact in facts), *more]
    shown = [one for one in found if one.shown or one.fact.always]
    return Group(title, shown, [one for one in found if one not in shown])
