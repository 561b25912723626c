"""Who sees which plans: those of the files one sees, and finance all of them (DOMAIN 2.1)."""

from django.db import models

from kol_crm.core.models import User
from profiles.models import Kol

PAY = "pay"


class OfKolQuerySet(models.QuerySet):
    def visible_to(self, user, action: str = "view"):
        """Rows of the files on which ``user`` may do ``action``."""
        return self.filter(kol__in=Kol.objects.visible_to(user, action))


class PlanQuerySet(OfKolQuerySet):
    def visible_to(self, user, action: str = "view"):
        """As the file; finance views every plan but of the file that is about themselves."""
        if user is not None and user.is_active and user.role == User.Role.FINANCE and action == "view":
            return self.filter(kol__archived_at=None).exclude(kol__staff_user=user)
        return super().visible_to(user, action)

    def for_list(self):
        """What a row of a list needs, in a fixed number of queries."""
        return self.select_related("kol__owner").prefetch_related("items")


class EntryQuerySet(models.QuerySet):
    def visible_to(self, user, action: str = "view"):
        """Entries of the files one sees. Finance and admins see all of them, those of files that were put
        away too, and only they pay (``action`` pay); nobody sees what they themselves were given.
        """
        if user is None or not user.is_authenticated or not user.is_active:
            return self.none()
        if user.role in (User.Role.FINANCE, User.Role.ADMIN) and action in ("view", PAY):
            return self.exclude(kol__staff_user=user)
        if action == PAY:
            return self.none()
        return self.filter(kol__in=Kol.objects.visible_to(user, action))

    def standing(self):
        """Neither reversed nor a reversal: what was given."""
        return self.filter(reversal_of=None, reversal=None)

    def for_list(self):
        """What a row of a list needs, in a fixed number of queries."""
        return self.select_related("kol__owner", "author", "item__plan", "reversal_of", "reversal")
