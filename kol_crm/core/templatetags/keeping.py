"""Parts of pages that are the same for everybody: rendered once a process and language (PERFORMANCE)."""

import re
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from kol_crm.core.memory import once

register = template.Library()

INDENTED = re.compile(r"(?<=\n)\s+<")
MOST = 500  # of one name
_kept: dict[str, dict[tuple, SafeString]] = {}


class KeptNode(template.Node):
    def __init__(self, nodelist: template.NodeList, name: str, hangs_on: list):
        self.nodelist, self.name, self.hangs_on = nodelist, name, hangs_on

    def render(self, context) -> SafeString:
        mine = _kept.setdefault(self.name, {})
        key: tuple[Any, ...] = (get_language(), *(str(value.resolve(context)) for value in self.hangs_on))
        return once(mine, key, lambda: self._rendered(context), MOST)

    def _rendered(self, context) -> SafeString:
        return mark_safe(INDENTED.sub("<", self.nodelist.render(context)))  # noqa: S308 - what a template rendered


@register.tag
def kept(parser, token):
    """``{% kept "name" what it hangs on %}``: nothing else inside may differ between readers or requests.

    No row of the database, no name, no token belongs in it: they would be shown to the next reader.
    """
    _tag, name, *hangs_on = token.split_contents()
    values = [parser.compile_filter(one) for one in hangs_on]
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(nodelist, name.strip("\"'"), values)
