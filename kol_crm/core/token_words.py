"""What the page says of tokens: who uses each, what it may do and whose rows it sees (DOMAIN 2.1, 2.3)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import programs
from kol_crm.core.models import ApiToken, User

SCOPE_WORDS = {
    "kols:read": gettext_lazy("read files"),
    "kols:write": gettext_lazy("change files"),
    "figures:write": gettext_lazy("bring in figures"),
    "contacts:read": gettext_lazy("see contact data in clear; each answer is recorded"),
    "users:write": gettext_lazy("invite and change users and teams"),
    "policy:write": gettext_lazy("change policy, fields, types and attributes"),
}


@dataclass(frozen=True)
class OwnToken:
    """One row of the page."""

    row: ApiToken
    scopes: list[Any]
    program: str  # the last that used it
    is_over: bool


def sees(user: User) -> str:
    """Whose files a token of this user sees at most; its scopes take away from that and add nothing."""
    if user.is_admin:
        return _("all files")
    if user.role == User.Role.FINANCE:
        return _("plans, ledger and payouts, no contact data")
    if user.team is None:
        return _("your own files")
    words = _("files of %(team)s and the teams below") if user.is_manager else _("files of %(team)s")
    return words % {"team": user.team}


def own(user: User, at: datetime) -> list[OwnToken]:
    """The user's tokens, the newest first."""
    return [
        OwnToken(
            row,
            [SCOPE_WORDS.get(scope, scope) for scope in row.scopes],
            programs.words(row.used_with),
            is_over=row.expiry is not None and row.expiry < at,
        )
        for row in ApiToken.objects.filter(user=user).order_by("-created")
    ]
