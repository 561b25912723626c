"""What stands over the KOL list: tabs of built-in views, chips that say and change which files are shown."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as now_in_words
from django.utils.translation import gettext_lazy as _

from kol_crm.core import wording
from kol_crm.core.lists import Listing
from kol_crm.core.models import User
from kol_crm.core.templatetags.ui import compact
from profiles.filters import DUE, ME, NONE, KolFilter
from profiles.models import Field, KolType, Level, QuietCause, Stage, Tag, Verdict
from profiles.services.access import owners_for, teams_for

COUNTED = 3000  # beyond it counting on each page load costs more than the figures tell

Options = Iterable[tuple[str, Any]]


@dataclass(frozen=True)
class Facet:
    """One filter with a closed set of values; ``options(user)`` is asked only when its chip is opened."""

    key: str
    label: Any
    options: Callable[[User], Options]


def _owners(user) -> Options:
    names = sorted((str(person), person.username) for person in owners_for(user))
    return [(ME, _("Me")), (NONE, _("Nobody")), *((username, name) for name, username in names)]


def _tags(user) -> Options:
    words = Tag.objects.filter(team__in=teams_for(user)).values_list("name", flat=True)
    return [(name, name) for name in dict.fromkeys(words[:500])]


FACETS = {
    facet.key: facet
    for facet in (
        Facet("stage", _("Stage"), lambda _user: Stage.choices),
        Facet("level", _("Level"), lambda _user: [*Level.choices, (NONE, _("No level"))]),
        Facet("field", _("Field"), lambda _user: [(field.slug, str(field)) for field in Field.objects.all()]),
        Facet("verdict", _("Verdict"), lambda _user: Verdict.choices),
        Facet("owner", _("Owner"), _owners),
        Facet("due", _("Due"), lambda _user: DUE),
        Facet("type", _("Type"), lambda _user: [(kind.slug, str(kind)) for kind in KolType.objects.all()]),
        Facet("tag", _("Tag"), _tags),
        Facet("quiet_cause", _("Quiet mark"), lambda _user: QuietCause.choices),
    )
}
ON_THE_BAR = ("level", "field", "verdict", "owner", "due")
UNDER_MORE = ("type", "tag", "quiet_cause")
FORM_FIELDS = (
    "untouched",
    "touched",
    "followers_min",
    "followers_max",
    "birthday_within",
    "birthday_month",
)


def tabs(listing: Listing) -> list[dict]:
    """The built-in views. Active is the one whose filters all stand in the address; a dot: there are more."""
    month = listing.filterset.day.month
    views = (
        (_("Mine"), "owner=me"),
        (_("All"), ""),
        (_("Drifting"), "verdict=drifting&sort=-risk"),
        (_("No touch 30 d"), "untouched=30&sort=last_touch"),
        (_("Birthdays this month"), f"birthday_month={month}&sort=birthday"),
        (_("Unclaimed imports"), "owner=none&sort=-created"),
        (_("Trash"), "archived=true&sort=-created"),
    )
    asked = _filters_of(listing.params)
    parsed = [(label, query, _filters_of(QueryDict(query))) for label, query in views]
    active = max((filters for _, _, filters in parsed if filters <= asked), key=len)
    return [
        {
            "label": label,
            "url": f"{listing.path}?{query}" if query else listing.path,
            "active": filters == active,
            "dot": filters == active and filters != asked,
        }
        for label, query, filters in parsed
    ]


def _filters_of(params: QueryDict) -> set[tuple[str, str]]:
    return {
        (name, value)
        for name, values in params.lists()
        if name not in ("sort", "cursor", "limit")
        for value in values
        if value
    }


def chips(listing: Listing) -> dict:
    """``stages`` of the segmented facet, ``facets`` on the bar, ``active``: the others, to be removed."""
    counts = _counts(listing.spec.rows(listing.filterset.user))
    on = listing.filterset.active
    return {
        "stages": [
            _stage_chip(listing, stage, counts, on.get("stage", []))
            for stage in Stage
            if stage != Stage.DEPARTED
        ],
        "facets": [_facet_chip(listing, key, on) for key in ON_THE_BAR],
        "active": [
            {
                "label": listing.filterset.filters[name].label,
                "value": wording.listed(_words(name, value)),
                "remove_url": listing.url(**{name: None}),
            }
            for name, value in on.items()
            if name not in (*ON_THE_BAR, "stage", "archived")
        ],
        "more_url": _opening(listing, "more"),
    }


def _stage_chip(listing: Listing, stage: Stage, counts: dict | None, chosen: list[str]) -> dict:
    others = [value for value in chosen if value != stage]
    return {
        "stage": stage.value,
        "label": stage.label,
        "count": counts and counts[stage.value],
        "on": stage in chosen,
        "url": listing.url(stage=others if stage in chosen else [*others, stage.value]),
    }


def _facet_chip(listing: Listing, key: str, on: dict) -> dict:
    return {
        "key": key,
        "label": FACETS[key].label,
        "values": _words(key, on[key]) if key in on else [],
        "open_url": _opening(listing, key),
        "clear_url": listing.url(**{key: None}),
    }


def _opening(listing: Listing, key: str) -> str:
    params = listing.params.copy()
    params.pop("cursor", None)
    return f"{reverse('profiles:kol-facet', args=[key])}?{params.urlencode()}".rstrip("?")


def _words(name: str, value: Any) -> list[str]:
    """The values of a filter as the reader calls them."""
    special = {ME: now_in_words("Me"), NONE: now_in_words("Nobody")} if name == "owner" else {}
    if name in FACETS and name not in ("owner", "field", "type", "tag"):
        special = {key: str(label) for key, label in FACETS[name].options(None)}
    if isinstance(value, bool):
        return [now_in_words("Yes") if value else now_in_words("No")]
    if name.startswith("followers_"):
        return [compact(value)]
    values = [value] if isinstance(value, str) or not hasattr(value, "__iter__") else value
    return [special.get(one, str(one)) if isinstance(one, str) else str(one) for one in values]


def _counts(visible) -> dict[str, int] | None:
    """How many visible files stand in each stage; None when they are too many to count on each page."""
    stages = {stage.value: Count("pk", filter=Q(stage=stage)) for stage in Stage}
    counted = (
        visible.order_by().values("pk", "stage")[: COUNTED + 1].aggregate(everything=Count("pk"), **stages)
    )
    return counted if counted["everything"] <= COUNTED else None


def opened(facet: Facet, filterset: KolFilter, params: QueryDict, path: str) -> dict:
    """What the chip's popover shows: the options, the present choice, and what else stands in the address."""
    chosen = set(params.getlist(facet.key))
    return {
        "key": facet.key,
        "label": facet.label,
        "options": [
            {"value": value, "label": label, "selected": value in chosen}
            for value, label in facet.options(filterset.user)
        ],
        "action": path,
        "keep": _kept(params, {facet.key}),
    }


def more(filterset: KolFilter, params: QueryDict, path: str) -> dict:
    """The filters that have no chip of their own, as one form."""
    names = {*UNDER_MORE, *FORM_FIELDS}
    return {
        "action": path,
        "keep": _kept(params, names),
        "facets": [opened(FACETS[key], filterset, params, path) for key in UNDER_MORE],
        "fields": [
            {"name": name, "label": filterset.filters[name].label, "value": params.get(name, "")}
            for name in FORM_FIELDS
        ],
    }


def _kept(params: QueryDict, names: set[str]) -> list[tuple[str, str]]:
    dropped = {*names, "cursor"}
    return [(name, value) for name, values in params.lists() if name not in dropped for value in values]
