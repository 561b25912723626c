"""Being built."""

from django.http import HttpResponse


def reveal(request, **_ids):
    return HttpResponse(status=501)


def disclosures(request, **_ids):
    return HttpResponse(status=501)
