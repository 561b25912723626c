"""What webhooks tell of files: themselves and what is noted on them (core.webhooks)."""

from collections.abc import Collection
from uuid import UUID

from kol_crm.core.models import User
from kol_crm.core.webhooks import Subject
from profiles.changes import OTHER_END
from profiles.models import Kol

ENTITIES = {
    "profiles.kol": "kol",
    "profiles.contactpoint": "contact",
    "profiles.account": "account",
    "profiles.quote": "quote",
    "profiles.need": "need",
    "profiles.promise": "promise",
    "profiles.request": "request",
    "profiles.importantdate": "date",
    "profiles.lifeevent": "life_event",
    "profiles.tie": "tie",
    "profiles.attachment": "attachment",
    "profiles.fanreport": "fans",
}


def visible(user: User, files: Collection[UUID]) -> set[UUID]:
    """Of these files those that the user sees, or saw before they were put away."""
    return set(Kol.objects.known_to(user).filter(pk__in=files).values_list("pk", flat=True))


FILES = Subject(ENTITIES, visible, frozenset({OTHER_END}))
