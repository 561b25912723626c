"""Being built."""

from django.http import HttpResponse


def performance(request, **_ids):
    return HttpResponse(status=501)


def record(request, **_ids):
    return HttpResponse(status=501)


def fans(request, **_ids):
    return HttpResponse(status=501)
