"""Being built."""

from django.http import HttpResponse


def form(request, **_ids):
    return HttpResponse(status=501)


def log(request, **_ids):
    return HttpResponse(status=501)


def take_back(request, **_ids):
    return HttpResponse(status=501)
