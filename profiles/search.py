"""Finding files by name in any script, pinyin, initials, alias or handle; and, posted only, by contact.

PostgreSQL has two indexes for it: grams for one and two characters and for Chinese, trigrams for the rest.
Each is asked alone: the planner would read both and be slower than with either (PERFORMANCE).
"""

import re

from django.db import connections
from django.db.models import BooleanField, F, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Concat, StrIndex
from django.db.models.lookups import Contains, GreaterThan

from kol_crm.core import vault
from kol_crm.core.text import (
    LAST_DIGITS,
    PHONE_MARKS,
    SHORT_TERM,
    UNSPACED_CHARACTER,
    classify_term,
    fold_term,
    short_grams,
)
from profiles.models import Channel, ContactPoint, Kol
from profiles.models.querysets import EDIT
from profiles.services.contact import digests

MOST_BY_CONTACT = 1000
WECHAT_ID = re.compile(r"[a-z][-_a-z0-9]{5,19}")


def matching(kols: QuerySet, term: str, user=None) -> QuerySet:
    """The files among ``kols`` that ``term`` finds; all of them for an empty term.

    With ``user`` a phone (whole or its last four digits), mail address or WeChat id finds files on which that
    user may reveal contacts, and those alone. Such terms are posted: no address or log has them (DOMAIN 2.3).
    """
    folded = fold_term(term)
    if not folded:
        return kols
    if user is not None and (known := by_contact(user, term)):
        return kols.filter(pk__in=known)
    return _by_name(kols, folded)


def by_contact(user, term: str) -> list:
    """Ids of the files, among those whose contacts ``user`` may reveal, that have this contact."""
    sought = _contact_digests(term)
    if sought is None:
        return []
    contacts = ContactPoint.objects.filter(sought, kol__in=Kol.objects.visible_to(user, EDIT))
    return list(contacts.order_by().values_list("kol", flat=True).distinct()[:MOST_BY_CONTACT])


def reads_as_contact(term: str) -> bool:
    """Whether a term must not stand in an address whatever it finds: a phone, its last digits, a mail."""
    return classify_term(term) in ("phone", "mail")


def _contact_digests(term: str) -> Q | None:
    folded = fold_term(term)
    kind = classify_term(term)
    if kind == "mail":
        return Q(digest=digests(Channel.MAIL, folded)["digest"])
    if kind == "phone":
        digits = PHONE_MARKS.sub("", folded)
        if len(digits) == LAST_DIGITS:
            return Q(tail_digest=vault.digest("phone_tail", digits))
        return Q(
            digest__in=[digests(channel, folded)["digest"] for channel in (Channel.PHONE, Channel.WECHAT)]
        )
    if WECHAT_ID.fullmatch(folded):
        return Q(digest=digests(Channel.WECHAT, folded)["digest"])
    return None


def _by_name(kols: QuerySet, folded: str) -> QuerySet:
    indexed = connections[kols.db].vendor == "postgresql"
    return kols.filter(*(_indexed_conditions(folded) if indexed else _plain_conditions(folded)))


def _indexed_conditions(folded: str) -> list:
    if len(folded) <= SHORT_TERM:
        return [_HasGrams([folded])]
    pairs = sorted(gram for gram in short_grams(folded) if len(gram) > 1 and UNSPACED_CHARACTER.search(gram))
    if pairs:
        return [_HasGrams(pairs), GreaterThan(StrIndex("search", Value(folded)), 0)]
    return [Q(search__contains=folded)]


def _plain_conditions(folded: str) -> list:
    if len(folded) > SHORT_TERM:
        return [Q(search__contains=folded)]
    padded = Concat(Value(" "), F("grams"), Value(" "), output_field=TextField())
    return [Contains(padded, f" {folded} ")]


class _HasGrams(Func):
    """``grams`` holds all of these, asked as the index ``kol_grams`` is built."""

    output_field = BooleanField()

    def __init__(self, grams):
        super().__init__(F("grams"), *(Value(gram) for gram in grams))

    def as_sql(self, compiler, _connection, **_options):
        (column, params), *wanted = [compiler.compile(part) for part in self.get_source_expressions()]
        array = ", ".join(sql for sql, _ in wanted)
        return f"string_to_array({column}, ' ') @> ARRAY[{array}]::text[]", [
            *params,
            *(value for _, values in wanted for value in values),
        ]
