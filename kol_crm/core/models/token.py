"""API tokens: knox's hashing with a name, scopes and when they were last used."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken


class ApiToken(AbstractAuthToken):
    """What a REST client shows. Its user's visibility is the upper bound; scopes narrow it."""

    _default_manager: ClassVar["models.Manager[ApiToken]"]  # said here for type checks: knox has no types

    name = models.CharField(_("name"), max_length=80, blank=True)
    scopes = models.JSONField(default=list)
    last_used_at = models.DateTimeField(null=True)
    used_from = models.CharField(max_length=45, blank=True)  # the last time: an address, and a program's name
    used_with = models.CharField(max_length=200, blank=True)

    def allows(self, scope: str) -> bool:
        return scope in self.scopes
