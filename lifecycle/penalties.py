"""What a penalty reaches in apps and subjects that stand beside conduct (DOMAIN 5.8, 5.10)."""

from collections.abc import Callable
from datetime import datetime

from kol_crm.core.actor import Actor
from kol_crm.core.extension import ExtensionPoint
from profiles.models import Kol

# Called in the transaction of the penalty, the file locked, with its reason.
Withdraw = Callable[[Kol, Actor, str], object]
withdrawers: ExtensionPoint[Withdraw] = ExtensionPoint("privileges withdrawn by a penalty")
# Called where an appeal is upheld: what was withdrawn by a penalty at that moment is given back.
GiveBack = Callable[[Kol, Actor, datetime], object]
returners: ExtensionPoint[GiveBack] = ExtensionPoint("privileges given back by an appeal")
