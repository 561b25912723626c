"""Who held an account when, and passing it on (DOMAIN 3.3)."""

from uuid import UUID

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kol_crm.core import wording
from kol_crm.core.doors import page_actor
from profiles.forms.holder import PassOnForm
from profiles.models import Account
from profiles.models.querysets import EDIT
from profiles.services import holder
from profiles.services.access import kol_or_404
from profiles.views import side


@require_http_methods(["GET", "HEAD", "POST"])
def pass_on(request, pk: UUID, account: UUID):
    """Of an account that this file holds, or held last while nobody does."""
    kol = kol_or_404(request.user, pk, EDIT)
    row = Account.objects.filter(pk=account, holdings__kol=kol).distinct().first()
    if row is None or (row.kol_id != kol.pk and not held_last(row, kol)):
        raise Http404
    today = timezone.localdate()
    data = request.POST if request.method == "POST" else None
    form = PassOnForm(data, user=request.user, today=today, but=kol if row.kol_id == kol.pk else None)

    def act(values):
        holder.pass_on(page_actor(request), row, values["receiver"], values["on"])

    return side.answer(
        request,
        kol,
        form,
        act,
        title=_("Pass on %(account)s") % {"account": row},
        note=_("Figures of the days before stay with this file; %(since)s.") % {"since": _since(row)},
        save=_("Pass on"),
        done=_("The account was passed on."),
        back=reverse("profiles:kol-performance", args=[kol.pk]),
    )


def held_last(account: Account, kol) -> bool:
    """Nobody holds it, and this file was the last to do so."""
    last = account.holdings.order_by("-since", "-pk").first()
    return account.kol_id is None and last is not None and last.kol_id == kol.pk


def _since(account: Account) -> str:
    day = account.held_since
    if account.kol_id is None:
        return _("nobody holds it")
    if day is None:
        return _("held from the beginning")
    words = wording.day_words(day, "year", day, wording.babel_locale())
    return _("held since %(day)s") % {"day": words}
