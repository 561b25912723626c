"""Value campaigns that a KOL did, for the gate into late: who runs campaigns says which (DOMAIN 5.3).

A provider is asked for a file and a day and answers one line of evidence, empty where there is none.
"""

from collections.abc import Callable
from datetime import date

from kol_crm.core.extension import ExtensionPoint
from profiles.models import Kol

campaigns: ExtensionPoint[Callable[[Kol, date], str]] = ExtensionPoint("value campaigns done")
