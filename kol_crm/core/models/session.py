"""Logins that stand, known by whose they are, and wrong ones, counted."""

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models


class LoginSession(AbstractBaseSession):
    """A session with its user beside it, so that one can see and end one's own, and all of one user end."""

    user_id = models.BigIntegerField(null=True, db_index=True)


class WrongLogins(models.Model):
    """Wrong passwords in a row of one account, from one network or from all; its name is a keyed hash."""

    key = models.CharField(primary_key=True, max_length=64)
    times = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    def __str__(self):
        return self.key
