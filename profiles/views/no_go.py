"""The no-go memory: its list, and writing one down, saying it again, lifting it (DOMAIN 4.10)."""

from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from kol_crm.core import lists
from kol_crm.core.doors import page_actor
from profiles.forms.no_go import LiftForm, NoGoEditForm, NoGoForm
from profiles.models import NoGo
from profiles.models.querysets import EDIT
from profiles.no_go_list import NO_GOS, STATES
from profiles.services import no_go as verbs
from profiles.services.access import kol_or_404, row_or_404
from profiles.views import side

REFUSAL = gettext_lazy("You may see this but not change it.")


@require_safe
def no_go_list(request):
    """Who refused and whom we rejected; those to look at again come first."""
    return lists.render_list(request, NO_GOS, _context(request))


def _context(request):
    def context(listing) -> dict:
        chosen = listing.params.get("state", "")
        kinds = set(listing.params.getlist("kind"))
        return {
            "day": timezone.localdate(),
            "kol_id": request.GET.get("kol", ""),
            "states": [
                {
                    "label": label,
                    "url": listing.url(state=None if value == chosen else value),
                    "on": value == chosen,
                }
                for value, label in STATES
            ],
            "kinds": [
                {
                    "label": label,
                    "url": listing.url(kind=None if value in kinds else value),
                    "on": value in kinds,
                }
                for value, label in NoGo.Kind.choices
            ],
        }

    return context


@require_http_methods(["GET", "HEAD", "POST"])
def no_go_create(request, pk: UUID):
    """A no about a file."""
    kol = kol_or_404(request.user, pk, EDIT)
    form = NoGoForm(request.POST if request.method == "POST" else None)
    note = _("Whoever brings them in again, by any door, is told until it is lifted.")
    return side.answer(
        request,
        kol,
        form,
        lambda values: verbs.record(page_actor(request), values, kol=kol),
        title=_("Remember a no"),
        note=note,
        done=_("It is remembered."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def no_go_edit(request, pk: UUID):
    """Cause, evidence and date said again."""
    row = _row(request, pk)
    initial = {name: getattr(row, name) for name in (*verbs.EDITABLE, "version")}
    form = NoGoEditForm(request.POST if request.method == "POST" else None, initial=initial)

    def act(values):
        verbs.edit(page_actor(request), row, {n: values[n] for n in verbs.EDITABLE}, values["version"])

    return side.answer(request, row.kol, form, act, title=_("Edit the no"), done=_("Saved."), back=_back(row))


@require_http_methods(["GET", "HEAD", "POST"])
def no_go_lift(request, pk: UUID):
    """They may be looked at again."""
    row = _row(request, pk)
    form = LiftForm(request.POST if request.method == "POST" else None, initial={"version": row.version})

    def act(values):
        verbs.lift(page_actor(request), row, values["lifted_why"], values["version"])

    return side.answer(
        request,
        row.kol,
        form,
        act,
        title=_("Lift the no"),
        save=_("Lift"),
        done=_("It is lifted."),
        back=_back(row),
    )


def _row(request, pk: UUID) -> NoGo:
    return row_or_404(NoGo.objects.select_related("kol"), request.user, pk, EDIT, REFUSAL)


def _back(row: NoGo) -> str:
    return reverse("profiles:kol-detail", args=[row.kol_id]) if row.kol_id else reverse("profiles:no-go-list")
