"""Today: handing a row to a colleague and taking it back, and what was done today (DOMAIN 8.1)."""

from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kol_crm import today, today_done, today_hands
from kol_crm.core.answers import toast
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Refused
from kol_crm.core.models import HandedRow, User
from kol_crm.views.today import row_key
from lifecycle.models import Task
from profiles.services import handed_row


class HandForm(forms.Form):
    receiver = forms.ModelChoiceField(label=gettext_lazy("To whom"), queryset=User.objects.none())
    word = forms.CharField(label=gettext_lazy("A word with it"), max_length=200, required=False)

    def __init__(self, data=None, *, people):
        super().__init__(data)
        self.fields["receiver"].queryset = people


@require_http_methods(["GET", "POST"])
def hand_over(request):
    """The small form for the row ``key`` of one's queue; posted, it stands with the colleague."""
    key = row_key(request.GET.get("key", "") or request.POST.get("key", ""))
    found = today.find(request.user, timezone.localdate(), key)
    if found is None or not today_hands.may_hand(found[0]):
        raise Http404
    row, part = found
    people = today_hands.people_for(request.user, row)
    form = HandForm(request.POST if request.method == "POST" else None, people=people)
    if request.method == "POST" and form.is_valid():
        try:
            handed = today_hands.hand(page_actor(request), row, part.holder, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, " ".join(error.messages))
        except Refused as refused:
            return toast(HttpResponse(status=409), refused.message, kind="bad")
        else:
            words = _("Handed over to %(who)s.") % {"who": form.cleaned_data["receiver"]}
            return toast(HttpResponse(status=204), words, undo_url=_undo(request, row, handed))
    status = 422 if form.is_bound else 200
    return render(request, "today/_hand_over.html", {"form": form, "row": row}, status=status)


@require_POST
def take_over(request, pk: UUID):
    """Undo: what was handed over stands with its holder again."""
    row = handed_row.concerning(request.user).filter(pk=pk).first()
    if row is None:
        raise Http404
    handed_row.take_back(page_actor(request), row)
    return toast(HttpResponse(status=204), _("It is back where it was."))


@require_GET
def done(request):
    """What the reader finished today; ``?count=`` only how much."""
    acts = today_done.of(request.user, today_done.since_midnight())
    template = "today/_done_count.html" if "count" in request.GET else "today/_done.html"
    return render(request, template, {"acts": acts})


def _undo(request, row, handed: HandedRow | None) -> str:
    """What takes it back; empty where it went back to its holder, or its giver sees it no more."""
    if handed is not None:
        return reverse("today-take-over", args=[handed.pk])
    if isinstance(row.subject, Task) and row.subject.author_id == request.user.pk:
        return reverse("lifecycle:task-take", args=[row.subject.pk])
    return ""
