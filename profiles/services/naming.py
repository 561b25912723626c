"""The columns by which a file is found: folded names, pinyin, initials, handles (PERFORMANCE)."""

from collections.abc import Iterable

from kol_crm.core.text import fold, search_text, short_grams
from profiles.models import Account, Kol
from profiles.rules.naming import full_pinyin, index_words, pinyin_display

LONGEST = 200


def columns(kol: Kol, handles: Iterable[str]) -> dict[str, str]:
    """Search columns of a file as its names and the given handles make them."""
    handles = [handle for handle in handles if handle]
    names = [word for name in (kol.name, kol.name_other, kol.alias) if name for word in index_words(name)]
    text = search_text(names, handles)
    return {
        "pinyin": pinyin_display(kol.name)[:LONGEST],
        "sort_name": fold(full_pinyin(kol.name))[:LONGEST],
        "handle": (handles[0] if handles else "")[:120],
        "search": text,
        "grams": " ".join(sorted(short_grams(text))),
    }


def handles_of(kol: Kol) -> list[str]:
    """Handles and names of all accounts, the main one first."""
    rows = Account.objects.filter(kol=kol).values_list("handle", "title")
    return [name for row in rows for name in row if name]
