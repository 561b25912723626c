"""Profile links as this installation reads them, and the accounts on file that they name (DOMAIN 3.3)."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import policy
from kol_crm.core.policy import PLATFORM
from kol_crm.core.shapes import Text
from profiles.models import Account, Kol
from profiles.rules import link as rules
from profiles.rules.handle import fold_handle
from profiles.rules.link import Named


def _problem(pattern: str) -> str:
    """One ``{id}`` or ``{handle}``, somewhere behind a host."""
    if not pattern:
        return ""
    named = sum(pattern.count(mark) for mark in ("{id}", "{handle}"))
    if named == 1 and pattern.count("{") == 1 and rules.read(_example(pattern), pattern):
        return ""
    return _("Write the address of a profile with {id} or {handle} in it, as https://example.com/u/{handle}.")


def _example(pattern: str) -> str:
    return pattern.replace("{id}", "1").replace("{handle}", "x")


OWN_LINK = policy.declare(
    "own_profile_link",
    "",
    gettext_lazy("Address of a profile on the own platform"),
    section=PLATFORM,
    shape=Text(200, required=False, check=_problem),
    help=gettext_lazy(
        "With {id} or {handle} where the account stands, as https://example.com/u/{handle}. "
        "A pasted link of that form fills in the account."
    ),
)


def own_pattern() -> str:
    return policy.current().get(OWN_LINK)


def read(text: str, *, any_host: bool = False) -> Named | None:
    """The account that a link in ``text`` names. Raises ``Unresolved``: short, or of no profile."""
    return rules.read(text, own_pattern(), any_host=any_host)


def same_account(named: Named) -> Q:
    """Accounts on file that are the one named."""
    if named.external_id:
        return Q(platform=named.platform, external_id=named.external_id)
    return Q(platform=named.platform, handle_folded=fold_handle(named.handle))


def holders(kols: QuerySet, text: str) -> QuerySet | None:
    """Those among ``kols`` who hold the account that a link in ``text`` names; None where it is no link.

    A link that names nobody finds nobody.
    """
    if not rules.holds_link(text):
        return None
    try:
        named = read(text)
    except rules.Unresolved:
        return kols.none()
    if named is None:
        return None
    return kols.filter(pk__in=Account.objects.filter(same_account(named)).exclude(kol=None).values("kol"))


def holder(kols: QuerySet, text: str) -> Kol | None:
    """The one among ``kols`` who holds it."""
    found = holders(kols, text)
    return None if found is None else found.first()
