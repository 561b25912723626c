"""A small world with everything in it, each row carrying words that stand nowhere else.

Teams: East (``owner``, ``colleague``), one under it, West beside it; North over East is the manager's.
Each team has a file with all that can hang on it. ``mark`` of a file is part of every free text on it, so
that finding ``westmark`` on a page of somebody in East says at once what leaked.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from incentives.models import Greeting, IncentivePlan
from incentives.services import plan as plans
from kol_crm.core.actor import Actor
from kol_crm.core.models import Change, Team, User
from lifecycle.models import Move, Review
from lifecycle.services import stage
from profiles.models import Account, ContactPoint, Kol, Touch
from profiles.rules import metric
from profiles.services import fans, figures, touch
from profiles.services import kol as kol_verbs
from profiles.services.figures import NewFigure
from tests.factories import NOW, TeamFactory, UserFactory, make_account, make_kol
from tests.factories import field as field_of

DAY = NOW.date()


@dataclass
class File:
    """One KOL and what hangs on it: ``mark`` in every word of it, ``secrets`` its contacts in clear."""

    mark: str
    kol: Kol
    account: Account
    phone: ContactPoint
    mail: ContactPoint
    touch: Touch
    move: Move
    review: Review
    plan: IncentivePlan
    greeting: Greeting
    secrets: tuple[str, ...]

    @property
    def change(self) -> Change:
        return Change.objects.filter(root=self.kol.pk, row=self.kol.pk, field="city").get()

    @property
    def names(self) -> dict[str, Any]:
        """The rows by what URLs call them."""
        rows = {name: getattr(self, name) for name in ("kol", "touch", "move", "review", "plan", "account")}
        rows |= {"contact": self.phone, "change": self.change, "greeting": self.greeting}
        rows["snapshot"] = self.account.snapshots.filter(metric=metric.FOLLOWERS).get()
        return rows


def full_file(owner: User, mark: str, phone: str, *, at=NOW) -> File:
    """A file of ``owner`` on which everything stands that can stand there, all through the verbs."""
    actor = Actor(owner, "page", at - timedelta(minutes=5))
    secrets = (phone, f"{mark}.wx.id", f"{mark}.box@mail.example")
    contacts = [
        {"channel": channel, "value": value, "label": f"{mark} label"}
        for channel, value in zip(("phone", "wechat", "mail"), secrets, strict=True)
    ]
    words = (
        "introduction",
        "character",
        "family",
        "credentials",
        "good_at",
        "how_met",
        "alias",
        "name_other",
    )
    kol = make_kol(
        owner,
        name=f"{mark} name",
        at=actor.at,
        contacts=contacts,
        fields=[(field_of("tea"), 4)],
        tags=[f"{mark} tag"],
        likes=[f"{mark} likes"],
        dislikes=[f"{mark} dislikes"],
        birth_month=DAY.month,
        birth_day=DAY.day,
        **{name: f"{mark} {name}" for name in words},
    )
    kol_verbs.edit(actor.again(), kol, {"city": f"{mark} city"}, None)
    account = make_account(kol, handle=f"{mark}handle", title=f"{mark} title", at=actor.at)
    figures.record(
        actor.again(), [NewFigure(account.pk, metric.FOLLOWERS, Decimal(54321), DAY, DAY, f"{mark} source")]
    )
    fans.report(actor.again(), kol, {"portability": 40, "reason": f"{mark} reason"})
    said = touch.log(actor.again(), kol, channel="wechat", began="us", text=f"{mark} said", answered=True)
    moved = stage.move(actor.again(), kol, "initial", why=f"{mark} why")
    item = {
        "kind": "material",
        "what": f"{mark} item",
        "amount": Decimal(9731),
        "currency": "CNY",
        "due_on": DAY + timedelta(days=3),
    }
    plan = plans.create(actor.again(), kol, {"title": f"{mark} title", "note": f"{mark} note"}, [item])
    greeting = Greeting.objects.create(
        kol=kol, year=DAY.year, on=DAY, language="en", subject=f"{mark} subject", body=f"{mark} body"
    )
    review = Review.objects.get(kol=kol, done_at=None)
    points = {point.channel: point for point in kol.contacts.all()}
    kol.refresh_from_db()
    return File(
        mark,
        kol,
        account,
        points["phone"],
        points["mail"],
        said,
        moved,
        review,
        plan,
        greeting,
        secrets,
    )


@dataclass
class World:
    """``file`` is of East and about the user ``self``; ``second`` is of East, ``below`` of the team under it,
    ``west`` of the team beside it."""

    users: dict[str, User]
    file: File
    second: File
    below: File
    west: File
    trashed: Kol
    unowned: Kol
    teams: dict[str, Team] = field(default_factory=dict)


def build() -> World:
    """The whole world, as of ``NOW``."""
    north = TeamFactory(name="North")
    east = TeamFactory(name="East", parent=north)
    under = TeamFactory(name="Under", parent=east)
    west = TeamFactory(name="West")
    of = User.Role
    users = {
        "owner": UserFactory(username="owner", team=east),
        "colleague": UserFactory(username="colleague", team=east),
        "other": UserFactory(username="other", team=west),
        "manager": UserFactory(username="manager", team=north, role=of.MANAGER),
        "elsewhere": UserFactory(username="elsewhere", team=west, role=of.MANAGER),
        "finance": UserFactory(username="finance", team=east, role=of.FINANCE),
        "admin": UserFactory(username="admin", team=None, role=of.ADMIN),
        "self": UserFactory(username="self", team=east, role=of.MANAGER),
        "gone": UserFactory(username="gone", team=north, role=of.MANAGER),
    }
    junior = UserFactory(username="junior", team=under)
    file = full_file(users["owner"], "eastmark", "13711110001")
    trashed = make_kol(users["owner"], name="trashmark name", alias="trashmark alias")
    kol_verbs.archive(Actor(users["owner"], "page", NOW), trashed, None)
    unowned = make_kol(users["manager"], name="freemark name", owner=None, team=east)
    Kol.objects.filter(pk=file.kol.pk).update(staff_user=users["self"])
    return World(
        users,
        file,
        full_file(users["owner"], "secondmark", "13711110004"),
        full_file(junior, "undermark", "13711110002"),
        full_file(users["other"], "westmark", "13711110003"),
        trashed,
        unowned,
        {"north": north, "east": east, "under": under, "west": west},
    )
