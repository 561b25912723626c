"""What Django answers where no resource did: under ``/api/`` a problem as every other, elsewhere the page."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import defaults

from kol_crm.core.api.errors import problem_body
from kol_crm.core.api.problems import PROBLEM

OF_API = "/api/"


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(OF_API):
        return _problem(404, "not_found", "Not found.")
    return defaults.page_not_found(request, exception)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(OF_API):
        return _problem(400, "bad_request", "This request is malformed.")
    return defaults.bad_request(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    if request.path.startswith(OF_API):
        return _problem(500, "server_error", "This failed. It was written down.")
    return defaults.server_error(request)


def _problem(status: int, code: str, title: str) -> HttpResponse:
    return JsonResponse(problem_body(status, code, title), status=status, content_type=PROBLEM)
