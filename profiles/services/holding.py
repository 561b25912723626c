"""What users hold of files, handed over whole when they leave or change team (DOMAIN 2.4)."""

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kol_crm.core import copying, history
from kol_crm.core.actor import Actor
from kol_crm.core.models import Team, User
from kol_crm.core.services.user import Holding
from profiles.models import Kol
from profiles.services import kol as verbs


def _files_of(user: User) -> QuerySet[Kol]:
    return Kol.objects.filter(owner=user)


def _give(actor: Actor, user: User, owner: User, team: Team | None) -> None:
    """All files of ``user``, the archived ones too, in a fixed number of statements."""
    kols = list(
        _files_of(user).select_related("owner", "team").select_for_update(of=("self",)).order_by("pk")
    )
    own = next((kol for kol in kols if owner != user and kol.staff_user_id == owner.pk), None)
    if own is not None:
        told = {"who": owner, "kol": own.name}
        raise ValidationError(
            {"receiver": gettext("%(who)s is the KOL %(kol)s: give that file to somebody else first.") % told}
        )
    entries = []
    for kol in kols:
        diffs = history.put(kol, {"owner": owner, "team": team or kol.team})
        if diffs:
            kol.version += 1
            entries.append((kol.pk, kol, diffs))
    copying.update([kol for _root, kol, _diffs in entries], ["owner", "team", "version"])
    history.record_many(actor, entries)
    verbs.tell(actor, [root for root, _kol, _diffs in entries])
    if owner == user:
        verbs.tell_moved(actor, [root for root, _kol, _diffs in entries])
    else:
        verbs.tell_given(actor, [verbs.Given(kol, user.pk) for _root, kol, _diffs in entries])


def hand_over(actor: Actor, user: User, receiver: User) -> None:
    """They stand in the receiver's team from now on.

    Raises ``ValidationError`` at ``receiver`` where one of them is the receiver's own file (DOMAIN 2.1).
    """
    _give(actor, user, receiver, receiver.team)


def take_along(actor: Actor, user: User) -> None:
    """They follow their owner into the new team."""
    _give(actor, user, user, user.team)


FILES = Holding(
    label=_("KOL files, with their reviews, drafts and plans"),
    count=lambda user: _files_of(user).count(),
    hand_over=hand_over,
    take_along=take_along,
    unseen=lambda user: _files_of(user).exclude(pk__in=Kol.objects.known_to(user)).count(),
)
