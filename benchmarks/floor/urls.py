"""Pages and answers of the floor."""

import hashlib
import json
import uuid
from functools import cache

import orjson
from django.contrib.auth import authenticate, login
from django.contrib.auth.decorators import login_required
from django.db import connection, transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import IsAuthenticated
from rest_framework.views import APIView

from benchmarks.floor.models import File, Token

COLUMNS = (
    *("id", "name", "handle", "city", "stage", "level", "verdict", "owner__username"),
    *("last_touch_at", "next_due", "own_followers", "bond", "risk", "created_at"),
)


TAKEN = "SELECT 1 FROM profiles_kol WHERE sort_name = %s"
AUDITED = (
    "WITH act AS (INSERT INTO core_changeset (id, user_id, door, at, reason, insisted) "
    "VALUES (%s, %s, 'api', now(), '', false) RETURNING id, at) "
    "INSERT INTO core_change (id, change_set_id, root, model, row, field, before, after, at) "
    "SELECT %s, id, %s, 'profiles.kol', %s, '', NULL, %s, at FROM act"
)


@cache
def like() -> str:
    """The statement that writes a file like another one, with an id and a name of its own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'profiles_kol' "
            "AND column_name NOT IN ('id', 'name', 'sort_name', 'staff_user_id')"
        )
        columns = ", ".join(f'"{name}"' for (name,) in cursor.fetchall())
        cursor.execute("SELECT id FROM profiles_kol WHERE archived_at IS NULL ORDER BY id LIMIT 1")
        (other,) = cursor.fetchone()
    return (
        f"INSERT INTO profiles_kol (id, name, sort_name, {columns}) "
        f"SELECT %s, %s, %s, {columns} FROM profiles_kol WHERE id = '{other}'"
    )


@csrf_exempt
def enter(request):
    user = authenticate(request, username=request.POST["username"], password=request.POST["password"])
    if user is None:
        raise Http404
    login(request, user)
    return HttpResponse(status=204)


@login_required
def session(request):
    return render(request, "floor/session.html")


@login_required
def files(request):
    rows = File.objects.select_related("owner").order_by("next_due", "id").filter(next_due__isnull=False)
    return render(request, "floor/list.html", {"files": rows[:50]})


@login_required
def file(request, pk):
    found = get_object_or_404(File.objects.select_related("owner"), pk=pk)
    return render(request, "floor/detail.html", {"file": found})


class ByToken(BaseAuthentication):
    def authenticate(self, request):
        word, _blank, token = request.headers.get("Authorization", "").partition(" ")
        digest = hashlib.sha512(token.encode()).hexdigest()
        row = Token.objects.select_related("user").filter(digest=digest).first()
        if row is None or word != "Token":
            raise AuthenticationFailed
        return row.user, row


class Answer(APIView):
    authentication_classes = [ByToken]
    permission_classes = [IsAuthenticated]

    def get(self, _request, pk=None):
        rows = File.objects.values(*COLUMNS)
        found = rows.get(pk=pk) if pk else list(rows.order_by("next_due", "id")[:100])
        return HttpResponse(orjson.dumps(found), content_type="application/json")

    def post(self, request):
        """One more file with its audit row, unless one of this name is there."""
        name, pk = orjson.loads(request.body)["name"], uuid.uuid4()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(TAKEN, [name.casefold()])
            if cursor.fetchone():
                return HttpResponse(status=409)
            cursor.execute(like(), [pk, name, name.casefold()])
            audit = [uuid.uuid4(), request.user.pk, uuid.uuid4(), pk, pk, json.dumps({"name": name})]
            cursor.execute(AUDITED, audit)
        return HttpResponse(orjson.dumps({"id": pk}), status=201, content_type="application/json")


urlpatterns = [
    path("enter/", enter),
    path("session/", session),
    path("files/", files),
    path("files/<uuid:pk>/", file),
    path("api/files/", Answer.as_view()),
    path("api/files/<uuid:pk>/", Answer.as_view()),
]
