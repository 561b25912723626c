"""``/api/v1/tasks/``: plain to-dos of users, about a KOL or about nobody (DOMAIN 8.1)."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action

from kol_crm.core.api.paged import Paged
from kol_crm.core.api.parameters import IF_MATCH, parameters_of
from kol_crm.core.api.strict import StrictSerializer
from kol_crm.core.models import User
from lifecycle.api.of_file import OfFile
from lifecycle.models import Task
from lifecycle.services import task as verbs
from lifecycle.task_lists import TASKS
from profiles.models import Kol
from profiles.models.querysets import EDIT, VIEW

PLAIN = ("version", "what", "note", "due_on", "repeat_days", "state", "outcome", "created_at", "done_at")
PEOPLE = ("assignee", "author", "done_by")


class TaskEdit(StrictSerializer):
    what = serializers.CharField(max_length=200, required=False)
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    due_on = serializers.DateField(required=False)
    assignee = serializers.SlugRelatedField("username", queryset=User.objects.all(), required=False)
    repeat_days = serializers.IntegerField(required=False, allow_null=True)


class TaskBody(TaskEdit):
    kol = serializers.UUIDField(required=False, allow_null=True, default=None)
    what = serializers.CharField(max_length=200)
    due_on = serializers.DateField()


class TaskDone(StrictSerializer):
    outcome = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    next_on = serializers.DateField(required=False, allow_null=True)


class TaskAnswer(serializers.Serializer):
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    kol = serializers.UUIDField(allow_null=True)
    what = serializers.CharField()
    note = serializers.CharField()
    due_on = serializers.DateField()
    assignee = serializers.CharField()
    repeat_days = serializers.IntegerField(allow_null=True)
    state = serializers.ChoiceField(Task.State.choices)
    outcome = serializers.CharField()
    follows = serializers.UUIDField(allow_null=True)
    author = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    done_at = serializers.DateTimeField(allow_null=True)
    done_by = serializers.CharField(allow_null=True)


class TaskPage(Paged):
    results = TaskAnswer(many=True)


def represent(rows: Iterable[Task]) -> list[dict[str, Any]]:
    return [
        {"id": row.pk, "kol": row.kol_id, "follows": row.follows_id}
        | {name: getattr(row, name) for name in PLAIN}
        | {name: who.username if (who := getattr(row, name)) else None for name in PEOPLE}
        for row in rows
    ]


class TaskResource(OfFile):
    """One's own tasks, those one has set, and those of the files one may see."""

    model = Task
    refusal = gettext_lazy("You may see this task but not change it.")
    shape = staticmethod(represent)

    @extend_schema(parameters=parameters_of(TASKS.filterset, TASKS.sorts), responses=TaskPage)
    def list(self, request):
        """The one due first first."""
        return self.listed(TASKS, represent)

    @extend_schema(responses=TaskAnswer)
    def retrieve(self, request, pk: str):
        """One task."""
        return self.shown(self.found(pk, VIEW))

    @extend_schema(request=TaskBody, responses={201: TaskAnswer})
    def create(self, request):
        """Set one; without ``assignee`` it is one's own. Whoever sees a file may set a task about it."""
        values = dict(self.checked(TaskBody))
        kol_id = values.pop("kol")
        kol = Kol.objects.visible_to(request.user).filter(pk=kol_id).first() if kol_id else None
        if kol_id and kol is None:
            raise ValidationError({"kol": _("There is no such row.")})
        self.demand_write_scope()
        return self.shown(verbs.add(self.actor, values, kol), 201)

    @extend_schema(request=TaskEdit, responses=TaskAnswer, parameters=[IF_MATCH])
    def partial_update(self, request, pk: str):
        """What is sent, while it is open."""
        row = self.found(pk, EDIT)
        version = self.version_asked(row)
        return self.shown(verbs.edit(self.actor, row, self.checked(TaskEdit), version))

    @extend_schema(request=TaskDone, responses=TaskAnswer)
    @action(detail=True, methods=["post"])
    def done(self, request, pk: str):
        """It is done; one that repeats, or with ``next_on``, is followed by another."""
        return self.shown(verbs.finish(self.actor, self.found(pk, EDIT), **self.checked(TaskDone)))

    @extend_schema(request=None, responses=TaskAnswer)
    @action(detail=True, methods=["post"])
    def reopen(self, request, pk: str):
        """It is not done after all; the one that follows goes."""
        return self.shown(verbs.reopen(self.actor, self.found(pk, EDIT)))
