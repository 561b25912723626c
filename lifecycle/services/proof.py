"""Evidence on a row of a file: demanded, taken in, replaced; for violations, exclusivity and sightings."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kol_crm.core import history, policy
from kol_crm.core.actor import Actor
from lifecycle.models.proof import Proof
from profiles.models import Attachment, Kol
from profiles.services import attachment

MOST_AT_ONCE = 10


class Upload(Protocol):
    """A file as a form hands it on."""

    name: str
    size: int

    def read(self) -> bytes: ...


def problems(row: Any, attachments: Sequence[Attachment]) -> dict[str, str]:
    """What is wrong with the evidence of ``row``: none at all, or attachments of another file."""
    wrong = {}
    if not (row.evidence.strip() or row.links or attachments):
        wrong["evidence"] = _("Give evidence: in words, by a link or by an attachment.")
    if any(one.kol_id != row.kol_id or one.removed_at is not None for one in attachments):
        wrong["attachments"] = _("Choose among the attachments of this file.")
    return wrong


def take_in(actor: Actor, kol: Kol, uploads: Sequence[Upload]) -> list[Attachment]:
    """Put what was uploaded with a form on the file; call in the transaction of the row that it proves.

    Raises ``ValidationError`` keyed ``uploads``, naming the file that is refused.
    """
    if len(uploads) > MOST_AT_ONCE:
        raise ValidationError({"uploads": _("At most %(n)d files at once.") % {"n": MOST_AT_ONCE}})
    rules = policy.current()
    taken = []
    for one in uploads:
        try:
            attachment.demand_size(one.size, rules)
            taken.append(attachment.add(actor, kol, one.name, one.read()))
        except ValidationError as error:
            words = f"{one.name}: {' '.join(error.messages)}"
            raise ValidationError({"uploads": words}) from error
    return taken


def standing(row: Any) -> list[Attachment]:
    return [one.attachment for one in row.files.select_related("attachment")]


def put(
    actor: Actor, row: Any, make: Callable[[Attachment], Proof], attachments: Iterable[Attachment]
) -> None:
    """Make these the attachments that prove ``row``; what stands already is left as it is."""
    held = {one.attachment_id: one for one in row.files.all()}
    wanted = {one.pk: one for one in attachments}
    for key, one in held.items():
        if key not in wanted:
            history.remove(actor, one, root=row.root)
    for key, file in wanted.items():
        if key not in held:
            history.create(actor, make(file), root=row.root)
