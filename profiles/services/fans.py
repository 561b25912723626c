"""Fan quality as known on a day (DOMAIN 3.8). Append-only: the newest report holds."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from kol_crm.core import history
from kol_crm.core.actor import Actor
from profiles.models import FanReport, Kol


def report(actor: Actor, kol: Kol, values: Mapping[str, Any]) -> FanReport:
    """Write down what is known of a KOL's fans. Raises ``ValidationError`` keyed by field.

    An estimate of portability says why; a share judged fake says by whom.
    """
    row = FanReport(kol=kol, estimator=actor.user, at=actor.at, **{"on": localdate(actor.at), **values})
    problems = {}
    if row.portability is not None and not row.reason.strip():
        problems["reason"] = _("Say what the estimate rests on.")
    if row.fake_share is not None and not row.fake_source.strip():
        problems["fake_source"] = _("Say who judged it.")
    if problems:
        raise ValidationError(problems)
    with transaction.atomic():
        history.touch_version(kol, None)
        return history.create(actor, row, root=kol.pk)
