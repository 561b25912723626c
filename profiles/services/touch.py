"""Touches and staying in touch (DOMAIN 3.10, 3.12)."""

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import copying, history, policy
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.extension import ExtensionPoint
from kol_crm.core.shapes import Number, Table
from profiles.models import Kol, Stage, Touch
from profiles.services import kol as kol_verbs
from profiles.services import mention, next_due, one_voice, taking_back

BY_STAGE = Table({stage.value: (stage.label, Number(1, 366)) for stage in Stage if stage != Stage.DEPARTED})
INTERVALS = policy.declare(
    "touch_intervals",
    {Stage.INTRODUCTION: 14, Stage.INITIAL: 14, Stage.MID_TERM: 30, Stage.LATE: 30},
    gettext_lazy("Stay in touch, by stage"),
    gettext_lazy("days"),
    section=policy.RHYTHM,
    shape=BY_STAGE,
    help=gettext_lazy("Counts from the next touch of each file on."),
)
# what follows from a touch, in its transaction: (actor, touch)
logged: ExtensionPoint[Callable[[Actor, Touch], None]] = ExtensionPoint("touch logged")
taken_back: ExtensionPoint[Callable[[Actor, Touch], None]] = ExtensionPoint("touch taken back")


def interval(kol: Kol, rules: policy.Policy) -> int | None:
    """Days between touches: the file's own, else the stage's; none for the departed."""
    return kol.touch_interval or rules.get(INTERVALS).get(kol.stage)


def due_after(kol: Kol, last: date, rules: policy.Policy) -> date | None:
    """When the next touch is due after one on ``last``; none under a quiet mark (DOMAIN 3.11)."""
    days = interval(kol, rules)
    return last + timedelta(days=days) if days and not kol.quiet_cause else None


def log(
    actor: Actor,
    kol: Kol,
    *,
    channel: str,
    began: str,
    text: str = "",
    reason: str = "",
    answered: bool | None = None,
    reply_minutes: int | None = None,
    at: datetime | None = None,
    voice_reason: str = "",
    next_on: date | None = None,
) -> Touch:
    """Write down a touch; it re-dates the next one, wakes a claimed import, and tells whom it mentions.

    ``reply_minutes``: how long the answer took, where there was one; ``voice_reason``: why, where somebody
    else of us was in contact a few days ago (kept only then); ``next_on``: the day of the next one, instead
    of one interval later. Raises ``ValidationError`` keyed by field: a touch cannot lie in the future, nor
    the next one in the past; ``one_voice.SecondVoice`` where that reason is missing.
    """
    at = at or actor.at
    if at > actor.at + timedelta(minutes=5):
        raise ValidationError({"at": _("A touch cannot lie in the future.")})
    if reply_minutes is not None and answered is not True:
        raise ValidationError({"reply_minutes": _("Only an answer has a delay.")})
    if next_on is not None and next_on <= localdate(actor.at):
        raise ValidationError({"next_on": _("Choose a day after today.")})
    touch = Touch(
        kol=kol,
        at=at,
        user=actor.user,
        channel=channel,
        began=began,
        text=text,
        reason=reason,
        answered=answered,
        reply_minutes=reply_minutes,
        written_at=actor.at,
        voice_reason=voice_reason.strip(),
        next_on=next_on,
    )
    with transaction.atomic():
        current = history.locked(kol, None)  # two touches at once: the later of them dates the next
        touch.full_clean()
        if began == Touch.Began.US:
            touch.agency = one_voice.agency_of(current)
            touch.beside = one_voice.demand(actor.user, current, at, voice_reason)
        if touch.beside is None:
            touch.voice_reason = ""
        touch.save(force_insert=True)
        redate(actor, current)
        mention.tell(actor, touch)
        for follow in logged:
            follow(actor, touch)
    kol.last_touch_at, kol.touch_due, kol.dormant = current.last_touch_at, current.touch_due, current.dormant
    return touch


def take_back(actor: Actor, touch: Touch) -> Touch:
    """A later row that points at the touch; by its author within 10 minutes, or by a manager (DOMAIN 3.12).

    Raises ``Refused`` when the time is over or it was taken back already.
    """
    with transaction.atomic():
        kol = history.locked(touch.kol, None)
        touch = Touch.objects.get(pk=touch.pk)
        if touch.takes_back_id or Touch.objects.filter(takes_back=touch).exists():
            raise Refused("already_taken_back", _("This was taken back already."))
        taking_back.demand(actor, kol, touch.user_id, touch.written_at)
        row = Touch.objects.create(
            kol=kol,
            at=touch.at,
            user=actor.user,
            channel=touch.channel,
            began=touch.began,
            written_at=actor.at,
            takes_back=touch,
        )
        redate(actor, kol)
        for follow in taken_back:
            follow(actor, touch)
    return row


def may_take_back(actor: Actor, touch: Touch, *, may_edit: bool) -> bool:
    """Whether a page offers to take this touch back; ``may_edit`` says what the actor may do on its file."""
    user = actor.user
    if user is not None and may_edit and (user.is_manager or user.is_admin):
        return True
    return (
        user is not None and touch.user_id == user.pk and actor.at - touch.written_at <= taking_back.BY_AUTHOR
    )


def redate(actor: Actor, kol: Kol) -> None:
    """Last touch and next due touch again, after a touch came or went."""
    last = (
        Touch.objects.filter(kol=kol).standing().order_by("-at", "-id").values_list("at", flat=True).first()
    )
    kol.last_touch_at = last
    kol.touch_due = _due(kol, _agreed([kol]), policy.current()) if last else None
    kol_verbs.set_figures(kol.pk, last_touch_at=last, touch_due=kol.touch_due)
    kol_verbs.wake(actor, kol)
    next_due.refresh([kol.pk])


def date_first(actor: Actor, kols: Sequence[Kol]) -> list[Kol]:
    """New and woken files: the first touch is due one interval after the file began. Those it moved for."""
    rules, agreed, moved = policy.current(), _agreed(kols), []
    for kol in kols:
        if not kol.dormant:
            was, kol.touch_due = kol.touch_due, _due(kol, agreed, rules, actor.at)
            moved += [kol] if kol.touch_due != was else []
    return moved


def begin(actor: Actor, kols: Sequence[Kol]) -> None:
    """Write down when their first touch is due, of files that do not say so yet."""
    copying.update(date_first(actor, kols), ["touch_due"])


def redate_many(_actor: Actor, kol_ids: Collection[UUID]) -> None:
    """Touch dates again after stage, owner or quiet mark changed."""
    rules = policy.current()
    kols = list(Kol.objects.active().filter(pk__in=kol_ids))
    agreed, moved = _agreed(kols), []
    for kol in kols:
        was, kol.touch_due = kol.touch_due, _due(kol, agreed, rules, kol.created_at)
        if kol.touch_due != was:
            moved.append(kol)
    copying.update(moved, ["touch_due"])


def _agreed(kols: Sequence[Kol]) -> dict[UUID, date]:
    """Of the files whose last touch fixed the day of the next: that day; one query for all."""
    touched = {kol.pk: kol.last_touch_at for kol in kols if kol.last_touch_at}
    if not touched:
        return {}
    rows = Touch.objects.standing().filter(kol__in=touched, at__gte=min(touched.values()))
    last = dict(rows.order_by("at", "id").values_list("kol", "next_on"))
    return {kol: day for kol, day in last.items() if day is not None}


def _due(
    kol: Kol, agreed: dict[UUID, date], rules: policy.Policy, began: datetime | None = None
) -> date | None:
    """The day agreed, else one interval after the last touch, or after the file ``began``.

    None for who is not to be kept in touch with, whatever was agreed.
    """
    usual = due_after(kol, localdate(kol.last_touch_at or began), rules)
    return agreed.get(kol.pk, usual) if usual else None
