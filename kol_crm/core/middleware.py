"""What each request carries: the user's language and zone, pages that no cache keeps, rows that moved."""

import zoneinfo

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.utils.translation import gettext as _
from django.views.defaults import page_not_found

from kol_crm.core import installation
from kol_crm.core.answers import toast
from kol_crm.core.errors import Moved


def preferences(get_response):
    """Times in the user's zone and, unless the language menu said otherwise, words in the user's language."""

    def middleware(request):
        user = request.user
        if user.is_authenticated:
            timezone.activate(zoneinfo.ZoneInfo(user.zone or installation.zone()))
            if user.language and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
                translation.activate(user.language)
                request.LANGUAGE_CODE = user.language
        else:
            timezone.deactivate()
        return get_response(request)

    return middleware


def personal_pages(get_response):
    """No cache keeps what shows people, and a part for htmx is never taken for the page of that URL."""

    def middleware(request):
        response = get_response(request)
        patch_vary_headers(response, ["HX-Request"])
        if request.user.is_authenticated or request.path.startswith("/api/"):
            add_never_cache_headers(response)
        return response

    return middleware


class MovedRows:
    """The address of a row that became a part of another leads there; what was sent to it is not written.

    A page is redirected (not for good: it may become a row of its own again); for htmx nothing is swapped, so
    that what was typed stays.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not isinstance(exception, Moved):
            return None
        url = request.get_full_path().replace(str(exception.row), str(exception.to))
        if request.method in ("GET", "HEAD"):
            return redirect(url)
        if request.htmx:
            words = _("This has become a part of another file. Reload the page to go on there.")
            return toast(HttpResponse(status=409, headers={"HX-Reswap": "none"}), words, kind="bad")
        return render(request, "core/moved.html", {"url": url}, status=409)


class NotFoundPages:
    """A row that is not there, or not for its reader, has our page on a development installation too; the
    framework's, with its table of addresses, stays for an address that does not exist.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if settings.DEBUG and isinstance(exception, Http404) and not isinstance(exception, Moved):
            return page_not_found(request, exception)
        return None
