"""Being built."""

from django.http import HttpResponse


def kol_detail(request, **_ids):
    return HttpResponse(status=501)


def kol_now(request, **_ids):
    return HttpResponse(status=501)


def kol_timeline(request, **_ids):
    return HttpResponse(status=501)


def kol_incentives(request, **_ids):
    return HttpResponse(status=501)
