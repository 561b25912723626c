"""Query parameters and headers that many addresses take, as the OpenAPI document tells of them."""

from collections.abc import Sequence

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

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
LIMIT = OpenApiParameter("limit", OpenApiTypes.INT, description=f"Rows a page, at most {LARGEST_PAGE}.")
CURSOR = OpenApiParameter("cursor", OpenApiTypes.STR, description="From ``next`` or ``previous``.")


def parameters_of(filterset: type[FilterSet], sorts: Sequence[Sort]) -> list[OpenApiParameter]:
    """Query parameters of a list: its filters, sort, limit and cursor."""
    keys = ", ".join(sort.key for sort in sorts)
    return [
        *(
            OpenApiParameter(name, OpenApiTypes.STR, description=str(item.label or ""))
            for name, item in filterset.base_filters.items()
        ),
        OpenApiParameter("sort", OpenApiTypes.STR, description=f"One of {keys}; a minus turns it round."),
        LIMIT,
        CURSOR,
    ]
