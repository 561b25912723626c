"""Robots of group chats, in the Settings area."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kol_crm.core import notices, rights, trail
from kol_crm.core.answers import go_on
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Conflict
from kol_crm.core.forms.robot import RobotForm
from kol_crm.core.models import Robot
from kol_crm.core.services import robot as verbs


@require_safe
def robot_list(request):
    """Those of the teams that the reader may set robots up for."""
    rights.demand(request.user, rights.sets_robots)
    labels = {name: kind.label for name, kind in notices.kinds.items()}
    rows = [
        {"robot": robot, "kinds": [labels.get(name, name) for name in robot.kinds]}
        for robot in verbs.of(request.user)
    ]
    return render(request, "core/robot/list.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def add(request):
    rights.demand(request.user, rights.sets_robots)
    form = RobotForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            robot = verbs.create(page_actor(request), form.facts)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved. Send a test message to see that it arrives."))
            return redirect("settings:robot", robot.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "core/robot/form.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, pk: UUID):
    robot = _robot(request, pk)
    form = RobotForm(request.POST if request.method == "POST" else None, user=request.user, robot=robot)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                verbs.edit(page_actor(request), robot, form.facts, form.cleaned_data["version"])
            except ValidationError as error:
                form.add_error(None, error)
            except Conflict as conflict:
                form.on_top_of(conflict.current)
                status = 409
            else:
                messages.success(request, _("Saved."))
                return redirect("settings:robot", robot.pk)
    context = {"form": form, "robot": robot, "changes": trail.of(robot)}
    return render(request, "core/robot/form.html", context, status=status)


@require_POST
def remove(request, pk: UUID):
    verbs.remove(page_actor(request), _robot(request, pk))
    return go_on(request, reverse("settings:robots"), _("The robot tells nothing any more."))


@require_POST
def say(request, pk: UUID):
    """A test message; the chat's answer is shown as it came."""
    robot = _robot(request, pk)
    taken, words = verbs.say(page_actor(request), robot)
    told = _("It arrived. The chat answered: %(words)s") % {"words": words} if taken else words
    return go_on(request, reverse("settings:robot", args=[robot.pk]), told, error=not taken)


def _robot(request, pk: UUID) -> Robot:
    rights.demand(request.user, rights.sets_robots)
    robot = verbs.of(request.user).filter(pk=pk).first()
    if robot is None:
        raise Http404
    return robot
