"""Reading a token: who it is, and that this call of it counts, on PostgreSQL in one statement."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import BigIntegerField, BooleanField
from django.db.models.expressions import RawSQL
from knox.crypto import hash_token

from kol_crm.core import throttling, vault
from kol_crm.core.kept import KeptRows, Place
from kol_crm.core.models import ApiToken
from kol_crm.core.throttling import Limit, Standing
from kol_crm.core.wrong_logins import network_of

NOTED_AGAIN = timedelta(hours=1)
ELSEWHERE_NOTED = timedelta(minutes=1)  # from another place or by another program than the last time
AGENT_LENGTH = 200


class _Counted(KeptRows):
    """The row of a digest, with how it stands after this call. Values: digest, now + step, step, latest."""

    def _write(self, given, count):
        written = super()._write(given, count)
        if written is None:
            return None
        digest, clear_at, step, latest = map(Place, range(4))
        rows = "SELECT 'token:' || digest, %s, false FROM core_apitoken WHERE digest = %s"
        sql, params = written.statement
        once = (step, step)
        ahead = (clear_at, digest, *once, latest, *once, *once, latest)
        taking = f"WITH taken AS ({throttling.statement(rows)}) {sql}"
        return replace(written, statement=(taking, (*ahead, *params)))


def _rows(digest):
    return ApiToken.objects.filter(digest=digest).select_related("user__team")


def _counted(digest, *_limit):
    return _rows(digest).annotate(
        clear_at=RawSQL("(SELECT clear_at FROM taken)", (), BigIntegerField()),
        refused=RawSQL("(SELECT refused FROM taken)", (), BooleanField()),
    )


_COUNTED, _PLAIN = _Counted(_counted), KeptRows(_rows)


def of_tokens() -> Limit:
    return Limit(settings.API_AT_ONCE, settings.API_PER_MINUTE)


def of_wrong_tokens() -> Limit:
    """For each network, whose right tokens go on."""
    return Limit(settings.API_WRONG_TOKENS_AT_ONCE, settings.API_WRONG_TOKENS_PER_MINUTE)


def read(text: str, at: datetime) -> tuple[ApiToken, Standing] | None:
    """The token and how it stands after this call; None for nobody's. One that has run out is deleted."""
    digest, limit, now = hash_token(text), of_tokens(), throttling.moment(at)
    if connection.vendor == "postgresql":
        found = _COUNTED.of(digest, now + limit.step, limit.step, now + limit.room)
    else:
        found = _PLAIN.of(digest)
    for row in found:
        if row.expiry is not None and row.expiry < at:
            row.delete()
            continue
        if connection.vendor == "postgresql":
            return row, Standing(limit, now, row.clear_at, row.refused)
        return row, throttling.take(f"token:{digest}", limit, at)
    return None


def wrong(address: str, at: datetime) -> Standing:
    """One more token that is nobody's, from this network."""
    return throttling.take(vault.digest("wrong token", network_of(address)), of_wrong_tokens(), at)


def note(row: ApiToken, address: str, agent: str, at: datetime) -> None:
    """When it was last used, from where and with what; to the hour, to the minute where that changed."""
    agent = agent[:AGENT_LENGTH]
    same = (row.used_from, row.used_with) == (address, agent)
    if row.last_used_at is None or at - row.last_used_at > (NOTED_AGAIN if same else ELSEWHERE_NOTED):
        ApiToken.objects.filter(pk=row.pk).update(last_used_at=at, used_from=address, used_with=agent)
