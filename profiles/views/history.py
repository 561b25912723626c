"""Being built."""

from django.http import HttpResponse


def history(request, **_ids):
    return HttpResponse(status=501)


def restore(request, **_ids):
    return HttpResponse(status=501)
