"""Telling Y: somebody of another team has a KOL in hand who is on Y's file (DOMAIN 2.2)."""

from collections.abc import Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core.models import Notice, User
from kol_crm.core.notices import NoticeKind, Told
from profiles.models import Kol


def _tell(notices: Sequence[Notice], user: User) -> dict[UUID, Told]:
    files = Kol.objects.visible_to(user).in_bulk([notice.subject for notice in notices])
    return {
        notice.pk: Told(
            _("%(who)s is about to bring in somebody who may be %(name)s. Speak with each other.")
            % {"who": notice.by, "name": files[notice.subject]},
            reverse("profiles:kol-detail", args=[notice.subject]),
        )
        for notice in notices
        if notice.subject in files
    }


TWIN = NoticeKind(gettext_lazy("Twins"), "users", _tell)
