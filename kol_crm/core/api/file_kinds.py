"""The kinds of files that are answered, as the OpenAPI document tells them."""

from drf_spectacular.types import OpenApiTypes

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
VCARD = "text/vcard"
JSON = "application/json"


def files(*kinds: str) -> dict[tuple[int, str], OpenApiTypes]:
    """``responses`` of an operation that answers 200 with a file of one of these kinds."""
    return {(200, kind): OpenApiTypes.ANY if kind == JSON else OpenApiTypes.BINARY for kind in kinds}
