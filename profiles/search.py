"""Finding files by name in any script, pinyin, initials, alias or handle; and, posted only, by contact.

PostgreSQL has two indexes for it: grams for one and two characters and for Chinese, trigrams for the rest.
Each is asked alone: the planner would read both and be slower than with either (PERFORMANCE).
"""

import re
from functools import reduce
from operator import or_

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import BooleanField, Case, F, Func, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Concat, StrIndex
from django.db.models.lookups import Contains, Exact, GreaterThan

from kol_crm.core import vault
from kol_crm.core.text import (
    LAST_DIGITS,
    PHONE_MARKS,
    SEPARATOR,
    SHORT_TERM,
    UNSPACED_CHARACTER,
    classify_term,
    fold_term,
    short_grams,
)
from profiles.models import Channel, ContactPoint, Kol
from profiles.models.querysets import EDIT
from profiles.rules.term import ways
from profiles.services import link as links
from profiles.services.contact import digests

MOST_BY_CONTACT = 1000
MOST_RANKED = 1000
WECHAT_ID = re.compile(r"[a-z][-_a-z0-9]{5,19}")
# "微信: abc", "wx abc": how people write that what follows is a WeChat id.
WECHAT_MARK = re.compile(r"(?:wechat|weixin|wx|vx|v信|微信号?)(?:\s*:\s*|\s+)(?=[a-z0-9])")


def matching(kols: QuerySet, term: str, user=None) -> QuerySet:
    """The files among ``kols`` that ``term`` finds; all of them for an empty term.

    A profile link finds who holds the account that it names (DOMAIN 3.3).

    With ``user`` a phone (whole or its last four digits), mail address or WeChat id finds files on which that
    user may reveal contacts, and those alone. Such terms are posted: no address or log has them (DOMAIN 2.3).
    """
    folded = fold_term(term)
    if not folded:
        return kols
    if (held := links.holders(kols, term)) is not None:
        return held
    if user is not None and (known := by_contact(user, term)):
        return kols.filter(pk__in=known)
    return kols.filter(named(term, using=kols.db))


def by_contact(user, term: str) -> list:
    """Ids of the files, among those whose contacts ``user`` may reveal, that have this contact."""
    sought = _contact_digests(term)
    if sought is None:
        return []
    contacts = ContactPoint.objects.filter(sought, kol__in=Kol.objects.visible_to(user, EDIT))
    return list(contacts.order_by().values_list("kol", flat=True).distinct()[:MOST_BY_CONTACT])


def best(kols: QuerySet, term: str, user, most: int) -> QuerySet:
    """The ``most`` files among ``kols`` that somebody who typed ``term`` most likely means, best first.

    The exact name; then an exact alias, pinyin, initials or handle; what begins so; the rest. One's own files
    come first among equals. Of a term that more than ``MOST_RANKED`` files have some are ranked, and among
    them all whose pinyin is exactly so.
    """
    folded = fold_term(term)
    found = matching(kols, term, user).order_by()
    few = list(found.values_list("pk", flat=True)[: MOST_RANKED + 1])
    if len(few) > MOST_RANKED:
        few += kols.filter(sort_name=folded).order_by().values_list("pk", flat=True)[:MOST_RANKED]
    mine = Case(When(owner=user, then=0), default=1)
    return kols.filter(pk__in=few).order_by(_closeness(folded), mine, "sort_name", "pk")[:most]


def _closeness(folded: str) -> Case:
    """0 the name itself, 1 a whole word of the index, 2 the name's beginning, 3 a word's, 4 anywhere."""
    words = Concat(Value(SEPARATOR), F("search"), Value(SEPARATOR), output_field=TextField())
    whole, beginning = f"{SEPARATOR}{folded}{SEPARATOR}", f"{SEPARATOR}{folded}"
    at = StrIndex(words, Value(whole)), StrIndex(words, Value(beginning))
    return Case(
        When(Exact(at[0], 1), then=0),
        When(GreaterThan(at[0], 1), then=1),
        When(Exact(at[1], 1), then=2),
        When(GreaterThan(at[1], 1), then=3),
        default=4,
    )


def stays_out_of_addresses(kols: QuerySet, term: str) -> bool:
    """Whether a term must not stand in an address: a phone or its last digits, a mail, a WeChat id.

    A WeChat id without a mark looks like pinyin or a handle. It may stand there only where it is one of these
    for its reader: where it finds some of ``kols``, the files they may see, by name.
    """
    return reads_as_contact(term) or (reads_as_wechat(term) and not matching(kols, term).exists())


def reads_as_contact(term: str) -> bool:
    """A phone, its last digits, a mail, or what is said to be a WeChat id: no name looks so."""
    return classify_term(term) in ("phone", "mail") or WECHAT_MARK.match(fold_term(term)) is not None


def reads_as_wechat(term: str) -> bool:
    return not term.strip().startswith("@") and WECHAT_ID.fullmatch(fold_term(term)) is not None


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
    folded = WECHAT_MARK.sub("", folded, count=1) if WECHAT_MARK.match(folded) else folded
    if WECHAT_ID.fullmatch(folded):
        return Q(digest=digests(Channel.WECHAT, folded)["digest"])
    return None


def named(term: str, *, using: str = DEFAULT_DB_ALIAS) -> Q:
    """The condition that a file's names or handles hold the term in one of the ways people write it."""
    condition = _indexed if connections[using].vendor == "postgresql" else _plain
    return reduce(or_, (condition(way) for way in ways(fold_term(term))), Q(pk__in=[]))


def met(term: str) -> Q:
    """The same condition as ``named``, asked of each row that a walk along the list meets: by no index."""
    return reduce(or_, (_read(way) for way in ways(fold_term(term))), Q(pk__in=[]))


def _read(folded: str) -> Q:
    if len(folded) > SHORT_TERM:
        return Q(GreaterThan(StrIndex("search", Value(folded)), 0))
    return _plain(folded)


def _indexed(folded: str) -> Q:
    if len(folded) <= SHORT_TERM:
        return Q(_HasGrams([folded]))
    pairs = sorted(gram for gram in short_grams(folded) if len(gram) > 1 and UNSPACED_CHARACTER.search(gram))
    if pairs:
        return Q(_HasGrams(pairs), GreaterThan(StrIndex("search", Value(folded)), 0))
    return Q(search__contains=folded)


def _plain(folded: str) -> Q:
    if len(folded) > SHORT_TERM:
        return Q(search__contains=folded)
    padded = Concat(Value(" "), F("grams"), Value(" "), output_field=TextField())
    return Q(Contains(padded, f" {folded} "))


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
