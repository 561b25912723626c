"""The quiet mark, the level set by hand, who is a colleague too (DOMAIN 2.1, 3.6, 3.11)."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kol_crm.core.doors import page_actor
from profiles.forms.mark import LevelForm, QuietForm, StaffForm
from profiles.models import Kol
from profiles.models.querysets import EDIT
from profiles.services import level as levels
from profiles.services import quiet as quiets
from profiles.services import staff as staffs
from profiles.services.access import kol_or_404
from profiles.views import side


@require_http_methods(["GET", "HEAD", "POST"])
def quiet(request, pk: UUID):
    kol = kol_or_404(request.user, pk, EDIT)

    def act(values):
        quiets.put(page_actor(request), kol, values["quiet_cause"], values["version"])

    initial = {"version": kol.version, "quiet_cause": kol.quiet_cause}
    form = QuietForm(request.POST if request.method == "POST" else None, initial=initial)
    note = _("While it stands, the software never writes to them: no greeting, no reminder to stay in touch.")
    return side.answer(request, kol, form, act, title=_("Quiet mark"), note=note, done=_("Saved."))


@require_http_methods(["GET", "HEAD", "POST"])
def staff(request, pk: UUID):
    """A manager's: it takes the file out of that colleague's sight."""
    kol = kol_or_404(request.user, pk, EDIT)
    if not staffs.may_set(request.user):
        raise PermissionDenied

    def act(values):
        staffs.set_person(page_actor(request), kol, values["staff_user"], values["version"])

    initial = {"version": kol.version, "staff_user": kol.staff_user_id}
    data = request.POST if request.method == "POST" else None
    form = StaffForm(data, initial=initial, user=request.user)
    note = _("A colleague who is this KOL does not see the file, whatever their role.")
    return side.answer(request, kol, form, act, title=_("Also a colleague"), note=note, done=_("Saved."))


@require_http_methods(["GET", "HEAD", "POST"])
def level(request, pk: UUID):
    kol = kol_or_404(request.user, pk, EDIT)

    def act(values):
        levels.override(page_actor(request), kol, values["level"], values["reason"], values["version"])

    initial = {"version": kol.version, "level": kol.level_override}
    form = LevelForm(request.POST if request.method == "POST" else None, initial=initial)
    return side.answer(request, kol, form, act, title=_("Level by hand"), note=_note(kol), done=_("Saved."))


def _note(kol: Kol) -> str:
    if not kol.level_override:
        return _("The level follows the figures. Set by hand, it stays until it is taken back.")
    last = kol.levels.filter(override=True).select_related("by").order_by("-at").first()
    if last is None:
        return ""
    words = {"who": last.by or "–", "reason": last.reason}
    return _("Set by %(who)s: %(reason)s") % words
