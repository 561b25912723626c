"""What each verb of resources does in the small world (tests/permissions/world.py)."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from kol_crm.core.actor import Actor
from lifecycle.models import Booking, Slot
from lifecycle.services import booking, budget, slot
from tests.permissions.world import DAY, World

SLOT = {"kind": "topic", "name": "New", "starts_on": DAY, "value": Decimal(5)}


def _free(world: World) -> Slot:
    return world.file.introduced["slot"]


def _booked(world: World) -> Booking:
    return world.file.introduced["booking"]


def _used(actor: Actor, world: World) -> Booking:
    return booking.use(actor.again(), _booked(world))


RESOURCES: dict[str, Callable[[Actor, World], Any]] = {
    "lifecycle.services.slot.create": lambda by, w: slot.create(by, SLOT),
    "lifecycle.services.slot.create_series": lambda by, w: slot.create_series(
        by, SLOT, 7, DAY + timedelta(days=7)
    ),
    "lifecycle.services.slot.create_many": lambda by, w: slot.create_many(by, [SLOT, SLOT]),
    "lifecycle.services.slot.edit": lambda by, w: slot.edit(by, _free(w), {"name": "Other"}),
    "lifecycle.services.slot.withdraw": lambda by, w: slot.withdraw(by, _free(w)),
    "lifecycle.services.slot.restore": lambda by, w: slot.restore(by, slot.withdraw(by.again(), _free(w))),
    "lifecycle.services.budget.set_budget": lambda by, w: budget.set_budget(by, DAY, Decimal(9000)),
    "lifecycle.services.booking.book": lambda by, w: booking.book(by, _free(w), w.file.kol),
    "lifecycle.services.booking.use": lambda by, w: booking.use(by, _booked(w)),
    "lifecycle.services.booking.unuse": lambda by, w: booking.unuse(by, _used(by, w)),
    "lifecycle.services.booking.cancel": lambda by, w: booking.cancel(by, _booked(w), "x"),
}
