"""Mentioning colleagues in what one writes: ``@`` and their user name or display name."""

import re

from django.db.models import QuerySet

from kol_crm.core import notices
from kol_crm.core.actor import Actor
from kol_crm.core.models import Team, User
from kol_crm.core.text import fold
from profiles.models import Kol, Touch

NOTICE = "mention"
SIGN = "@"
MOST = 500  # colleagues looked through


def colleagues(kol: Kol, user: User | None) -> QuerySet[User]:
    """Who may be mentioned on this file: those who see it, but not the one who writes."""
    above = Team.objects.filter(pk__in=kol.team.path.strip("/").split("/"))
    seers = User.objects.filter(is_active=True).exclude(role=User.Role.FINANCE)
    found = (
        seers.filter(role=User.Role.ADMIN)
        | seers.filter(role=User.Role.OPERATOR, team=kol.team)
        | seers.filter(role=User.Role.MANAGER, team__in=above)
    )
    without = [pk for pk in (user and user.pk, kol.staff_user_id) if pk]
    return found.exclude(pk__in=without).order_by("display_name", "username")


def mentioned(text: str, among: list[User]) -> list[User]:
    """Whom the text names; of names that begin alike the longest (@lin xiao is not @lin).

    A name ends where no Latin letter follows: Chinese goes on without a blank.
    """
    found: dict[int, User] = {}
    names = sorted(
        ((fold(name), user) for user in among for name in (user.username, user.display_name) if name),
        key=lambda pair: -len(pair[0]),
    )
    rest = fold(text)
    for name, user in names:
        sought = re.compile(rf"(?<![a-z0-9]){SIGN}{re.escape(name)}(?![a-z0-9_])")
        if sought.search(rest):
            found.setdefault(user.pk, user)
            rest = sought.sub(" ", rest)
    return list(found.values())


def tell(actor: Actor, touch: Touch) -> list[User]:
    """Tell whom a touch mentions, in its transaction. They find it under the bell and on Today."""
    if SIGN not in touch.text:
        return []
    users = mentioned(touch.text, list(colleagues(touch.kol, actor.user)[:MOST]))
    notices.notify(actor, users, NOTICE, subject=touch.kol_id, data={"touch": str(touch.pk)})
    return users
