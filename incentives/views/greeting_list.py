"""The list of greetings, and one made by hand for an occasion of one's own (DOMAIN 7.3)."""

from uuid import UUID, uuid4

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from incentives.forms.greeting import BeginForm
from incentives.greeting_lists import GREETINGS
from incentives.models import Greeting
from incentives.services import greeting as verbs
from kol_crm.core import lists
from kol_crm.core.doors import page_actor
from lifecycle.views import chips
from profiles.models.querysets import EDIT
from profiles.services.access import kol_or_404
from profiles.views import side


@require_safe
def greeting_list(request):
    return lists.render_list(request, GREETINGS, _list_context)


def _list_context(listing) -> dict:
    return {
        "day": listing.filterset.day,
        "states": chips.toggles(listing, "state", Greeting.State.choices),
        "occasions": chips.toggles(listing, "occasion", Greeting.Occasion.choices),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def greeting_create(request, pk: UUID):
    """A draft for the file ``pk``; pressed twice it is one."""
    kol = kol_or_404(request.user, pk, EDIT)
    data = request.POST if request.method == "POST" else None
    form = BeginForm(data, initial={"token": uuid4()})

    def act(values):
        verbs.begin(page_actor(request), kol, values["what"], values["on"], values["token"])

    return side.answer(
        request,
        kol,
        form,
        act,
        title=_("Greet"),
        note=_("A draft is made in their language; it waits for you on Today."),
        save=_("Make the draft"),
        done=_("The draft is ready."),
        back=f"{reverse('incentives:greeting-list')}?kol={kol.pk}",
    )
