"""After a restore an admin decides what becomes of everything outbound (RELIABILITY 1)."""

from collections.abc import Callable

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kol_crm.core import generation, history, holding_back
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.models import Generation, Send


def resume(actor: Actor) -> Generation:
    """What is due from now on goes again; what is held from before the restore stays so.

    Raises ``Refused`` (``not_held``) where nothing stops it.
    """
    with transaction.atomic():
        row = Generation.objects.select_for_update().order_by("-pk").first()
        if row is None or not row.is_held:
            raise Refused("not_held", _("Nothing is held."))
        row.instance, row.released_at, row.released_by = settings.INSTANCE_NAME, actor.at, actor.person
        row.save(update_fields=["instance", "released_at", "released_by"])
        history.record(actor, row.pk, row, {"released_at": (None, history.as_json(actor.at))})
    return row


def send_held(actor: Actor, kind: str = "") -> int:
    """Rows from before the restore go after all, of one kind or all; how many.

    They are asked again whether they are wanted, and what has become too late is skipped as such. Raises
    ``Refused`` (``not_held``) where there is none.
    """
    columns = {"state": Send.State.PENDING, "not_before": actor.at, "held_by": None, "attempts": 0}
    return _decide(actor, kind, "held_sent", lambda rows: rows.update(outcome="", **columns))


def count_as_sent(actor: Actor, kind: str = "") -> int:
    """Rows from before the restore went out then, of one kind or all; how many.

    The next tick writes what follows from each. Raises ``Refused`` (``not_held``) where there is none.
    """
    return _decide(actor, kind, "held_counted", lambda rows: rows.update(outcome=holding_back.COUNTED))


def release_all(actor: Actor) -> int:
    """Everything goes: what is held, and what comes. Raises ``Refused`` where nothing is held."""
    with transaction.atomic():
        hold = holding_back.hold()
        if not hold:
            raise Refused("not_held", _("Nothing is held."))
        count = send_held(actor) if hold.kinds else 0
        if hold.is_everything:
            resume(actor)
    return count


def _decide(actor: Actor, kind: str, what: str, write: Callable[[QuerySet[Send]], int]) -> int:
    """What was decided, and how many of each kind, stand in the history of the generation."""
    with transaction.atomic():
        row = generation.latest()
        found = {one.kind: one.count for one in holding_back.hold().kinds if kind in ("", one.kind)}
        if row is None or not found:
            raise Refused("not_held", _("Nothing is held."))
        rows: QuerySet[Send] = holding_back.held(kind)
        count = write(rows)
        history.record(actor, row.pk, row, {what: (None, [f"{name}: {n}" for name, n in found.items()])})
    return count
