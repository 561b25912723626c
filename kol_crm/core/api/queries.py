"""Query strings of which nothing is passed over: what the document does not name is refused at its name."""

from collections.abc import Callable
from functools import cache

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.viewsets import ViewSet

from kol_crm.core.list_address import without_blanks

UNKNOWN = _("There is no such parameter.")
NULL = _("Null characters are not allowed.")  # PostgreSQL keeps none, so that nothing is found by one
OF_A_LIST = "sort"  # its filters judge the names of what has a value: some stand in no document


def checked(view: ViewSet, request: Request, added: tuple[str, ...]) -> QueryDict:
    """What is asked; a parameter without a value is as one left out. Raises a 400 keyed by parameter.

    ``added``: how the names begin of a list's filters that no document has.
    """
    if not request.GET or view.action is None:  # a method that is not there: 405
        return request.GET
    method = "GET" if request.method == "HEAD" else request.method
    known = _declared(getattr(type(view), view.action, None), method)
    unknown = set(request.GET) - known
    if OF_A_LIST in known:
        blank = {name for name in unknown if not any(request.GET.getlist(name))}
        unknown = {name for name in blank if not name.startswith(added)}
    wrong = {name: [UNKNOWN] for name in sorted(unknown)}
    wrong |= {name: [NULL] for name, values in request.GET.lists() if any("\0" in one for one in values)}
    if wrong:
        raise serializers.ValidationError(wrong)
    return without_blanks(request.GET)


def flag(asked: QueryDict, name: str) -> bool:
    """Whether ``true`` is asked. Raises a 400 keyed by the name for any other word than ``false``."""
    words = asked.get(name, "false").strip().lower()
    if words not in ("true", "false"):
        raise serializers.ValidationError({name: [_("Say true or false.")]})
    return words == "true"


@cache
def _declared(action: Callable | None, method: str) -> frozenset[str]:
    """The names of an operation's query parameters, as the document tells them."""
    schema_class = getattr(action, "kwargs", {}).get("schema")
    if schema_class is None:
        return frozenset()
    schema, schema.method, schema.view = schema_class(), method, ViewSet(request=None, kwargs={})
    names: set[str] = set()
    for one in schema.get_override_parameters():
        if not isinstance(one, OpenApiParameter):
            names |= set((one() if isinstance(one, type) else one).fields)
        elif one.location == OpenApiParameter.QUERY:
            names.add(one.name)
    return frozenset(names)
