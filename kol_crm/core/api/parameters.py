"""Query parameters and headers that many addresses take, as the OpenAPI document tells of them."""

from collections.abc import Sequence

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from kol_crm.core.api.filter_shapes import shape_of
from kol_crm.core.filters import FilterSet
from kol_crm.core.list_address import LARGEST_PAGE
from kol_crm.core.paging import Sort

IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description='The ETag held, or "*" to insist.',
)
MAY_MATCH = OpenApiParameter(
    "If-Match", OpenApiTypes.STR, OpenApiParameter.HEADER, description="The ETag held, where it shall count."
)
LIMIT = OpenApiParameter(
    "limit",
    {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE},
    description=f"Rows a page, at most {LARGEST_PAGE}.",
)
CURSOR = OpenApiParameter("cursor", OpenApiTypes.STR, description="From ``next`` or ``previous``.")


def filters_of(filterset: type[FilterSet]) -> list[OpenApiParameter]:
    """Query parameters of something that is filtered and no list."""
    return [
        OpenApiParameter(name, shape_of(item), description=str(item.label or ""))
        for name, item in filterset.base_filters.items()
    ]


def parameters_of(filterset: type[FilterSet], sorts: Sequence[Sort]) -> list[OpenApiParameter]:
    """Query parameters of a list: its filters, sort, limit and cursor."""
    keys = [sort.key for sort in sorts]
    return [
        *filters_of(filterset),
        OpenApiParameter(
            "sort",
            {"type": "string", "enum": [*keys, *(f"-{key}" for key in keys)]} if keys else OpenApiTypes.STR,
            description="A minus turns it round.",
        ),
        LIMIT,
        CURSOR,
    ]
