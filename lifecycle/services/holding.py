"""Programmes that users own, communities they host, KOLs whose single contact they are, promises they keep.

Handed over whole when they leave or change team (DOMAIN 2.4).
"""

from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kol_crm.core import history
from kol_crm.core.actor import Actor
from kol_crm.core.models import Team, User
from kol_crm.core.services.holding import of_team
from kol_crm.core.services.user import Holding
from lifecycle.models import Community, Programme, PromiseOwner, SingleContact
from lifecycle.services import community as communities
from lifecycle.services import handover
from profiles.models import Kol, Promise
from profiles.services import note

PROGRAMMES = of_team(
    _("Programmes"),
    lambda user: Programme.objects.filter(owner=user).exclude(state=Programme.State.CLOSED),
)
COMMUNITIES = of_team(
    _("Communities"), lambda user: Community.objects.living().filter(host=user), owner="host"
)


def _contacts(user: User) -> QuerySet[SingleContact]:
    return SingleContact.objects.filter(user=user, until=None)


def hand_over_contacts(actor: Actor, user: User, receiver: User) -> None:
    """The receiver is the single contact from today on, of files that they see; the others have none."""
    day = note.installation_day(actor)
    seen = set(Kol.objects.visible_to(receiver).filter(single_contacts__in=_contacts(user)).values_list("pk"))
    for row in list(_contacts(user).order_by("pk")):
        history.save_child(actor, row, {"until": day}, root=row.kol_id)
        if (row.kol_id,) in seen:
            taken = SingleContact(kol_id=row.kol_id, user=receiver, since=day)
            history.create(actor, taken, root=row.kol_id)


def keep_contacts(actor: Actor, user: User) -> None:
    """Of files that the user no longer sees from the new team they are the contact no more."""
    day = note.installation_day(actor)
    seen = Kol.objects.visible_to(user)
    for row in _contacts(user).exclude(kol__in=seen).order_by("pk"):
        history.save_child(actor, row, {"until": day}, root=row.kol_id)


def _out_of_sight(user: User, rows: QuerySet) -> QuerySet:
    return rows.exclude(kol__in=Kol.objects.known_to(user))


CONTACTS = Holding(
    label=_("KOLs with this single contact"),
    count=lambda user: _contacts(user).count(),
    hand_over=hand_over_contacts,
    take_along=keep_contacts,
    unseen=lambda user: _out_of_sight(user, _contacts(user)).count(),
)


def follow_team(actor: Actor, team: Team) -> None:
    """A whole team hangs below another one: whoever sees its files no more answers for none of their promises
    and is no single contact any more, as after a change of one's own team (DOMAIN 2.4).
    """
    tree = Team.objects.tree_of(team).order_by()

    def held(rows: QuerySet) -> set[UUID]:
        """Files of these teams of which somebody outside holds something: only they can lose sight of it."""
        found = rows.filter(kol__team__in=tree).exclude(user__team__in=tree)
        return set(found.order_by().values_list("kol", flat=True))

    handover.follow_moved(actor, held(PromiseOwner.objects.all()))
    communities.follow_moved(actor, held(SingleContact.objects.filter(until=None)))


def _answered(user: User) -> QuerySet[PromiseOwner]:
    """Promises on files of others: of the own ones their owners are asked anew by the handover."""
    rows = PromiseOwner.objects.filter(user=user, promise__state=Promise.State.OPEN)
    return rows.exclude(kol__owner=user).select_related("promise", "user", "kol")


def hand_over_promises(actor: Actor, user: User, receiver: User) -> None:
    """The receiver answers for them, on files that they see; for the others nobody does."""
    rows = list(_answered(user).order_by("pk"))
    seen = set(Kol.objects.visible_to(receiver).filter(pk__in=[row.kol_id for row in rows]).values_list("pk"))
    handover.drop(actor, [row for row in rows if (row.kol_id,) not in seen])
    kept = [row for row in rows if (row.kol_id,) in seen]
    history.record_many(actor, [(row.kol_id, row, history.put(row, {"user": receiver})) for row in kept])
    PromiseOwner.objects.filter(pk__in=[row.pk for row in kept]).update(user=receiver)


def keep_promises(actor: Actor, user: User) -> None:
    """For those of files that the user no longer sees from the new team nobody answers."""
    handover.drop(actor, list(_answered(user).exclude(kol__in=Kol.objects.visible_to(user))))


PROMISES = Holding(
    label=_("Promises on files of others"),
    count=lambda user: _answered(user).count(),
    hand_over=hand_over_promises,
    take_along=keep_promises,
    unseen=lambda user: _out_of_sight(user, _answered(user)).count(),
)
