"""Writers for the proof of the feed: threads that change files by the verbs, think, roll back and commit."""

import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import Error, close_old_connections, connection, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from kol_crm.core.actor import Actor
from kol_crm.core.errors import Conflict, Moved, Refused
from kol_crm.core.models import User
from profiles.models import Kol
from profiles.services import contact, merge
from profiles.services import kol as verbs

Pick = Callable[[Kol, random.Random, Actor], None]
REFUSALS = (Conflict, Moved, Refused, PermissionDenied, ValidationError, ProtectedError, Kol.DoesNotExist)
ROLLED_BACK = 0.1


class RolledBack(Exception):
    """On purpose."""


def _figure(kol: Kol, dice: random.Random, _actor: Actor) -> None:
    """What a job writes: no version, no history."""
    Kol.objects.filter(pk=kol.pk).update(risk=dice.randrange(100), bond=dice.randrange(100))


def _edit(kol: Kol, dice: random.Random, actor: Actor) -> None:
    verbs.edit(actor, kol, {"city": f"City {dice.randrange(10**6)}"}, None)


def _move(kol: Kol, dice: random.Random, actor: Actor) -> None:
    verbs.edit(actor, kol, {"owner": dice.choice(owners())}, None)


def _create(_kol: Kol, dice: random.Random, actor: Actor) -> None:
    owner = dice.choice(owners())
    verbs.create(actor, {"name": f"New {dice.randrange(10**9)}", "owner": owner})


def _archive(kol: Kol, _dice: random.Random, actor: Actor) -> None:
    verbs.archive(actor, kol, None)


def _restore(_kol: Kol, _dice: random.Random, actor: Actor) -> None:
    gone = Kol.objects.filter(archived_at__isnull=False, merged_into=None).order_by("?").first()
    if gone is not None:
        verbs.restore(actor, gone)


def _contact(kol: Kol, dice: random.Random, actor: Actor) -> None:
    values = {"channel": "phone", "value": f"139{dice.randrange(10**8):08d}"}
    contact.add(actor, kol, values, None)


def _merge(kol: Kol, _dice: random.Random, actor: Actor) -> None:
    other = Kol.objects.filter(archived_at=None).exclude(pk=kol.pk).order_by("?").first()
    if other is None:
        return
    try:
        with transaction.atomic():
            merge.merge(actor, kol.pk, other.pk, {})
    except ValidationError as error:
        merge.merge(actor, kol.pk, other.pk, dict.fromkeys(error.message_dict, "survivor"))


def _delete(kol: Kol, _dice: random.Random, _actor: Actor) -> None:
    Kol.objects.filter(pk=kol.pk).delete()


def _about(kol: Kol, dice: random.Random, _actor: Actor) -> None:
    """A colleague whom the file is about does not see it."""
    person = User.objects.filter(username=dice.choice(("reader", "nobody"))).first()
    if person is None or not Kol.objects.filter(staff_user=person).exists():
        Kol.objects.filter(pk=kol.pk).update(staff_user=person)


ACTS: tuple[tuple[Pick, int], ...] = (
    (_figure, 50),
    (_edit, 14),
    (_move, 12),
    (_create, 6),
    (_archive, 5),
    (_restore, 4),
    (_contact, 4),
    (_merge, 2),
    (_delete, 2),
    (_about, 1),
)


def owners() -> list[User]:
    return list(User.objects.filter(username__startswith="owner").select_related("team"))


def thought(dice: random.Random) -> float:
    """Seconds that a transaction stays open: most are short, one in a hundred takes up to five."""
    drawn = dice.random()
    if drawn < 0.01:
        return dice.uniform(1, 5)
    return dice.uniform(0.05, 0.4) if drawn < 0.15 else dice.uniform(0, 0.01)


def step(dice: random.Random, user: User) -> None:
    acts, weights = zip(*ACTS, strict=True)
    with transaction.atomic():
        act = dice.choices(acts, weights)[0]
        kol = Kol.objects.filter(archived_at=None).order_by("?").first()
        if kol is not None:
            act(kol, dice, Actor(user, "proof", timezone.now()))
        time.sleep(thought(dice))
        if dice.random() < ROLLED_BACK:
            raise RolledBack


def write(seed: int, counter: int, stop: Path) -> None:
    """Until ``stop`` is there; each commit is a sign in the file ``counter``."""
    dice = random.Random(seed)
    user = None
    while not stop.exists():
        try:
            user = user or User.objects.get(username="writer")
            step(dice, user)
        except (*REFUSALS, RolledBack):
            continue
        except Error:  # killed, or a deadlock
            time.sleep(0.2)
            close_old_connections()
            continue
        os.write(counter, b".")
        time.sleep(dice.uniform(0, 0.02))
    connection.close()


def main() -> None:
    seed, threads, counted, stop = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], Path(sys.argv[4])
    counter = os.open(counted, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    running = [Thread(target=write, args=(seed * 100 + n, counter, stop)) for n in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
