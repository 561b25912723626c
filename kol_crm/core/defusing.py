"""Cells that a spreadsheet would run as formulas are kept from it by a quote, and read back without it.

RELIABILITY, "CSV quoting". What is purely a signed number or a phone stays as it is: it is only looked at.
"""

import re

STARTS = ("=", "+", "-", "@", "\t", "\r", "\0")
QUOTE = "'"
# Understood alike by Python and by PostgreSQL, which defuses the cells that it writes itself.
NUMBER = r"[+-]?(?:[0-9][0-9,]*(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?%?"
PHONE = r"\+[0-9][0-9 ()-]{4,24}"
PURE = re.compile(rf"{NUMBER}|{PHONE}")


def defused(cell: str) -> str:
    """The cell as it may stand in a CSV. ``freed`` gives back exactly what was given here."""
    first = cell[:1]
    if first == QUOTE:
        return f"{QUOTE}{cell}" if _begins(cell.lstrip(QUOTE)) else cell
    return f"{QUOTE}{cell}" if _begins(cell) and not PURE.fullmatch(cell) else cell


def defused_in_sql(cell: str) -> str:
    """The expression that does the same to the text ``cell`` of a statement with parameters.

    The first character is looked at by its number: of a million cells nearly all need no more.
    """
    starts = [ord(sign) for sign in STARTS if sign != "\0"]  # no text there holds that one
    first = ", ".join(map(str, [*starts, ord(QUOTE)]))
    begins = "".join(f"\\x{sign:02x}" for sign in starts)
    pure = PURE.pattern.replace("%", "%%")
    return (
        f"CASE WHEN ascii({cell}) IN ({first}) AND {cell} ~ '^''*[{begins}]' AND {cell} !~ '^(?:{pure})$' "
        f"THEN '''' || {cell} ELSE {cell} END"
    )


def freed(cell: str) -> str:
    """The cell without the quote that keeps a spreadsheet from running it."""
    return cell[1:] if cell[:1] == QUOTE and _begins(cell.lstrip(QUOTE)) else cell


def _begins(cell: str) -> bool:
    return cell[:1] in STARTS and cell != ""
