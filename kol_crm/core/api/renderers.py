"""JSON by orjson: lists are rendered from plain values, where the encoder is what costs."""

import decimal
import json

import orjson
from rest_framework.renderers import BaseRenderer


def _plain(value):
    if isinstance(value, decimal.Decimal):
        return str(value)
    return str(value)  # lazy translations, error details


class OrjsonRenderer(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data, accepted_media_type=None, renderer_context=None):
        if data is None:
            return b""
        try:
            return orjson.dumps(data, default=_plain)
        except orjson.JSONEncodeError:  # half a character, sent as \\ud800 and told back at its field
            return json.dumps(data, default=_plain).encode()
