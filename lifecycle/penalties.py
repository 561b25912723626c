"""What a penalty reaches in apps and subjects that stand beside conduct (DOMAIN 5.8, 5.10)."""

from collections.abc import Callable

from kol_crm.core.actor import Actor
from kol_crm.core.extension import ExtensionPoint
from profiles.models import Kol

# Called in the transaction of the penalty, the file locked, with its reason.
Act = Callable[[Kol, Actor, str], None]
withdrawers: ExtensionPoint[Act] = ExtensionPoint("privileges withdrawn by a penalty")
# Called where an appeal is upheld: what the penalty withdrew is given back.
returners: ExtensionPoint[Act] = ExtensionPoint("privileges given back by an appeal")
