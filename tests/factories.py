"""Rows for tests: valid by default, deterministic, through the verbs where those hold a rule."""

from datetime import datetime, timedelta, timezone

import factory
from factory.django import DjangoModelFactory

from kol_crm.core.actor import Actor
from kol_crm.core.models import Team, User, uuid7
from profiles.models import Field, Kol, KolType
from profiles.services import account as account_verbs
from profiles.services import kol as kol_verbs

CHINA = timezone(timedelta(hours=8))
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=CHINA)


class TeamFactory(DjangoModelFactory):
    """A team; without ``parent`` it stands below the top team."""

    class Meta:
        model = Team
        django_get_or_create = ("name",)

    id = factory.LazyFunction(uuid7)
    name = factory.Sequence(lambda n: f"Team {n}")
    parent = factory.LazyFunction(lambda: Team.objects.get(parent=None))
    path = factory.LazyAttribute(lambda team: f"{team.parent.path if team.parent else ''}{team.id}/")


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"user{n}")
    display_name = factory.LazyAttribute(lambda user: user.username.title())
    email = factory.LazyAttribute(lambda user: f"{user.username}@crm.example")
    role = User.Role.OPERATOR
    team = factory.SubFactory(TeamFactory)
    password = factory.django.Password("pw")


def make_kol(user, name="王思雨", *, at=NOW, door="page", **values) -> Kol:
    """A file through the verb, created by its owner."""
    parts = {
        key: values.pop(key) for key in ("contacts", "accounts", "fields", "tags", "quotes") if key in values
    }
    return kol_verbs.create(Actor(user, door, at), {"name": name, **values}, **parts)


def make_account(kol: Kol, platform="own", handle="siyu", *, at=NOW, **values):
    actor = Actor(kol.owner, "page", at)
    return account_verbs.insert(
        actor, account_verbs.build(kol, {"platform": platform, "handle": handle, **values})
    )


def field(slug="running") -> Field:
    return Field.objects.get(slug=slug)


def kol_type(slug="creator") -> KolType:
    return KolType.objects.get(slug=slug)
