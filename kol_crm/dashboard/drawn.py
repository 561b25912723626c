"""The dashboard as HTML, kept by all that it is drawn from: what did not change is not drawn again.

The figures are asked for each time; a chart whose figures, names and address are those of another time looks
the same (``Kind.of`` says which figures it sees). So nothing is shown that is no longer true, right after a
verb has written too.
"""

from collections.abc import Callable, Hashable

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from kol_crm.core.memory import once
from kol_crm.dashboard import CHARTS, OF_TILES, Dashboard

MOST_KEPT = 1000  # of some six kilobytes each, a process
_kept: dict[Hashable, SafeString] = {}


def tiles(dashboard: Dashboard) -> SafeString:
    def draw() -> SafeString:
        return SafeString("".join(_render("_parts/figure_tile.html", tile=tile) for tile in dashboard.tiles))

    return _drawn(dashboard, "tiles", OF_TILES, draw)


def cards(dashboard: Dashboard) -> SafeString:
    """Of all charts."""
    return SafeString(
        "".join(
            _drawn(
                dashboard,
                key,
                kind.of,
                lambda key=key: _render("dashboard/_card.html", chart=dashboard.chart(key)),
            )
            for key, kind in CHARTS.items()
        )
    )


def forget() -> None:
    _kept.clear()


def _render(template: str, **context) -> SafeString:
    return render_to_string(template, context)


def _drawn(
    dashboard: Dashboard, what: str, of: tuple[str, ...], draw: Callable[[], SafeString]
) -> SafeString:
    key = (what, get_language(), *dashboard.asked.key, *dashboard.figures.texts(of))
    return once(_kept, key, draw, MOST_KEPT)
