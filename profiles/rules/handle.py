"""When two spellings of an account's handle are the same account (DOMAIN 3.3)."""

import unicodedata

from kol_crm.core.text import INVISIBLE


def fold_handle(handle: str) -> str:
    """Width, case, needless blanks, invisible signs and a leading @ make no difference; accents do.

    Not the fold of the search, which drops accents: "Refúgio" and "Refugio" are found together, but may be
    two channels with an audience each.
    """
    shown = unicodedata.normalize("NFKC", INVISIBLE.sub("", handle)).casefold()
    return " ".join(unicodedata.normalize("NFKC", shown).split()).removeprefix("@").strip()
