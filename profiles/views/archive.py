"""Being built."""

from django.http import HttpResponse


def archive(request, **_ids):
    return HttpResponse(status=501)


def restore(request, **_ids):
    return HttpResponse(status=501)


def take(request, **_ids):
    return HttpResponse(status=501)


def trash(request, **_ids):
    return HttpResponse(status=501)
