"""How things look in templates: icons, figures, numbers and dates. No domain rule lives here."""

import zlib
from functools import lru_cache

from django import forms, template
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from lucide.templatetags.lucide import lucide

from kol_crm.core import drawing, wording

register = template.Library()

HUES = 24
STAGE_PIPS = {"introduction": 1, "initial": 2, "mid_term": 3, "late": 4}
# Lucide repeats these on each icon; the class .ic says them once, which keeps pages small.
DRAWN_BY_CSS = (
    ' fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
)
FIRST_WIDE_CHARACTER = 0x2E80  # CJK radicals and everything written full width above them


def _today(today):
    return today or timezone.localdate()


@register.simple_tag
def icon(name, size=16, label=""):
    """A Lucide icon; hidden from screen readers unless it is given words."""
    return mark_safe(_icon(str(name), int(size), str(label)))  # noqa: S308 - Lucide's own SVG, the label escaped in it


@lru_cache(maxsize=512)
def _icon(name: str, size: int, label: str) -> str:
    reading = {"role": "img", "aria-label": label} if label else {"aria-hidden": "true"}
    drawn = lucide(name, size=size, **{"class": "ic" if size == 16 else f"ic ic-{size}"}, **reading)
    return "".join(line.strip() for line in drawn.splitlines()).replace(DRAWN_BY_CSS, "")


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
