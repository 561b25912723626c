"""Who acts, and a refusal that leaves nothing behind."""

import pytest

from kol_crm.core.actor import Actor
from lifecycle.models import Budget
from tests.factories import NOW
from tests.permissions.asking import state


def by(user, at=NOW):
    return Actor(user, "page", at)


def nothing_written(act, error, *, code="", field=""):
    before = state(), list(Budget.objects.values_list("committed", flat=True))
    with pytest.raises(error) as refused:
        act()
    assert (state(), list(Budget.objects.values_list("committed", flat=True))) == before
    if code:
        assert refused.value.code == code
    if field:
        assert list(refused.value.message_dict) == [field]
    return refused.value
