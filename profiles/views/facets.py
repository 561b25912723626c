"""What stands over the KOL list: tabs of built-in views, chips that say and change which files are shown."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as now_in_words
from django.utils.translation import gettext_lazy as _

from kol_crm.core import paging, wording
from kol_crm.core.lists import Listing
from kol_crm.core.models import User
from kol_crm.core.templatetags.ui import compact
from profiles import counts
from profiles.counting import ALL, COLUMNS, FIELD
from profiles.filters import BANDS, DUE, ME, NONE, KolFilter
from profiles.models import Field, KolType, Level, QuietCause, Stage, StopMark, Tag, Verdict
from profiles.models.attribute import PREFIX
from profiles.services.access import owners_for, teams_for
from profiles.views import where

COUNTED = (*COLUMNS, FIELD)

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
        Facet("risk", _("Loss risk"), lambda _user: BANDS),
        Facet("bond", _("Bond"), lambda _user: BANDS),
        Facet("due", _("Due"), lambda _user: DUE),
        Facet("type", _("Type"), lambda _user: [(kind.slug, str(kind)) for kind in KolType.objects.all()]),
        Facet("tag", _("Tag"), _tags),
        Facet("quiet_cause", _("Quiet mark"), lambda _user: QuietCause.choices),
        Facet("stop", _("Stops"), lambda _user: StopMark.choices),
    )
}
ON_THE_BAR = ("level", "field", "verdict", "risk", "owner", "due")
UNDER_MORE = ("bond", "type", "tag", "quiet_cause", "stop")
FORM_FIELDS = (
    "untouched",
    "touched",
    "followers_min",
    "followers_max",
    "birthday_within",
    "birthday_month",
)


def builtin(listing: Listing) -> list[tuple[Any, str]]:
    """The views that everybody has, as (name, state)."""
    month = listing.filterset.day.month
    return [
        (_("Mine"), "owner=me"),
        (_("All"), ""),
        (_("Drifting"), "verdict=drifting&sort=-risk"),
        (_("No touch 30 d"), "untouched=30&sort=last_touch"),
        (_("Birthdays this month"), f"birthday_month={month}&sort=birthday"),
        (_("Figures to refresh"), "stale=true"),
        (_("Long in stage"), "long_in_stage=true&sort=stage_since"),
        (_("Unclaimed imports"), "owner=none&sort=-created"),
        (_("Trash"), "archived=true&sort=-created"),
    ]


def chips(listing: Listing) -> dict:
    """``stages`` of the segmented facet, ``facets`` on the bar, ``active``: the others, to be removed."""
    on = listing.filterset.active
    stages = _stages(listing)
    if not on and not listing.problems and listing.display and listing.display.inside is None:
        listing.counted = counted(sum(stages.values()))
    return {
        "stages": [
            _stage_chip(listing, stage, stages, on.get("stage", []))
            for stage in Stage
            if stage != Stage.DEPARTED
        ],
        "facets": [_facet_chip(listing, key, on) for key in ON_THE_BAR],
        "active": [
            {
                "label": listing.filterset.filters[name].label,
                "value": wording.listed(words_of(name, value, listing.filterset.filters[name])),
                "remove_url": listing.url(**{name: None}),
            }
            for name, value in on.items()
            if name not in (*ON_THE_BAR, "stage", "archived", "where")
        ],
        "conditions": where.chips(listing),
        "where_url": f"{reverse('profiles:kol-where')}?{listing.params.urlencode()}",
        "more_url": _opening(listing, "more"),
    }


def _stage_chip(listing: Listing, stage: Stage, stages: Counter[str], chosen: list[str]) -> dict:
    others = [value for value in chosen if value != stage]
    return {
        "stage": stage.value,
        "label": stage.label,
        "count": stages[stage.value],
        "on": stage in chosen,
        "url": listing.url(stage=others if stage in chosen else [*others, stage.value]),
    }


def _facet_chip(listing: Listing, key: str, on: dict) -> dict:
    return {
        "key": key,
        "label": FACETS[key].label,
        "values": words_of(key, on[key]) if key in on else [],
        "open_url": _opening(listing, key),
        "clear_url": listing.url(**{key: None}),
    }


def _opening(listing: Listing, key: str) -> str:
    params = listing.params.copy()
    params.pop("cursor", None)
    return f"{reverse('profiles:kol-facet', args=[key])}?{params.urlencode()}".rstrip("?")


def words_of(name: str, value: Any, asked=None) -> list[str]:
    """The values of a filter as the reader calls them; ``asked``: the filter, where it is an attribute's."""
    special = {ME: now_in_words("Me"), NONE: now_in_words("Nobody")} if name == "owner" else {}
    if name in FACETS and name not in ("owner", "field", "type", "tag"):
        special = {key: str(label) for key, label in FACETS[name].options(None)}
    if asked is not None and name.startswith(PREFIX):
        special = {key: str(label) for key, label in asked.extra.get("choices", ())}
    if isinstance(value, bool):
        return [now_in_words("Yes") if value else now_in_words("No")]
    if name.startswith("followers_"):
        return [compact(value)]
    values = [value] if isinstance(value, str) or not hasattr(value, "__iter__") else value
    return [special.get(one, str(one)) if isinstance(one, str) else str(one) for one in values]


def _stages(listing: Listing) -> Counter[str]:
    """How many files the reader sees in each stage: the page itself tells where it is all there is."""
    alone = listing.page.next is None and listing.page.previous is None
    shown = listing.display
    if alone and listing.rows and not listing.filterset.active and shown and not shown.group:
        return Counter(row["stage"] for row in listing.rows)
    return counts.seen_by(listing.filterset.user, ALL).by_stage()


def counted(everything: int) -> paging.Count:
    """An exact number as the list states it: to its cap."""
    return paging.Count(min(everything, paging.CAP), everything > paging.CAP)


def _key(value: str, rows: dict[str, str], user: User) -> str:
    """An option as the counters name it."""
    special = {ME: str(user.pk), NONE: ""}
    return special.get(value, rows.get(value, value))


def _figures(key: str, user: User) -> Callable[[str], int] | None:
    """How many files have an option, of facets that are counted."""
    if key == "stage":
        return counts.seen_by(user, ALL).by_stage().__getitem__
    if key not in COUNTED:
        return None
    found = counts.seen_by(user, key).by_value(key)
    rows: dict[str, str] = {}
    if key in ("field", "type"):
        model = Field if key == "field" else KolType
        rows = {slug: pk.hex for slug, pk in model.objects.values_list("slug", "pk")}
    if key == "owner":
        rows = {name: str(pk) for name, pk in owners_for(user).values_list("username", "pk")}
    return lambda value: found[_key(value, rows, user)]


def opened(facet: Facet, filterset: KolFilter, params: QueryDict, path: str) -> dict:
    """What the chip's popover shows: the options, the present choice, and what else stands in the address."""
    chosen = set(params.getlist(facet.key))
    figure = _figures(facet.key, filterset.user)
    return {
        "key": facet.key,
        "label": facet.label,
        "options": [
            {
                "value": value,
                "label": label,
                "selected": value in chosen,
                "count": figure and figure(value),
            }
            for value, label in facet.options(filterset.user)
        ],
        "action": path,
        "keep": _kept(params, {facet.key}),
    }


def more(filterset: KolFilter, params: QueryDict, path: str) -> dict:
    """The filters that have no chip of their own, as one form."""
    added = [name for name in filterset.filters if name.startswith(PREFIX)]
    names = {*UNDER_MORE, *FORM_FIELDS, *added}
    return {
        "action": path,
        "keep": _kept(params, names),
        "facets": [opened(FACETS[key], filterset, params, path) for key in UNDER_MORE],
        "fields": [
            {"name": name, "label": filterset.filters[name].label, "value": params.get(name, "")}
            for name in FORM_FIELDS
        ],
        "attributes": filterset.inputs(added),
    }


def _kept(params: QueryDict, names: set[str]) -> list[tuple[str, str]]:
    dropped = {*names, "cursor"}
    return [(name, value) for name, values in params.lists() if name not in dropped for value in values]
