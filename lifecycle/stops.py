"""What stands against giving anything to a KOL (DOMAIN 5.6): asked under the lock of their file.

Whoever sets a stop registers its source; every verb that gives calls ``demand_none_standing`` in its own
transaction, before it writes.
"""

from collections.abc import Callable
from uuid import UUID

from django.core.exceptions import ValidationError

from kol_crm.core.extension import ExtensionPoint
from profiles.models import Kol

# (file, locked) -> why nothing may be given now, in words; empty: nothing stands against it
sources: ExtensionPoint[Callable[[Kol], str]] = ExtensionPoint("stops")


def demand_none_standing(kol_id: UUID, field: str) -> None:
    """Lock the file until the transaction ends, so that no stop comes in between.

    Raises ``ValidationError`` keyed ``field``, a line for each stop that stands.
    """
    kol = Kol.objects.select_for_update().get(pk=kol_id)
    if standing := [words for source in sources if (words := source(kol))]:
        raise ValidationError({field: standing})
