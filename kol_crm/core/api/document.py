"""The OpenAPI document of the API: written once in each language and format, then handed out as it stands."""

from django.http import HttpResponse
from django.utils.translation import get_language
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import AllowAny

_written: dict[tuple[str | None, str], bytes] = {}


class DocumentResource(SpectacularAPIView):
    """Depends on the code and the language only. To write it takes seconds, and strangers may ask for it."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    def _get_schema_response(self, request):
        renderer = request.accepted_renderer
        key = get_language(), renderer.media_type
        if key not in _written:
            document = self.generator_class().get_schema(public=True)
            _written[key] = renderer.render(document, renderer.media_type, {})
        return HttpResponse(
            _written[key],
            content_type=f"{renderer.media_type}; charset=utf-8",
            headers={"Content-Disposition": f'inline; filename="{self._get_filename(request, None)}"'},
        )
