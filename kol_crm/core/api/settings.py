"""What is set for the whole installation, changed by a scope of its own (DOMAIN 2.1)."""

from collections.abc import Callable
from typing import Any

from kol_crm.core import rights
from kol_crm.core.api.base import Resource
from kol_crm.core.models import User

WRITE = "policy:write"


class SettingResource(Resource):
    """Rows that go by a word; writing asks for ``right`` and the scope once the row is known to be there."""

    scopes = {"read": "kols:read", "write": WRITE}
    lookup_value_regex = r"[\w-]+"
    right: Callable[[User], bool] = staticmethod(rights.edits_policy)

    def demand_right(self) -> None:
        user: Any = self.request.user  # nobody gets here without a token
        rights.demand(user, self.right)
        self.demand_write_scope()
