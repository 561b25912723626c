"""Being built."""

from django.http import HttpResponse


def kol_create(request, **_ids):
    return HttpResponse(status=501)


def kol_edit(request, **_ids):
    return HttpResponse(status=501)
