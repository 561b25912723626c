"""Fan quality as known on a day (DOMAIN 3.8). Append-only: the newest report holds."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from kol_crm.core import day_range, history
from kol_crm.core.actor import Actor
from profiles.models import FanReport, Kol
from profiles.rules import audience


def report(actor: Actor, kol: Kol, values: Mapping[str, Any]) -> FanReport:
    """Write down what is known of a KOL's fans. Raises ``ValidationError`` keyed by field.

    An estimate of portability says why; a share judged fake says by whom; each dimension of the audience
    (region, age, gender) is shares in per cent, together at most 100. A report says something.
    """
    row = FanReport(kol=kol, estimator=actor.user, at=actor.at, **{"on": localdate(actor.at), **values})
    problems: dict[str, Any] = {}
    day_range.demand(on=row.on)
    if row.on > localdate(actor.at):
        problems["on"] = _("This day lies in the future.")
    if (row.portability, row.loyalty, row.fake_share) == (None, None, None) and not row.audience:
        problems["portability"] = _("Say at least one thing of the fans.")
    if row.portability is not None and not row.reason.strip():
        problems["reason"] = _("Say what the estimate rests on.")
    if row.fake_share is not None and not row.fake_source.strip():
        problems["fake_source"] = _("Say who judged it.")
    problems |= audience.problems(row.audience)
    if problems:
        raise ValidationError(problems)
    with transaction.atomic():
        history.touch_version(kol, None)
        return history.create(actor, row, root=kol.pk)
