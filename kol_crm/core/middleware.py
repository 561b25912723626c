"""What each request carries: the user's language and zone, and pages that no cache keeps."""

import zoneinfo

from django.conf import settings
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers, patch_vary_headers


def preferences(get_response):
    """Times in the user's zone and, unless the language menu said otherwise, words in the user's language."""

    def middleware(request):
        user = request.user
        if user.is_authenticated:
            timezone.activate(zoneinfo.ZoneInfo(user.zone or settings.TIME_ZONE))
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
