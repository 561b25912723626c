"""The rows of one account brought together: they are settled at once, whatever their order in the file."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from profiles.importing.rows import ReadRow

Identity = tuple[str, str]  # (id on the platform, folded handle), one may be empty; else ("", key)


@dataclass
class AccountRows:
    """All rows of one account, in the order of the file.

    ``handles`` are its folded handles, without those that stand beside another id earlier in the file.
    """

    external_id: str
    handles: set[str] = field(default_factory=set)
    rows: list[ReadRow] = field(default_factory=list)


class Gatherer:
    """Gives out each account when its last row has been added; only rows of repeated accounts are held.

    A row without an id is the account whose id stands beside the same handle in another row.
    """

    def __init__(self, identities: Iterable[Identity]):
        times = Counter(identities)
        self._id_of_handle: dict[str, str] = {}
        for external_id, handle in times:
            if external_id and handle:
                self._id_of_handle.setdefault(handle, external_id)
        self._awaited: Counter[Identity] = Counter()
        for identity, count in times.items():
            self._awaited[self._key(*identity)] += count
        self._open: dict[Identity, AccountRows] = {}

    def add(self, row: ReadRow) -> AccountRows | None:
        """Take in a row that was not rejected; the account if this was its last one."""
        key = self._key(*row.identity)
        account = self._open.setdefault(key, AccountRows(key[0]))
        account.rows.append(row)
        if row.handle_folded and self._id_of_handle.get(row.handle_folded, key[0]) == key[0]:
            account.handles.add(row.handle_folded)
        self._awaited[key] -= 1
        return None if self._awaited[key] else self._open.pop(key)

    def _key(self, external_id: str, handle: str) -> Identity:
        known = external_id or self._id_of_handle.get(handle, "")
        return (known, "") if known else ("", handle)
