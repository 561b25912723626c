"""The refusal of a call too many. Apart from ``errors``, whose imports need ``auth``, which needs this."""

from rest_framework import exceptions, status

from kol_crm.core.throttling import Standing


class TooMany(exceptions.APIException):
    """Called more often than the limit allows; ``wait``: seconds until the next call is let in."""

    status_code = status.HTTP_429_TOO_MANY_REQUESTS
    default_code = "too_many_requests"
    default_detail = "Too many requests. Send it again after Retry-After seconds; nothing of it was done."

    def __init__(self, standing: Standing):
        super().__init__()
        self.wait = standing.retry_after
