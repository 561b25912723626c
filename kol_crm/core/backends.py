"""How Django finds whoever is logged in: with their team, which decides what they see, in one statement."""

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.backends import ModelBackend

from kol_crm.core.kept import KeptRows
from kol_crm.core.models import User

WITH_TEAM = KeptRows(lambda pk: User.objects.select_related("team").filter(pk=pk))


class ByName(ModelBackend):
    """Username and password."""

    def get_user(self, user_id):
        for user in WITH_TEAM.of(user_id):
            return user if self.user_can_authenticate(user) else None
        return None


class ByMail(ByName, AuthenticationBackend):
    """What allauth lets in beside that: a mail address and a password."""
