"""Logging in: nobody signs up by themselves; accounts are made by admins."""

from allauth.account.adapter import DefaultAccountAdapter


class ClosedSignup(DefaultAccountAdapter):
    def is_open_for_signup(self, _request) -> bool:
        return False
