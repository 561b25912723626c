"""What one does with jobs by hand: run one now, send one mail again (RELIABILITY 1)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kol_crm.core import history, jobs, outbox, work
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.models import JobRun, Send


def run_now(actor: Actor, name: str) -> JobRun:
    """Let a worker run a job now, beside its usual hour; asked again while it waits, it stays one run.

    Raises ``ValidationError`` keyed ``job``.
    """
    if name != jobs.TICK and jobs.nightly_jobs.get(name) is None:
        raise ValidationError({"job": _("There is no such job.")})
    with transaction.atomic():
        asked = {"asked_by": actor.person, "asked_at": actor.at}
        run, _made = JobRun.objects.get_or_create(job=name, started_at=None, defaults=asked)
        transaction.on_commit(work.poke, robust=True)
    return run


def send_again(actor: Actor, send: Send) -> None:
    """A mail that failed or is uncertain goes again, with the same Message-ID.

    Raises ``Refused`` for what goes to KOLs, which its operator decides on Today, and for what is over.
    """
    with transaction.atomic():
        before = send.state
        if not outbox.again(send, actor.at):
            raise Refused("not_again", _("Its operator decides on Today whether it goes again."))
        history.record(actor, send.pk, send, {"state": (before, Send.State.PENDING)})
