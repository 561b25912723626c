"""The cursor of a REST client: opaque, signed, good for the question and the rights it was handed out under.

Whatever it was not handed out for makes the client begin anew, since nobody can say what it has missed:
another user or token, other rights, other fields, a database that was restored, too long ago (RELIABILITY 2).
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import orjson
from django.core import signing

from kol_crm.core import deputies, generation, origin
from kol_crm.core.models import ApiToken, Team, User

FORMAT = 1
SALT = "kol_crm.sync"
KEPT = timedelta(days=90)  # so are tombstones
NOWHERE = UUID(int=0)  # before the first file of a transaction


class Unusable(Exception):
    """The cursor is worth nothing here; ``args[0]`` says why in a word."""


@dataclass(frozen=True)
class Position:
    """Everything up to here was handed out; ``kol`` is the last file of the transaction ``at``."""

    at: int
    kol: UUID = NOWHERE


@dataclass(frozen=True)
class Reader:
    """Who asks for what: what a cursor is bound to."""

    user: User
    token: ApiToken
    names: Collection[str]
    skip_own: bool

    @property
    def client(self) -> str:
        return origin.name_of(self.token.digest)

    @property
    def teams(self) -> list[UUID] | None:
        """Whose files they see; None: everybody's. As ``KolQuerySet.visible_to`` says it (DOMAIN 2.1)."""
        user = self.user
        match user.role:
            case User.Role.ADMIN:
                return None
            case User.Role.MANAGER if user.team is not None:
                return list(Team.objects.tree_of(user.team).order_by("pk").values_list("pk", flat=True))
            case User.Role.OPERATOR if user.team_id:
                return [user.team_id]
        return []

    def bound(self, teams: list[UUID] | None) -> tuple[str, str, str]:
        """Digests: the client, its rights, its question."""
        user = self.user
        covered = list(deputies.absent_ones(user).order_by("user")) if user.covers else []
        rights = [user.role, str(user.team_id), teams and [one.hex for one in teams]]
        rights += [self.token.allows("contacts:read"), [str(one) for one in covered]]
        return self.client, _digest(rights), _digest([sorted(self.names), self.skip_own])


def _digest(told: list) -> str:
    return hashlib.sha256(orjson.dumps(told)).hexdigest()[:16]


def write(position: Position, bound: tuple[str, str, str], now: datetime) -> str:
    told = [FORMAT, generation.current(), *bound, position.at, position.kol.hex, int(now.timestamp())]
    return signing.Signer(salt=SALT).sign_object(told)


def read(words: str, bound: tuple[str, str, str], now: datetime) -> Position:
    """Where it stands. Raises ``Unusable``: ``tampered``, ``restored``, ``foreign``, ``rights``,
    ``question``, ``expired``.
    """
    try:
        told = signing.Signer(salt=SALT).unsign_object(words)
    except (signing.BadSignature, ValueError) as error:
        raise Unusable("tampered") from error
    if told[0] != FORMAT:
        raise Unusable("expired")
    _format, life, *held, at, kol, issued = told
    if life != generation.current():
        raise Unusable("restored")
    for reason, one, other in zip(("foreign", "rights", "question"), held, bound, strict=True):
        if one != other:
            raise Unusable(reason)
    if now.timestamp() - issued > KEPT.total_seconds():
        raise Unusable("expired")
    return Position(at, UUID(kol))
