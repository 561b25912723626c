"""An operator's desk: a team, its people and files, made through the verbs and due around today."""

from datetime import timedelta

from django.utils import timezone

from incentives.models import Greeting
from incentives.services import planner
from kol_crm.core.actor import Actor
from kol_crm.core.models import Team, User
from lifecycle.models import Review
from lifecycle.services import community, stage
from profiles.models import Kol
from profiles.services import kol as files
from tests.factories import UserFactory, make_kol

MAIL = {"channel": "mail", "value": "siyu@mail.example"}
FAR = timedelta(days=90)
PHONE = {"channel": "phone", "value": "13812348000"}


class Desk:
    """People of one team; their user names are their own in the whole database."""

    def __init__(self, team: Team):
        self.team = team
        self.operator = self.user("林晓")
        self.now = timezone.now()
        self.today = timezone.localdate(self.now)

    def user(self, name: str, role=User.Role.OPERATOR) -> User:
        return UserFactory(
            username=f"{role}-{self.team.pk.hex[-8:]}-{User.objects.filter(team=self.team).count()}",
            display_name=name,
            role=role,
            team=self.team,
        )

    def kol(self, name="王思雨", *, owner=None, at_stage="introduction", **values) -> Kol:
        """A file, moved on step by step to its stage."""
        kol = make_kol(owner or self.operator, name, at=self.now, **values)
        actor = Actor(kol.owner, "page", self.now)
        for step in ("initial", "mid_term", "late"):
            if kol.stage == at_stage:
                break
            stage.move(actor.again(), kol, step, why="agreed")
            kol = Kol.objects.get(pk=kol.pk)
        return kol

    def only_due(self, kol: Kol, *, touch: int | None = None, review: int | None = None) -> Kol:
        """Of this file nothing else is open than this, due in so many days (negative: overdue)."""
        if kol.stage != "introduction":  # or they were without a contact
            community.set_contact(Actor(kol.owner, "page", self.now), kol, kol.owner)
        day = {days: self.today + timedelta(days=days) for days in (touch, review) if days is not None}
        Review.objects.awaiting().filter(kol=kol).update(due_on=day.get(review, self.today + FAR))
        files.set_figures(kol.pk, touch_due=day.get(touch), review_due=day.get(review))
        return Kol.objects.get(pk=kol.pk)

    def greeting(self, name="王思雨") -> Greeting:
        """The draft for the birthday that this KOL, who can be written to, has tomorrow."""
        born = self.today + timedelta(days=1)
        facts = {"birth_month": born.month, "birth_day": born.day, "language": "en"}
        kol = self.kol(name, at_stage="initial", contacts=[MAIL], **facts)
        self.only_due(kol)
        planner.plan(Actor.job(self.now))
        return Greeting.objects.get(kol=kol)
