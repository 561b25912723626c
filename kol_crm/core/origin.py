"""Which REST client acts just now, as the database hears of it: its changes are marked so (RELIABILITY 2).

Of the connection, not of the rows of a request: whatever a verb writes in the end, by COPY or by the
thousand, is marked. Imports nothing of the project, because the settings name ``Connection``.
"""

import hashlib
import sqlite3
from contextvars import ContextVar

from django.db.utils import Error

SETTING = "kol_crm.client"
FUNCTION = "kol_crm_client"
_client: ContextVar[str] = ContextVar("client", default="")


def name_of(digest: str) -> str:
    """How a token is called in marks: nothing by which anybody gets in."""
    return hashlib.sha256(digest.encode()).hexdigest()[:16]


def declare(connection, client: str) -> None:
    """From now on this client acts; empty: none does."""
    if _client.get() == client:
        return
    _client.set(client)
    if connection.vendor != "postgresql" or connection.needs_rollback:
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config(%s, %s, false)", [SETTING, client])
    except Error:  # nobody else's writes shall be taken for this client's
        connection.close()


class Connection(sqlite3.Connection):
    """A connection to SQLite whose triggers can ask who acts."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.create_function(FUNCTION, 0, _client.get)
