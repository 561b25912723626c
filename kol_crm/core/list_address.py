"""The address of a list, read apart: what it asks for, and from where."""

import re

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from kol_crm.core.filters import RESERVED

LARGEST_PAGE = 1000
WHOLE = re.compile(r"\.0+$")  # 50.0 is the integer 50, as in bodies and in other parameters


def without_place(query: str) -> str:
    """The filters of a list's address alone: which rows, not in what order nor from where."""
    params = QueryDict(query, mutable=True)
    for name in RESERVED:
        params.pop(name, None)
    return params.urlencode()


def without_blanks(params: QueryDict) -> QueryDict:
    """A form sends each of its fields; one left empty asks for nothing."""
    given = QueryDict(mutable=True)
    for name, values in params.lists():
        if asked := [value for value in values if value]:
            given.setlist(name, asked)
    return given


def page_size(asked: str | None, usual: int) -> int:
    """Rows a page: what ``limit`` asks for. Raises ``ValidationError`` keyed ``limit``."""
    if not asked:
        return usual
    asked = WHOLE.sub("", asked)
    if not asked.isdecimal() or not 1 <= int(asked) <= LARGEST_PAGE:
        raise ValidationError({"limit": _("A number from 1 to %(most)s.") % {"most": LARGEST_PAGE}})
    return int(asked)
