"""Policy: what managers may change, declared beside the rule that reads it; one versioned set."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import installation_memo, shapes
from kol_crm.core.actor import Actor
from kol_crm.core.kept import KeptRows
from kol_crm.core.models import PolicyVersion
from kol_crm.core.shapes import Shape, Table


@dataclass(frozen=True)
class Section:
    """A page of settings; ``position`` orders them, ``own_page``: it has one outside the policy pages."""

    key: str
    label: Any
    position: int
    own_page: bool = False


@dataclass(frozen=True)
class Setting:
    """A declared value: default, what to call it, unit, its section and the shape it is edited in.

    ``check`` says what is wrong with a value beyond what its shape says.
    """

    key: str
    default: Any
    label: Any
    unit: Any
    check: Callable[[Any], str | None]
    section: Section
    shape: Shape
    help: Any

    def problems(self, value: Any) -> dict[str, str]:
        """What is wrong with a value, by the path inside it."""
        found = self.shape.problems(value)
        problem = None if found else self.check(value)
        return {"": problem} if problem else found


PLATFORM = Section("platform", gettext_lazy("Platform"), 0)
HIDDEN = Section("hidden", "", 100)  # set elsewhere than on the policy pages
RHYTHM = Section("rhythm", gettext_lazy("Intervals"), 10)
FURTHER = Section("further", gettext_lazy("Further"), 80)
SAFETY = Section("safety", gettext_lazy("Safety"), 90)

_declared: dict[str, Setting] = {}


def declare(
    key: str,
    default: Any,
    label: Any,
    unit: Any = "",
    check: Callable[[Any], str | None] = lambda _value: None,
    *,
    section: Section = FURTHER,
    shape: Shape | None = None,
    help: Any = "",
) -> Setting:
    """Declare a setting; its module keeps the result and reads it with ``Policy.get``.

    Without a shape it is edited in what its default looks like.
    """
    setting = Setting(key, default, label, unit, check, section, shape or shapes.like(default), help)
    _declared[key] = setting
    return setting


def declared() -> tuple[Setting, ...]:
    return tuple(_declared.values())


def find(key: str) -> Setting | None:
    return _declared.get(key)


def sections() -> list[Section]:
    """Those that hold settings, in their order."""
    return sorted(
        {setting.section for setting in declared()} - {HIDDEN}, key=lambda section: section.position
    )


class Policy:
    """The set in force: loaded once by a request or job and handed on."""

    def __init__(self, version: PolicyVersion | None):
        self.pk = version.pk if version else None
        self.number = version.number if version else 0
        self._values = version.values if version else {}

    def get(self, setting: Setting) -> Any:
        """Its value; a part that came into the software after it was decided stands as usual."""
        value = self._values.get(setting.key, setting.default)
        if isinstance(setting.shape, Table) and isinstance(value, dict):
            missing = set(setting.shape.rows) - set(value)
            return {**value, **{part: setting.default[part] for part in missing}} if missing else value
        return value

    def says(self, setting: Setting) -> bool:
        """Whether somebody decided on it, be it for the default."""
        return setting.key in self._values

    def is_default(self, setting: Setting) -> bool:
        return self.get(setting) == setting.default


_newest = KeptRows(lambda: PolicyVersion.objects.order_by("-number")[:1])
_held: ContextVar[list[Policy] | None] = ContextVar("the policy that a verb goes by", default=None)


@contextmanager
def held() -> Iterator[None]:
    """Within, the policy in force is asked for once: all steps of a verb go by the same."""
    if _held.get() is not None:
        yield
        return
    token = _held.set([])
    try:
        yield
    finally:
        _held.reset(token)


def current() -> Policy:
    """The policy in force (one query; none within ``held`` once it was asked for)."""
    kept = _held.get()
    if kept:
        return kept[0]
    found = Policy(next(iter(_newest.of()), None))
    if kept is not None:
        kept.append(found)
    return found


def remembered() -> Policy:
    """The policy as this process saw it at most a minute ago; what the same process changes counts at once.

    For what every page marks. A rule that decides something asks for ``current``.
    """
    kept = installation_memo.recall("policy")
    if kept is None:
        kept = current()
        installation_memo.keep(kept, name="policy")
    return kept


def problems_of(values: Mapping[str, Any]) -> dict[str, list[str]]:
    """What is wrong, by setting or by the path inside its value: ``touch_intervals.initial``."""
    found: dict[str, list[str]] = {}
    for key, value in values.items():
        setting = _declared.get(key)
        if setting is None:
            found[key] = [_("There is no such setting.")]
            continue
        for path, words in setting.problems(value).items():
            found[f"{key}.{path}".rstrip(".")] = [words]
    return found


def change(
    actor: Actor, values: Mapping[str, Any], reason: str = "", number: int | None = None
) -> PolicyVersion | None:
    """Put a new version in force; None when it says nothing that the one in force does not say.

    ``number`` is the version that the actor looked at: a value that somebody changed since is refused at its
    setting, others are merged. Raises ``ValidationError`` keyed by setting, also for unknown ones.
    """
    if errors := problems_of(values):
        raise ValidationError(errors)
    with transaction.atomic():
        last = PolicyVersion.objects.select_for_update().order_by("-number").first()
        standing = Policy(last)
        changed = [key for key, value in values.items() if standing.get(_declared[key]) != value]
        if not changed and all(standing.says(_declared[key]) for key in values):
            return None
        if number is not None and number != standing.number:
            values = _merged(values, changed, standing, number)
        made = PolicyVersion.objects.create(
            number=standing.number + 1,
            values={**(last.values if last else {}), **values},
            at=actor.at,
            user=actor.user,
            reason=reason,
        )
        installation_memo.forget()
        transaction.on_commit(installation_memo.forget)
    if kept := _held.get():
        kept.clear()
    return made


def _merged(values: Mapping[str, Any], changed: list[str], standing: Policy, number: int) -> dict[str, Any]:
    """Of a form opened on version ``number`` only what its user changed; refused where others did so too."""
    seen = Policy(PolicyVersion.objects.filter(number=number).first())
    typed = [key for key in changed if seen.get(_declared[key]) != values[key]]
    clashes = {
        key: [_("Somebody changed this meanwhile. Look again.")]
        for key in typed
        if seen.get(_declared[key]) != standing.get(_declared[key])
    }
    if clashes:
        raise ValidationError(clashes)
    return {key: values[key] for key in values if key in typed or key not in changed}


def words_of(setting: Setting, value: Any) -> dict[str, str]:
    """A value as its readers know it, by the labels of its parts."""
    return {
        " · ".join(str(label) for label in labels): leaf.words(shapes.at(value, path))
        for path, labels, leaf in shapes.leaves(setting.shape, value)
    }


def differences(before: Policy, after: Policy) -> list[tuple[Setting, str, str, str]]:
    """What a version changed: (setting, which part of it, before, after) in words."""
    found = []
    for setting in declared():
        if before.get(setting) == after.get(setting):
            continue
        was, is_now = words_of(setting, before.get(setting)), words_of(setting, after.get(setting))
        parts = dict.fromkeys((*was, *is_now))  # rows may have come and gone
        told = [(setting, part, was.get(part, "–"), is_now.get(part, "–")) for part in parts]
        found += [one for one in told if one[2] != one[3]]
    return found
