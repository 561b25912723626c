"""What the set forms of the verbs of a file are given, and what they hand on among themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from profiles.models import Account, Field, Kol
from profiles.rules.flow import Figure
from profiles.services.many_fields import Diffs


@dataclass(frozen=True)
class NewFile:
    """A file to be created: its first account if it has one, fields (the strongest first)."""

    values: Mapping[str, Any]
    account: Mapping[str, str] | None = None
    fields: Sequence[Field] = ()
    contacts: Sequence[Mapping[str, Any]] = ()
    tags: Sequence[str] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)
    figures: Sequence[Figure] = ()  # of its account, which the caller records in the same transaction
    more_accounts: Sequence[Mapping[str, str]] = ()
    strengths: Mapping[Any, int] = field(default_factory=dict)  # by the id of a field, where it is not 3


@dataclass(frozen=True)
class Edit:
    """Changes of a file and of one account on it. ``fields`` None leaves them; kept ones keep their strength
    unless ``strengths`` says another.

    Without ``account`` the ``account_facts`` make another one. ``contacts`` and ``tags`` are added,
    ``all_tags`` replaces them. ``kol`` is locked by the caller; edits of one file share one instance.
    ``raises``: something that hangs on the file is written by the caller, so that its version rises anyway.
    """

    kol: Kol
    account: Account | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    account_facts: Mapping[str, str] = field(default_factory=dict)
    fields: Sequence[Field] | None = None
    contacts: Sequence[Mapping[str, Any]] = ()
    tags: Sequence[str] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)
    strengths: Mapping[Any, int] = field(default_factory=dict)
    all_tags: Sequence[str] | None = None
    raises: bool = False


@dataclass(frozen=True)
class Birth:
    """A file not yet written, with its accounts; what hangs on it is in ``new``."""

    kol: Kol
    accounts: Sequence[Account]
    new: NewFile

    @property
    def account(self) -> Account | None:
        return self.accounts[0] if self.accounts else None


@dataclass(frozen=True)
class Prepared:
    """An edit that was put on its file, checked, not yet written."""

    edit: Edit
    diffs: Diffs
    of_fields: Diffs
    account: Account | None
    of_account: Diffs
    joins: bool

    @property
    def differs(self) -> bool:
        one = self.edit
        hangs = one.contacts or one.tags or one.all_tags is not None or one.raises
        return bool(self.diffs or self.of_account or self.of_fields or hangs)
