"""What a KOL was given already, item by item, gifts and goods of plans alike (DOMAIN 7.4)."""

from collections import defaultdict
from uuid import UUID

from incentives.models import Entry, Gift
from incentives.models.gift import GIVEN
from incentives.rules.gift_repeat import Had
from kol_crm.core import installation
from kol_crm.core.text import fold

CHOSEN = Gift.State.CHOSEN
LONGEST = 200


def key(item: str) -> str:
    """By what two items are the same, however they are written."""
    return fold(item)[:LONGEST]


def had(kol_id: UUID, without: Gift | None = None) -> dict[str, list[Had]]:
    """By the folded item: what was sent or is chosen, whoever of the family it was for, and what the ledger
    says was given as goods outside gifts. Two queries.
    """
    found: dict[str, list[Had]] = defaultdict(list)
    gifts = Gift.objects.filter(kol=kol_id, state__in=(CHOSEN, *GIVEN))
    if without is not None:
        gifts = gifts.exclude(pk=without.pk)
    rows = gifts.values_list("folded", "state", "sent_on", "for_on", "chosen_at")
    for folded, state, sent_on, for_on, chosen_at in rows:
        if state == CHOSEN:
            found[folded].append(Had(for_on or installation.day(chosen_at), is_chosen=True))
        else:
            found[folded].append(Had(sent_on))
    goods = Entry.objects.standing().filter(kol=kol_id, form=Entry.Form.GOODS, gift=None)
    for what, given_on in goods.values_list("what", "given_on"):
        found[key(what)].append(Had(given_on))
    return found
