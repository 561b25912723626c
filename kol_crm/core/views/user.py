"""Users: the list, invitations, one user with role and team, deactivating, being away."""

import django_filters as filters
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kol_crm.core import deputies, lists, rights, trail
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Conflict, Refused
from kol_crm.core.filters import AnyOf, FilterSet, Flag
from kol_crm.core.forms.user import AbsenceForm, DeactivateForm, InviteForm, UserForm
from kol_crm.core.lists import Column, ListSpec
from kol_crm.core.models import Absence, Team, User
from kol_crm.core.paging import Sort
from kol_crm.core.services import absence as absences
from kol_crm.core.services import user as users

METHODS = ["GET", "HEAD", "POST"]


class UserFilter(FilterSet):
    q = filters.CharFilter(method="by_words", label=gettext_lazy("Search"))
    role = AnyOf(choices=User.Role.choices, label=gettext_lazy("Role"))
    team = filters.ModelChoiceFilter(queryset=Team.objects.all(), label=gettext_lazy("Team"))
    active = Flag(field_name="is_active", label=gettext_lazy("Active"))

    def by_words(self, rows, _name, words):
        return rows.filter(
            Q(username__icontains=words) | Q(display_name__icontains=words) | Q(email__icontains=words)
        )


def in_scope(user: User):
    """The people a user works with: an admin's all, else those of the own team and the teams below."""
    if user.is_admin:
        return User.objects.all()
    if user.team is None:
        return User.objects.filter(pk=user.pk)
    if user.is_manager:
        return User.objects.filter(team__in=Team.objects.tree_of(user.team))
    return User.objects.filter(team=user.team)


# Not among the registered lists, whose tests speak of files.
USERS = ListSpec(
    name="users",
    rows=in_scope,
    prepare=lambda rows: rows.select_related("team"),
    filterset=UserFilter,
    sorts=(
        Sort("name", "username", gettext_lazy("User name")),
        Sort("joined", "date_joined", gettext_lazy("Since"), descending_first=True),
    ),
    default_sort="name",
    columns=(
        Column("who", gettext_lazy("Name")),
        Column("name", gettext_lazy("User name"), sort="name"),
        Column("mail", gettext_lazy("Mail address")),
        Column("role", gettext_lazy("Role")),
        Column("team", gettext_lazy("Team")),
        Column("login", gettext_lazy("Last login")),
        Column("joined", gettext_lazy("Since"), sort="joined"),
    ),
    template="core/user/list.html",
    rows_template="core/user/_rows.html",
)


@require_GET
def user_list(request):
    rights.demand(request.user, rights.edits_users)

    def tabs(_listing):
        active = request.GET.get("active", "")
        words = (("", _("All")), ("true", _("Active")), ("false", _("Deactivated")))
        return {
            "tabs": [
                {
                    "label": label,
                    "url": f"{request.path}?active={key}" if key else request.path,
                    "active": key == active,
                    "count": "",
                }
                for key, label in words
            ]
        }

    return lists.render_list(request, USERS, context=tabs)


@require_http_methods(METHODS)
def invite(request):
    rights.demand(request.user, rights.edits_users)
    form = InviteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            person = users.invite(page_actor(request), form.cleaned_data)
        except ValidationError as error:
            _at_fields(form, error)
        else:
            messages.success(request, _("The invitation to %(mail)s is on its way.") % {"mail": person.email})
            return redirect("settings:users")
    status = 422 if request.method == "POST" else 200
    return render(request, "core/user/invite.html", {"form": form}, status=status)


@require_POST
def invite_again(request, pk: int):
    person = _person(request, pk)
    try:
        users.invite_again(page_actor(request), person)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("The invitation to %(mail)s is on its way.") % {"mail": person.email})
    return redirect("settings:user", pk)


@require_http_methods(METHODS)
def edit(request, pk: int):
    """One user: facts, and what becomes of what they hold if team or role change."""
    person = _person(request, pk)
    held = users.held(person)
    form = UserForm(request.POST if request.method == "POST" else None, person=person, holds=bool(held))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                users.edit(
                    page_actor(request),
                    person,
                    form.facts,
                    form.cleaned_data["version"],
                    along=form.along,
                    receiver=form.receiver,
                )
            except ValidationError as error:
                _at_fields(form, error, along="files")
            except Conflict as conflict:
                form.on_top_of(conflict.current)
                status = 409
            else:
                messages.success(request, _("Saved."))
                return redirect("settings:user", pk)
    day = deputies.day()
    context = {
        "person": person,
        "form": form,
        "held": held,
        "absences": Absence.objects.filter(user=person, ends_on__gte=day).select_related("deputy"),
        "changes": trail.of(person),
    }
    return render(request, "core/user/edit.html", context, status=status)


@require_http_methods(METHODS)
def deactivate(request, pk: int):
    person = _person(request, pk)
    held = users.held(person)
    form = DeactivateForm(request.POST if request.method == "POST" else None, person=person, holds=bool(held))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            asked = form.cleaned_data
            try:
                users.deactivate(page_actor(request), person, asked.get("receiver"), asked["version"])
            except ValidationError as error:
                _at_fields(form, error)
            except Refused as refused:
                form.add_error(None, refused.message)
            except Conflict:
                form.add_error(None, _("Somebody changed this user meanwhile. Reload the page."))
                status = 409
            else:
                messages.success(request, _("%(name)s is deactivated.") % {"name": person})
                return redirect("settings:users")
    context = {"person": person, "form": form, "held": held}
    return render(request, "core/user/deactivate.html", context, status=status)


@require_POST
def reactivate(request, pk: int):
    person = _person(request, pk)
    users.reactivate(page_actor(request), person)
    messages.success(request, _("%(name)s may log in again.") % {"name": person})
    return redirect("settings:user", pk)


@require_http_methods(METHODS)
def away(request, pk: int | None = None):
    """Being away: one's own page, or an admin's for somebody else."""
    person = request.user if pk is None else _person(request, pk)
    form = AbsenceForm(request.POST if request.method == "POST" else None, person=person)
    day = deputies.day()
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            absences.begin(
                page_actor(request),
                User.objects.get(pk=person.pk),
                asked["deputy"],
                asked["starts_on"],
                asked["ends_on"],
                day,
            )
        except ValidationError as error:
            _at_fields(form, error)
        else:
            messages.success(request, _("Saved. The queue moves by itself, and back."))
            return redirect("settings:away") if pk is None else redirect("settings:user-away", pk)
    rows = Absence.objects.filter(user=person, ends_on__gte=day).select_related("deputy")
    context = {"person": person, "own": pk is None, "form": form, "absences": rows, "day": day}
    return render(request, "core/user/away.html", context, status=422 if request.method == "POST" else 200)


@require_POST
def back(request, pk):
    """Back earlier than said, or not away after all."""
    absence = Absence.objects.select_related("user").filter(pk=pk).first()
    if absence is None or not (absence.user_id == request.user.pk or rights.edits_users(request.user)):
        raise Http404
    absences.end(page_actor(request), absence, deputies.day())
    messages.success(request, _("The queue is back."))
    if absence.user_id == request.user.pk:
        return redirect("settings:away")
    return redirect("settings:user-away", absence.user_id)


def _person(request, pk: int) -> User:
    rights.demand(request.user, rights.edits_users)
    person = User.objects.select_related("team").filter(pk=pk).first()
    if person is None:
        raise Http404
    return person


def _at_fields(form, error: ValidationError, **names: str) -> None:
    """What the verb refused, at the inputs; ``names`` maps its words to the form's."""
    for name, words in error.message_dict.items():
        field = names.get(name, name)
        form.add_error(field if field in form.fields else None, words)
