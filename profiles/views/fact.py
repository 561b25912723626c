"""Being built."""

from django.http import HttpResponse


def fact(request, **_ids):
    return HttpResponse(status=501)
