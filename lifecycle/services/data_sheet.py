"""Taking a data sheet out for a KOL: their own figures as they stand, kept with who took it (DOMAIN 5.5)."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kol_crm.core import policy
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from lifecycle.models import DataSheet
from lifecycle.rules import own_growth
from lifecycle.services import best_posts
from lifecycle.services import rule as rules
from profiles.models import FanReport, Kol, Platform
from profiles.services import figure_policy, note
from profiles.services.standing import figures_of


def make(actor: Actor, kol: Kol, language: str, best: best_posts.Given = ()) -> DataSheet:
    """One of their own account alone; ``best``: their best posts as the operator chooses them, each with
    ``title`` and, where known, ``url``, ``on`` and its figures ``as_of`` a day.

    Raises ``PermissionDenied``, ``Refused`` (``archived``, ``no_own_figures``), ``ValidationError`` keyed
    ``language``, ``best`` or ``best.0.url``.
    """
    if language not in dict(settings.LANGUAGES):
        raise ValidationError({"language": _("There is no such language.")})
    day = note.installation_day(actor)
    posts = best_posts.checked(best, day)
    with transaction.atomic():
        current = rules.locked(actor, kol)
        content = _content(current, day) | {"language": language, "best": posts}
        row = DataSheet(kol=current, content=content, at=actor.at, user=actor.user)
        row.full_clean()
        row.save(force_insert=True)
        return row


def _content(kol: Kol, day) -> dict[str, Any]:
    account = kol.accounts.filter(platform=Platform.OWN).first()
    own = figures_of([kol.pk], day)[kol.pk][True]
    flows = figure_policy.flow(policy.current())
    found = own_growth.growth(own.get(account.pk, []), day, flows) if account else {}
    if account is None or not found["followers"]:
        words = _("Their account here has no figure of followers yet.")
        raise Refused("no_own_figures", words)
    fans = FanReport.objects.filter(kol=kol).exclude(audience={}).first()
    audience = {"audience": fans.audience, "audience_on": fans.on.isoformat()} if fans else {}
    name = account.title or account.handle or kol.name
    return {"day": day.isoformat(), "account": name, **found, **audience}
