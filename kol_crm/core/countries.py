"""Countries whose festivals are known, as people choose them."""

from functools import lru_cache

import holidays
from babel import Locale
from django.utils.translation import gettext as _

from kol_crm.core import wording


@lru_cache(maxsize=4)
def _named(locale: str) -> list[tuple[str, str]]:
    names = Locale.parse(locale).territories
    codes = holidays.list_supported_countries(include_aliases=False)
    return sorted(((code, names.get(code, code)) for code in codes), key=lambda pair: pair[1])


def countries() -> list[tuple[str, str]]:
    """Code and name, first the choice of none."""
    return [("", _("no country")), *_named(wording.babel_locale())]
