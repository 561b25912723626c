"""How things look in templates: icons, figures, numbers and dates. No domain rule lives here."""

import zlib
from functools import lru_cache
from html import escape

from django import forms, template
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from kol_crm.core import drawing, icons, wording

register = template.Library()

HUES = 24
STAGE_PIPS = {"introduction": 1, "initial": 2, "mid_term": 3, "late": 4}
SIZES_BY_CSS = (14, 16, 18, 20, 24)
FIRST_WIDE_CHARACTER = 0x2E80  # CJK radicals and everything written full width above them


def _today(today):
    return today or timezone.localdate()


@register.simple_tag
def icon(name, size=16, label=""):
    """A Lucide icon; hidden from screen readers unless it is given words."""
    return mark_safe(_icon(str(name), int(size), str(label)))  # noqa: S308 - Lucide's own SVG, the label escaped in it


@lru_cache(maxsize=512)
def _icon(name: str, size: int, label: str) -> str:
    if name in icons.SHARED and size in SIZES_BY_CSS:
        return _used(icons.place(name), size, label)
    reading = {"role": "img", "aria-label": label} if label else {"aria-hidden": "true"}
    lean = icons.drawn(name, size, reading)
    return lean.replace(f' width="{size}" height="{size}"', "", 1) if size in SIZES_BY_CSS else lean


def _used(place: str, size: int, label: str) -> str:
    reading = f'role=img aria-label="{escape(label)}"' if label else "aria-hidden=true"
    css = "ic" if size == 16 else f'"ic ic-{size}"'
    return f'<svg class={css} {reading}><use href="{place}"/></svg>'


@register.simple_tag
def symbol(key, name):
    """An icon that rows of the page show by ``<use href="#key">``."""
    return mark_safe(_symbol(str(key), str(name)))  # noqa: S308 - Lucide's own SVG, the key is ours


@lru_cache(maxsize=128)
def _symbol(key: str, name: str) -> str:
    return f'<symbol id="{key}" viewBox="0 0 24 24">{icons.shape(name)}</symbol>'


@register.simple_tag
def sprite(names):
    """Icons that stand on a page many times, drawn once; ``sprite_icon`` shows them."""
    return mark_safe(_sprite(tuple(names)))  # noqa: S308 - Lucide's own SVG


@lru_cache(maxsize=128)
def _sprite(names: tuple[str, ...]) -> str:
    return f'<svg hidden aria-hidden="true">{icons.symbols(names, "ic-")}</svg>'


@lru_cache(maxsize=512)
def sprite_icon(name: str, size: int = 16, label: str = "") -> str:
    """An icon of the page's ``sprite``, for rows that are put together as strings."""
    return _used(f"#ic-{name}", size, label)


@register.filter
def compact(number):
    return wording.compact(number, wording.babel_locale())


@register.filter
def number(value):
    return wording.grouped(value, wording.babel_locale())


@register.filter
def capped(count, cap=1000):
    return wording.capped(count, cap, wording.babel_locale())


@register.filter
def money(amount, currency="CNY"):
    return wording.money(amount, currency, wording.babel_locale())


@register.filter
def change(ratio):
    return wording.percent_change(ratio, wording.babel_locale())


@register.filter
def day(moment, style="plain"):
    """A date in a span that never breaks; styles: plain, year, weekday, full, month, time, clock."""
    if not moment:
        return wording.UNKNOWN
    words = wording.day_words(moment, style, timezone.localdate(), wording.babel_locale())
    return format_html('<span class="dt">{}</span>', words)


@register.filter
def ago_days(moment, today=None):
    return wording.days_late(moment, _today(today))


@register.filter
def days_late(moment, today=None):
    return wording.days_late(moment, _today(today))


@register.filter
def days(count):
    return wording.days_words(count)


@register.filter
def due_tone(moment, today=None):
    return wording.due_tone(moment, _today(today))


@register.filter
def due_words(moment, today=None):
    return format_html(
        '<span class="dt">{}</span>', wording.due_words(moment, _today(today), wording.babel_locale())
    )


@register.filter
def avatar_hue(seed):
    """One of 24 hues, always the same for the same id."""
    return zlib.crc32(str(seed).encode()) % HUES


@register.filter
def initials(name):
    """The family name's character of a Chinese name, first and last initial of others."""
    words = str(name or "").split()
    if not words:
        return "?"
    if ord(words[0][0]) >= FIRST_WIDE_CHARACTER:
        return words[0][0]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


@register.filter
def pips(stage):
    """How many of the four stage bars are full: none for a departed KOL."""
    return STAGE_PIPS.get(str(stage), 0)


@register.simple_tag
def stage_pips(stage, label=""):
    """What ``_parts/stage_pips.html`` draws, where a page has it in each row."""
    return mark_safe(_stage_pips(str(stage), str(label or "")))  # noqa: S308 - both are escaped in it


@lru_cache(maxsize=200)
def _stage_pips(stage: str, label: str) -> str:
    bars = "".join('<i class="is-full"></i>' if place < pips(stage) else "<i></i>" for place in range(4))
    reading = f'title="{escape(label)}" role="img" aria-label="{escape(label)}"' if label else ""
    departed = " is-departed" if stage == "departed" else ""
    return f'<span class="stage-pips{departed}" {reading or "aria-hidden=true"}>{bars}</span>'


@register.simple_tag
def avatar(name, seed="", size=28, picture=""):
    """What ``_parts/avatar.html`` draws, where a page has it in each row."""
    inside = f'<img src="{escape(picture)}" alt="">' if picture else escape(initials(name))
    return mark_safe(  # noqa: S308 - what people wrote is escaped
        f'<span class="av av-{size} hue-{avatar_hue(seed or name)}" aria-hidden="true">{inside}</span>'
    )


@register.filter
def control(field):
    """A form field's control in our look; several choices get the search widget."""
    return field.as_widget(attrs=_control_attributes(field.field.widget))


def _control_attributes(widget) -> dict:
    own = widget.attrs.get("class", "")
    if isinstance(widget, forms.CheckboxInput):
        return {"class": f"form-check-input {own}".strip()}
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return {}
    if isinstance(widget, forms.SelectMultiple):
        return {"class": f"form-select {own}".strip(), "data-tom": True}
    kind = "form-select" if isinstance(widget, forms.Select) else "form-control"
    return {"class": f"{kind} {own}".strip()}


@register.simple_tag
def sparkline(values, label=""):
    """Figures of some weeks as a line with a dot at the end."""
    points = drawing.spark_points(list(values or []))
    last = next((point for point in reversed(points) if point), None)
    if last is None:
        return ""
    return format_html(
        '<svg class="spark" width="56" height="18" viewBox="0 0 56 18" {}>'
        '<path d="{}"/><circle cx="{}" cy="{}" r="1.75"/></svg>',
        _reading(label),
        drawing.spark_path(points),
        last[0],
        last[1],
    )


@register.simple_tag
def dial(score, tone="accent", label=""):
    """A 270° dial with its number; an unknown score shows a dash and no arc."""
    arc = drawing.dial_arc(score) if score is not None else ""
    return format_html(
        '<svg viewBox="0 0 40 40" {}><path class="dial-track" d="{}"/>{}'
        '<text class="dial-figure" x="20" y="24.5">{}</text></svg>',
        _reading(label),
        drawing.dial_arc(100),
        format_html('<path class="dial-arc dial-{}" d="{}"/>', tone, arc) if arc else "",
        wording.UNKNOWN if score is None else round(score),
    )


@register.simple_tag
def meter(percent, tone="accent", mark=None, label=""):
    """A bar of so many per cent, with an optional tick at a limit."""
    width = min(max(percent or 0, 0), 100)
    tick = ""
    if mark not in (None, ""):
        tick = format_html('<rect class="meter-mark" x="{}%" y="-50%" width="2" height="200%"/>', mark)
    return format_html(
        '<svg class="meter" {}><rect class="meter-track" width="100%" height="100%" rx="2"/>'
        '<rect class="fill-{}" width="{}%" height="100%" rx="2"/>{}</svg>',
        _reading(label),
        tone,
        f"{width:g}",
        tick,
    )


@register.simple_tag
def bar(segments, label=""):
    """Amounts side by side as one bar: `[(amount, tone), …]`."""
    rects = format_html_join(
        "",
        '<rect class="fill-{}" x="{}%" width="{}%" height="100%"/>',
        ((tone, start, width) for start, width, tone in drawing.shares(segments or [])),
    )
    return format_html(
        '<svg class="stacked-bar" {}><rect class="meter-track" width="100%" height="100%"/>{}</svg>',
        _reading(label),
        rects,
    )


def _reading(label) -> SafeString:
    if label:
        return format_html('role="img" aria-label="{}"', label)
    return mark_safe('aria-hidden="true"')


@register.simple_tag
def bullet(value, low, high, label=""):
    """The same without words, as high as a line: a row of several is compared by eye."""
    marks = drawing.gauge_marks(value, low, high)
    if marks is None:
        return ""
    at, start, end = marks
    return format_html(
        '<svg class="bullet" {}><rect class="meter-track" y="4" width="100%" height="8" rx="4"/>'
        '<rect class="gauge-band" x="{}%" y="4" width="{}%" height="8"/>'
        '<rect class="gauge-mark" x="{}%" width="3" height="16" rx="1.5"/></svg>',
        _reading(label),
        start,
        round(end - start, 1),
        min(at, 99),
    )


@register.simple_tag
def gauge(value, low, high, label=""):
    """Where a value stands against a band: a track, the band in grey, a mark with its number."""
    marks = drawing.gauge_marks(value, low, high)
    if marks is None:
        return ""
    at, start, end = marks
    numbers = [wording.grouped(round(one, 1), wording.babel_locale()) for one in (value, low, high)]
    return format_html(
        '<svg class="gauge" {}><rect class="meter-track" y="22" width="100%" height="10" rx="5"/>'
        '<rect class="gauge-band" x="{}%" y="22" width="{}%" height="10"/>'
        '<rect class="gauge-mark" x="{}%" y="14" width="3" height="24" rx="1.5"/>'
        '<text class="gauge-value" x="{}%" y="10">{}</text>'
        '<text class="gauge-end" x="{}%" y="50">{}</text>'
        '<text class="gauge-end" x="{}%" y="50">{}</text></svg>',
        _reading(label),
        start,
        round(end - start, 1),
        at,
        min(max(at, 8), 92),
        numbers[0],
        start,
        numbers[1],
        end,
        numbers[2],
    )
