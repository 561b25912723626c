"""Logging in: nobody signs up by themselves; accounts are made by admins."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings

DEMO_PASSWORD = "demo"  # noqa: S105  (public: it opens demo data, and no production installation)


class ClosedSignup(DefaultAccountAdapter):
    def is_open_for_signup(self, _request) -> bool:
        return False

    def authenticate(self, request, **credentials):
        """As allauth; a database of demo data that comes into production lets nobody in."""
        if not settings.DEBUG and credentials.get("password") == DEMO_PASSWORD:
            return None
        return super().authenticate(request, **credentials)
