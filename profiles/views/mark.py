"""Being built."""

from django.http import HttpResponse


def quiet(request, **_ids):
    return HttpResponse(status=501)


def level(request, **_ids):
    return HttpResponse(status=501)
