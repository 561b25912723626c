"""A small world with everything in it, each row carrying words that stand nowhere else.

Teams: East (``owner``, ``colleague``), one under it, West beside it; North over East is the manager's.
Each team has a file with all that can hang on it. ``mark`` of a file is part of every free text on it, so
that finding ``westmark`` on a page of somebody in East says at once what leaked.
"""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.http import QueryDict

from incentives.models import Greeting, IncentivePlan, PlanTemplate
from incentives.services import plan as plans
from incentives.services import plan_template
from kol_crm.core import saved_views, work
from kol_crm.core.actor import Actor
from kol_crm.core.models import Change, Notice, Robot, SavedView, Team, User, Work
from kol_crm.core.services import robot as robot_verbs
from lifecycle.models import Candidate, Move, Outreach, PlatformUser, Programme, Review
from lifecycle.services import candidate, fit, mining, programme, stage
from profiles.models import (
    Account,
    Agency,
    Attachment,
    Attribute,
    ContactPoint,
    Duplicate,
    Export,
    ExternalId,
    Import,
    Kol,
    Merge,
    Source,
    Touch,
)
from profiles.rules import metric
from profiles.services import agency as agency_verbs
from profiles.services import (
    attachment,
    attribute,
    date,
    event,
    exports,
    fans,
    figures,
    imports,
    merge,
    need,
    picture,
    pin,
    promise,
    request,
    tie,
    touch,
)
from profiles.services import kol as kol_verbs
from profiles.services.figures import NewFigure
from profiles.views.list import KOLS
from tests import samples
from tests.factories import NOW, TeamFactory, UserFactory, make_account, make_kol
from tests.factories import field as field_of
from tests.permissions import campaigned, grown, introduced, paid
from tests.policies import allow_everything

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
    notes: dict[str, Any]
    agency: Agency
    attachment: Attachment
    view: SavedView
    secrets: tuple[str, ...]
    programme: Programme
    candidate: Candidate
    introduced: dict[str, Any]

    @cached_property
    def change(self) -> Change:
        return Change.objects.filter(root=self.kol.pk, row=self.kol.pk, field="city").get()

    @cached_property
    def names(self) -> dict[str, Any]:
        """The rows by what URLs call them."""
        rows = {name: getattr(self, name) for name in ("kol", "touch", "move", "review", "plan", "account")}
        rows |= self.notes | {"agency": self.agency, "note": self.notes["need"]}
        rows |= {"contact": self.phone, "change": self.change, "greeting": self.greeting, "view": self.view}
        rows |= {"attachment": self.attachment, "picture": self.kol.picture}
        rows["quote"] = self.kol.quotes.get()
        rows |= {"programme": self.programme, "candidate": self.candidate} | self.introduced
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
    secrets = (*secrets, f"{mark}.office@mail.example")
    office = {"channel": "mail", "value": secrets[-1]}
    about = {"name": f"{mark} agency", "contact_person": f"{mark} person", "note": f"{mark} remark"}
    agency = agency_verbs.create(actor.again(), about, [office])
    kol = make_kol(
        owner,
        agency=agency,
        name=f"{mark} name",
        at=actor.at,
        contacts=contacts,
        fields=[(field_of("tea"), 4)],
        tags=[f"{mark} tag"],
        likes=[f"{mark} likes"],
        quotes=[{"what": f"{mark} video", "amount": Decimal(900), "currency": "CNY", "on": DAY}],
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
    picture.put(actor.again(), kol, samples.picture("PNG", (8, 8)), None)
    kept = attachment.add(actor.again(), kol, f"{mark} attachment.png", samples.picture("PNG", (8, 8)))
    said = touch.log(actor.again(), kol, channel="wechat", began="us", text=f"{mark} said", answered=True)
    pin.put(actor.again(), kol, "touch", said.pk, said.at)
    entered = _candidate(actor, kol, mark)
    introduced.know_the_rules(kol, actor.at)
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
    notes = _notes(actor, kol, mark)
    review = Review.objects.get(kol=kol, done_at=None)
    looks = {"name": f"{mark} view", "sharing": "team", "query": "stage=late", "columns": ["kol", "city"]}
    view = saved_views.create(actor.again(), KOLS.name, looks)
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
        notes,
        agency,
        kept,
        view,
        secrets,
        entered.programme,
        entered,
        introduced.rows_of(kol, said, entered, mark)
        | grown.rows_of(kol, account, mark)
        | campaigned.rows_of(kol, mark)
        | paid.rows_of(kol, plan, mark),
    )


def _candidate(actor: Actor, kol: Kol, mark: str) -> Candidate:
    """A candidate of a programme with all that outreach asks for, rated on one line."""
    words = {"name": f"{mark} programme", "purpose": "acquisition"}
    words |= {"deeds": f"{mark} deeds", "success": f"{mark} success"}
    made = programme.create(actor.again(), words, [field_of("tea")])
    values = {"source": "internal", "introducer": f"{mark} friend", "highlight": f"{mark} highlight"}
    entered = candidate.add(actor.again(), made, kol, values)
    fit.rate(actor.again(), entered, {"tone": {"value": 4, "evidence": f"{mark} evidence"}})
    return Candidate.objects.select_related("programme").get(pk=entered.pk)


def _notes(actor: Actor, kol: Kol, mark: str) -> dict[str, Any]:
    """One of each note, by what URLs call them."""
    due = DAY + timedelta(days=2)
    return {
        "need": need.add(actor.again(), kol, {"kind": "brand", "what": f"{mark} need"}),
        "promise": promise.add(actor.again(), kol, {"what": f"{mark} promise", "due_on": due}),
        "request": request.add(actor.again(), kol, {"what": f"{mark} request"}),
        "date": date.add(actor.again(), kol, {"what": f"{mark} day", "month": 11, "day": 25}),
        "life-event": event.add(actor.again(), kol, {"what": f"{mark} event", "gift_idea": f"{mark} idea"}),
        "tie": tie.add(actor.again(), kol, {"kind": "agent", "name": f"{mark} agent"}),
    }


def full_import(owner: User) -> Import:
    """A table on its way in: uploaded and checked, one row of it wrong."""
    actor = Actor(owner, "page", NOW)
    table = "姓名,手机,生日\nimportmark name,13711110009,1990-13-40\n"
    imported = imports.check(actor, imports.upload(actor, "importmark.csv", [table.encode()]))
    work.run_one(imported.work)
    return Import.objects.get(pk=imported.pk)


def full_export(maker: User, **options) -> Export:
    """What the maker sees of the list, made."""
    export = exports.start(Actor(maker, "page", NOW), QueryDict(), "csv", **options)
    work.run_one(export.work)
    return Export.objects.for_list().get(pk=export.pk)


@dataclass
class World:
    """``file`` is of East and about the user ``self``; ``second`` is of East, ``below`` of the team under it,
    ``west`` of the team beside it; ``notice`` and ``work`` are the owner's."""

    users: dict[str, User]
    file: File
    second: File
    below: File
    west: File
    trashed: Kol
    unowned: Kol
    attribute: Attribute
    notice: Notice
    work: Work
    imported: Import
    exported: Export
    in_clear: Export
    pair: Duplicate
    merge: Merge
    platform_user: PlatformUser
    template: PlanTemplate
    known: ExternalId
    teams: dict[str, Team]
    robot: Robot


def robot(admin: User, team: Team) -> Robot:
    """Of a team, with an address that is never called."""
    facts = {"name": "East group", "kind": "dingtalk", "team": team, "kinds": ["work"], "secret": "s"}
    return robot_verbs.create(
        Actor(admin, "page", NOW), {**facts, "url": "https://127.0.0.1/robot?key=eastkey"}
    )


def build() -> World:
    """The whole world, as of ``NOW``."""
    allow_everything()
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
    told = attribute.create(
        Actor(users["admin"], "page", NOW),
        {"key": "motto", "name_en": "Motto", "name_zh": "格言", "kind": "text"},
    )
    junior = UserFactory(username="junior", team=under)
    told_of = {"external_id": "u77", "name": "usermark name", "field": field_of("tea"), "output": 5}
    mining.take_feed(Actor(users["admin"], "page", NOW), [told_of | {"quality": 90}])
    file = full_file(users["owner"], "eastmark", "13711110001")
    kol_verbs.edit(Actor(users["owner"], "page", NOW), file.kol, {"attr_motto": "eastmark motto"}, None)
    file.kol.refresh_from_db()
    trashed = make_kol(users["owner"], name="trashmark name", alias="trashmark alias")
    kol_verbs.archive(Actor(users["owner"], "page", NOW), trashed, None)
    unowned = make_kol(users["manager"], name="freemark name", owner=None, team=east)
    Kol.objects.filter(pk=file.kol.pk).update(staff_user=users["self"])
    # the team's view is theirs too, though the file is not for them
    SavedView.objects.filter(pk=file.view.pk).update(name="shared view")
    file.view.refresh_from_db()
    again = make_kol(users["owner"], name="againmark name", alias="againmark alias")
    merged = merge.merge(Actor(users["owner"], "page", NOW), file.kol.pk, again.pk, {})
    file.kol.refresh_from_db()
    source = Source.objects.create(slug="mailer", name="Mailer", owner=users["owner"])
    known = ExternalId.objects.create(kol=file.kol, source=source, external_id="eastmark id")
    second = full_file(users["owner"], "secondmark", "13711110004")
    pair = Duplicate.objects.create(
        first=file.kol, second=second.kol, score=80, facts="as they stand", found_at=NOW
    )
    below = full_file(junior, "undermark", "13711110002")
    foreign = full_file(users["other"], "westmark", "13711110003")
    # edits of the files since have stopped it: they have left introduction
    Outreach.objects.update(state="live", ended_at=None, why="", next_channel="mail", next_on=DAY)
    for one in (file, second, below, foreign):
        one.introduced["outreach"].refresh_from_db()
    return World(
        users,
        file,
        second,
        below,
        foreign,
        trashed,
        unowned,
        told,
        Notice.objects.create(user=users["owner"], kind=work.NOTICE, at=NOW),
        work.start(Actor(users["owner"], "page", NOW), "counting"),
        full_import(users["owner"]),
        full_export(users["owner"]),
        full_export(users["manager"], in_clear=True, reason="eastmark reason"),
        pair,
        merged,
        PlatformUser.objects.get(),
        plan_template.create(Actor(users["manager"], "page", NOW), {"title": "First month"}),
        known,
        {"north": north, "east": east, "under": under, "west": west},
        robot(users["admin"], east),
    )
