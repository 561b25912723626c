"""Who sees which plans: those of the files one sees, and finance all of them (DOMAIN 2.1)."""

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Subquery

from kol_crm.core.models import Change, User
from lifecycle.models import Stop
from profiles.models import Kol

PAY = "pay"


class OfKolQuerySet(models.QuerySet):
    def visible_to(self, user, action: str = "view"):
        """Rows of the files on which ``user`` may do ``action``."""
        return self.filter(kol__in=Kol.objects.visible_to(user, action))


class GreetingQuerySet(OfKolQuerySet):
    def for_list(self):
        """What a row of a list needs, in one query."""
        return self.select_related("kol__owner", "kol__main_field", "send", "done_by")


class PlanQuerySet(OfKolQuerySet):
    def visible_to(self, user, action: str = "view"):
        """As the file; finance views every plan but of the file that is about themselves."""
        if user is not None and user.is_active and user.role == User.Role.FINANCE and action == "view":
            return self.filter(kol__archived_at=None).exclude(kol__staff_user=user)
        return super().visible_to(user, action)

    def for_list(self):
        """What a row of a list needs, in a fixed number of queries."""
        return self.select_related("kol__owner").prefetch_related("items")

    def to_approve(self, user):
        """Submitted plans that ``user``, a manager, may decide on: none of it is theirs (DOMAIN 6.2)."""
        if not (user.is_manager or user.is_admin):
            return self.none()
        rows = self.visible_to(user, "edit").filter(state="submitted")
        return rows.exclude(submitted_by=user).exclude(author=user).exclude(self.written_by(user))

    @staticmethod
    def written_by(user) -> models.Exists:
        """Whether any word or item of a plan is of this user, by its history."""
        words = models.Q(model="incentives.planitem") | models.Q(
            model="incentives.incentiveplan", field__in=("", "title", "note")
        )
        theirs = Change.objects.filter(words, root=models.OuterRef("pk"), change_set__user=user)
        return models.Exists(theirs)


class JudgementQuerySet(models.QuerySet):
    def visible_to(self, user, action: str = "view"):
        """As the plans they judge."""
        plans: Any = self.model._meta.get_field("plan").related_model
        return self.filter(plan__in=plans.objects.visible_to(user, action))


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

    def with_payout(self):
        """``payout_state, payout_batch, payout_on, payout_reference, payout_reason`` of the last payout,
        and ``is_held``: whether a stop of the KOL stands.
        """
        payouts: Any = self.model._meta.get_field("payouts").related_model
        last = payouts._base_manager.filter(entry=OuterRef("pk")).order_by("-number")
        return self.annotate(
            payout_state=Subquery(last.values("state")[:1]),
            payout_on=Subquery(last.values("on")[:1]),
            payout_reference=Subquery(last.values("reference")[:1]),
            payout_reason=Subquery(last.values("reason")[:1]),
            payout_batch=Subquery(last.values("batch__number")[:1]),
            is_held=Exists(Stop.objects.standing().filter(kol=OuterRef("kol"))),
        )

    def money(self):
        """What is paid out: money given, its reversals left out."""
        return self.filter(form="money", reversal_of=None)

    def costs(self):
        """What counts as given: resources in another form than money or goods count where a slot is used."""
        return self.exclude(kind="resources", form="other")

    def standing(self):
        """Neither reversed nor a reversal: what was given."""
        return self.filter(reversal_of=None, reversal=None)

    def for_list(self):
        """What a row of a list needs, in a fixed number of queries."""
        return self.select_related("kol__owner", "author", "item__plan", "reversal_of", "reversal")
