"""The list of stays (DOMAIN 8.2)."""

from django.http import HttpRequest
from django.utils import timezone
from django.views.decorators.http import require_safe

from kol_crm.core import lists
from lifecycle.days import installation_day
from lifecycle.stay_list import STAYS, WAYS
from profiles.models import Stage
from profiles.views.facets import FACETS, opened


@require_safe
def stay_list(request: HttpRequest):
    """Whom a mark of the dashboard counts."""
    return lists.render_list(request, STAYS, _context)


def _context(listing: lists.Listing) -> dict:
    on = listing.filterset.active
    shown = ("stage", "owner", "way")
    return {
        "day": installation_day(timezone.now()),
        "ways": [
            {
                "label": label,
                "on": way in on.get("way", ()),
                "url": listing.url(way=[] if way in on.get("way", ()) else [way]),
            }
            for way, label in WAYS
        ],
        "facets": [
            opened(FACETS[key], listing.filterset, listing.params, listing.path)
            | {"clear_url": listing.url(**{key: None})}
            for key in ("stage", "owner")
        ],
        "others": [
            {
                "label": listing.filterset.filters[name].label,
                "value": ", ".join(_words(name, value)),
                "remove_url": listing.url(**{name: None}),
            }
            for name, value in on.items()
            if name not in shown
        ],
    }


def _words(name: str, value) -> list[str]:
    """A filter's value as the reader calls it."""
    if name.endswith(("_from", "_to")):
        return [f"{value:%Y-%m}"]
    values = value if isinstance(value, list) else [value]
    labels = {str(key): str(label) for key, label in _choices(name)}
    return [labels.get(str(one), str(one)) for one in values]


def _choices(name: str):
    if name == "from_stage":
        return Stage.choices
    declared = STAYS.filterset.base_filters[name]
    return declared.extra.get("choices", ()) if name in ("level", "cause") else ()
