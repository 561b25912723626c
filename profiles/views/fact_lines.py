"""The facts of the left column as HTML: two dozen stand on every file page (PERFORMANCE).

Strings are put together plainly: what people or managers may have written passes through ``escape``.
"""

from collections.abc import Iterable
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from kol_crm.core import wording
from kol_crm.core.addresses import address_of
from profiles.facts import FactRow, Shown
from profiles.models import Kol

NOTHING = f'<span class="mute">{wording.UNKNOWN}</span>'


def lines(kol: Kol, rows: Iterable[FactRow], *, may_edit: bool) -> SafeString:
    """Facts below each other; a click turns one into its input where the reader may edit it."""
    return mark_safe("\n".join(line(kol, row, may_edit=may_edit) for row in rows))  # noqa: S308 - lines are safe


def line(kol: Kol, row: FactRow, *, may_edit: bool, was_saved: bool = False) -> SafeString:
    """One of them; ``was_saved`` flashes."""
    label = escape(str(row.fact.label))
    saved = " was-saved" if was_saved else ""
    opening = _opening(kol, row, label) if may_edit else ""
    return mark_safe(  # noqa: S308 - as the module says
        f'<div class="fact{saved}"{opening}><span class="fact-key">{label}</span>'
        f'<span class="fact-value">{_value(row.shown)}</span></div>'
    )


def _opening(kol: Kol, row: FactRow, label: str) -> str:
    said = escape(row.shown.text or ", ".join(row.shown.words) or wording.UNKNOWN)
    url = address_of("profiles:kol-fact", kol.pk, name=row.fact.key)
    edit = escape(_("Edit %(label)s")) % {"label": label}
    return (
        f' data-edit tabindex="0" role="button" aria-label="{edit}: {said}"'
        f' hx-get="{url}?edit=1" hx-swap="outerHTML"'
    )


def _value(shown: Shown) -> str:
    if shown.words:
        dot = f'<i class="dot dot-{shown.tone}" aria-hidden="true"></i>' if shown.tone else ""
        tags = "".join(f'<span class="tg">{dot}{escape(word)}</span>' for word in shown.words)
        return f'<span class="tags">{tags}</span>'
    if not shown.text:
        return NOTHING
    warning = '<i class="dot dot-warn" aria-hidden="true"></i> ' if shown.tone == "warn" else ""
    note = f' <span class="meta keep-words">{escape(shown.note)}</span>' if shown.note else ""
    return f'<span class="fact-text">{warning}{escape(shown.text)}{note}</span>'
