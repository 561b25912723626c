"""Who acts, and a refusal that leaves nothing behind."""

import pytest

from kol_crm.core.actor import Actor
from lifecycle.models import Budget
from tests.factories import NOW
from tests.permissions.asking import state


def by(user, at=NOW):
    return Actor(user, "page", at)


def writes_nothing(act):
    """What ``act`` gives back, having left everything as it was."""
    before = _everything()
    answer = act()
    assert _everything() == before
    return answer


def nothing_written(act, error, *, code="", field=""):
    """The refusal of ``act``, which left everything as it was."""

    def refused():
        with pytest.raises(error) as found:
            act()
        return found.value

    refusal = writes_nothing(refused)
    if code:
        assert refusal.code == code
    if field:
        assert list(refusal.message_dict) == [field]
    return refusal


def _everything():
    return state(), list(Budget.objects.values_list("committed", flat=True))
