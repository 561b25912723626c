"""Sessions in the database with their user beside them (setting ``SESSION_ENGINE``)."""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from kol_crm.core.actor import Actor
from kol_crm.core.kept import KeptRows
from kol_crm.core.models import LoginSession, User

STANDING = KeptRows(lambda key, now: LoginSession.objects.filter(session_key=key, expire_date__gt=now))


class SessionStore(DatabaseStore):
    """Django's own, on our table."""

    @classmethod
    def get_model_class(cls):
        return LoginSession

    def _get_session_from_db(self):
        """As Django's, by a statement that is written once: every page asks it."""
        for row in STANDING.of(self.session_key, timezone.now()):
            return row
        self._session_key = None
        return None

    def create_model_instance(self, data):
        """As Django's, with the user that the session is of."""
        row: Any = super().create_model_instance(data)
        user = data.get(SESSION_KEY)
        row.user_id = int(user) if user else None
        return row


def end_all(user: User, *, but: str = "") -> int:
    """End the sessions of a user, without the one whose key is ``but``; how many it were."""
    rows = LoginSession.objects.filter(user_id=user.pk).exclude(session_key=but)
    return rows.delete()[0]


def forget_old(actor: Actor) -> int:
    """Sessions that have run out; how many."""
    return LoginSession.objects.filter(expire_date__lt=actor.at).delete()[0]
