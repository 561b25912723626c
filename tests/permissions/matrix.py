"""Who gets what answer at which address: the whole of it, as data (DOMAIN 2; RELIABILITY 4).

``test_permissions`` walks the URL resolver: an address that is not here fails. To add one, say in the part of
its app, beside this file, for each of its methods who may (``Row.may``), what they are answered (``ok``), who
is told "forbidden" (``seen``: they see the row but may not do this), and, where the world's own file is not
what the address is about, its ids (``ids``). Everyone else is answered 404. A method not listed must be
answered 405.
"""

from tests.permissions.api import API
from tests.permissions.campaigned import CAMPAIGN_API, CAMPAIGN_PAGES
from tests.permissions.core import ALLAUTH, CORE, VIEWS
from tests.permissions.incentives import INCENTIVES
from tests.permissions.lifecycle import LIFECYCLE
from tests.permissions.profiles import PROFILES

__all__ = ["ALLAUTH", "API", "MATRIX"]
MATRIX = {
    "core": CORE,
    "views": VIEWS,
    "profiles": PROFILES,
    "lifecycle": LIFECYCLE,
    "incentives": INCENTIVES,
    "api": API,
    "campaigns": CAMPAIGN_PAGES + CAMPAIGN_API,
}
