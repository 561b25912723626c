"""Who does not see a file any more, and so is not the one who answers for something of it."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from profiles.services import access


def unseen(rows: Iterable[Any]) -> list[Any]:
    """Rows with ``user`` and ``kol`` (its team read with it) whose user does not see the file.

    One query per team and staff member among the files, however many rows there are.
    """
    readers: dict[tuple[UUID, int | None], set[int]] = {}
    gone = []
    for row in rows:
        key = row.kol.team_id, row.kol.staff_user_id  # on which it depends who sees a file
        if key not in readers:
            readers[key] = set(access.readers_of(row.kol).values_list("pk", flat=True))
        if row.user_id not in readers[key]:
            gone.append(row)
    return gone
