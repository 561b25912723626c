"""The one way from an id in a request to a file: not visible is a 404, visible but forbidden a 403 (DOMAIN 2.2)."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _

from profiles.models import Kol
from profiles.models.querysets import VIEW


def kol_or_404(user, pk: UUID, action: str = VIEW, queryset=None) -> Kol:
    """The file, if ``user`` may do ``action`` on it. Raises ``Http404`` or ``PermissionDenied``."""
    files = Kol.objects.all() if queryset is None else queryset
    kol = files.visible_to(user, action).filter(pk=pk).first()
    if kol is not None:
        return kol
    if action != VIEW and Kol.objects.visible_to(user).filter(pk=pk).exists():
        raise PermissionDenied(_("You may see this file but not do this."))
    raise Http404


def may(user, kol: Kol, action: str) -> bool:
    """Whether ``user`` may do ``action`` on this file: what a page asks before it shows a button."""
    return Kol.objects.visible_to(user, action).filter(pk=kol.pk).exists()
