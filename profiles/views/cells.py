"""How each column of the KOL list is written: from the plain values of a row to its ``<td>``.

Fifty rows are most of what the page costs: what can be put into words once a page or once a process is, and
cells carry a class only where the stylesheet or the phone's cards must tell them. No cell is closed: HTML
ends it where the next one begins (PERFORMANCE). Strings are put together plainly: what people or imports may
have written passes through ``escape``, the rest is ours or a figure.
"""

from collections.abc import Mapping
from functools import lru_cache
from html import escape
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as now_in_words
from django.utils.translation import gettext_lazy as _

from kol_crm.core import drawing, wording
from kol_crm.core.templatetags.ui import avatar_hue, icon, initials
from profiles import ageing
from profiles.models.kol import face_url
from profiles.views.cell_reading import NOTHING, Reading, plain

LONG_AGO_DAYS = 30
HIGH_RISK = 70
LANGUAGES = dict(settings.LANGUAGES)
Row = Mapping[str, Any]


def figure(words: str) -> str:
    """A cell of a figure, at the right."""
    return f"<td class=r>{escape(words)}"


def day_cell(day, reading: Reading) -> str:
    return plain(wording.day_words(day, "plain", reading.day, reading.locale)) if day else NOTHING


def named(row: Row, prefix: str, reading: Reading) -> str:
    """The name of a row of a list that managers edit."""
    return row[f"{prefix}__name_zh" if reading.is_chinese else f"{prefix}__name_en"] or ""


def kol(row: Row, reading: Reading) -> str:
    name, second = escape(row["name"]), _second_name(row, chinese=reading.is_chinese)
    return (
        f'<td><a href="{reading.file_url[0]}{row["id"]}{reading.link_end}{_face(row)}'
        f"<span><b>{name}</b><small>{escape(second)}</small></span></a>"
    )


def _face(row: Row) -> str:
    if row["picture"]:
        url = face_url(row["id"], row["picture"], "small")
        return f'<img class="av" src="{url}" alt="" loading="lazy">'
    return f'<i class="av hue-{avatar_hue(row["id"])}" data-i={_attribute(initials(row["name"]))}></i>'


def _attribute(words: str) -> str:
    """Without quotes where HTML needs none."""
    return words if words.isalnum() else f'"{escape(words)}"'


def _second_name(row: Row, *, chinese: bool) -> str:
    """Pinyin for readers of English, the handle for readers of Chinese."""
    names = ("handle", "alias", "pinyin") if chinese else ("pinyin", "handle", "alias")
    return next(filter(None, (row[name] for name in names)), "")


def stage(row: Row, reading: Reading) -> str:
    return reading.stages[row["stage"]]


def stage_days(row: Row, reading: Reading) -> str:
    words = wording.days_words(wording.days_late(row["stage_since"], reading.day))
    if not ageing.is_long(row["stage"], row["stage_since"], reading.long_before):
        return figure(words)
    return f'<td class="r warn" title="{escape(now_in_words("Long in stage"))}">{escape(words)}'


def level(row: Row, reading: Reading) -> str:
    return reading.levels[row["level"]]


def fields(row: Row, _reading: Reading) -> str:
    return plain(" · ".join(row["fields"] or ()))


def tags(row: Row, _reading: Reading) -> str:
    return plain(wording.listed(row["tags"] or ()))


def kind(row: Row, reading: Reading) -> str:
    return plain(named(row, "type", reading))


def owner(row: Row, _reading: Reading) -> str:
    return _owner_cell(row["owner__username"], row["owner__display_name"]) or plain(now_in_words("Nobody"))


@lru_cache(maxsize=1000)
def _owner_cell(username: str | None, display_name: str) -> str:
    if username is None:
        return ""
    name = display_name or username
    mark = f'<i class="av hue-{avatar_hue(username)}" data-i={_attribute(initials(name))}></i>'
    return f"<td>{mark} {escape(name)}"


def team(row: Row, _reading: Reading) -> str:
    return plain(row["team__name"])


def agency(row: Row, _reading: Reading) -> str:
    return plain(row["agency__name"] or "")


def verdict(row: Row, reading: Reading) -> str:
    return reading.verdicts[row["verdict"]]


def touch(row: Row, reading: Reading) -> str:
    days = wording.days_late(row["last_touch_at"], reading.day)
    cell = reading.answers.get(("touch", days))
    if cell is None:
        words = wording.days_words(days)
        long_ago = days is not None and days > LONG_AGO_DAYS
        cell = f"<td class=r><b>{escape(words)}</b>" if long_ago else figure(words)
        reading.answers["touch", days] = cell
    return cell


def interval(row: Row, _reading: Reading) -> str:
    return figure(wording.days_words(row["interval"]))


def due(row: Row, reading: Reading) -> str:
    kind, day = row["next_due_kind"], row["next_due"]
    if day is None or kind not in reading.kinds:
        return NOTHING
    cell = reading.answers.get((kind, day))
    if cell is None:
        tone = wording.due_tone(day, reading.day)
        words = escape(wording.due_words(day, reading.day, reading.locale))
        cell = f'<td class=next><svg><use href="#due-{kind}"/></svg> {reading.kinds[kind]} '
        cell += f"<i class=due-{tone}>{words}</i>"
        reading.answers[kind, day] = cell
    return cell


def followers(row: Row, reading: Reading) -> str:
    words = wording.compact(row["own_followers"], reading.locale)
    if reading.is_stale(row["own_followers_on"]):
        words = f"{icon('hourglass', 14, label=_('Stale figure'))} {words}"
    trend = _trend(row["own_followers_trend"])
    if trend is None:
        return f"<td class=fans>{words}"
    path, x, y = trend
    change = _change(row["own_followers_change"], reading.locale)
    return (
        f'<td class=fans>{words}<svg><path d="{path}"/><circle cx={x} cy={y} /></svg><small>{change}</small>'
    )


def change(row: Row, reading: Reading) -> str:
    return figure(_change(row["own_followers_change"], reading.locale) or wording.UNKNOWN)


@lru_cache(maxsize=4000)
def _change(ratio: float | None, locale: str) -> str:
    return "" if ratio is None else wording.percent_change(ratio, locale)


def _trend(figures: list) -> tuple[str, int, int] | None:
    """The followers' line as the shortest SVG path that shows it, and where it ends."""
    points = [point and (round(point[0]), round(point[1])) for point in drawing.spark_points(figures or [])]
    path, last = "", None
    for before, point in pairwise([None, *points]):
        if point is None:
            continue
        if before is None:
            path += f"M{point[0]} {point[1]}l"
        else:
            path += f"{point[0] - before[0]} {point[1] - before[1]} "
        last = point
    return last and (path.replace(" -", "-").rstrip(" l"), *last)


def bond(row: Row, _reading: Reading) -> str:
    return _score(row["bond"], high=False)


def risk(row: Row, _reading: Reading) -> str:
    return _score(row["risk"], high=(row["risk"] or 0) >= HIGH_RISK)


@lru_cache(maxsize=500)
def _score(score: int | None, *, high: bool) -> str:
    """Over a bar in steps of five: a class of the stylesheet draws each."""
    if score is None:
        return figure(wording.UNKNOWN)
    bar = round(score / 5)
    return f'<td class="m{bar} risk-high">{score}' if high else f"<td class=m{bar}>{score}"


def birthday(row: Row, reading: Reading) -> str:
    return day_cell(row["next_birthday"], reading)


def city(row: Row, _reading: Reading) -> str:
    return plain(row["city"])


def language(row: Row, _reading: Reading) -> str:
    return plain(LANGUAGES.get(row["language"], row["language"]))


def created(row: Row, reading: Reading) -> str:
    return day_cell(row["created_at"], reading)


def quiet(row: Row, reading: Reading) -> str:
    return reading.quiet_causes[row["quiet_cause"]]


def stop(row: Row, reading: Reading) -> str:
    return reading.stops[row["stop"]]
