"""Life events, and what they give an idea for (DOMAIN 3.11)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from profiles.models.date import PartialDate
from profiles.models.note import NoteQuerySet


class EventQuerySet(NoteQuerySet):
    def open(self):
        return self.filter(closed_at=None)


class LifeEvent(PartialDate):
    """Baby due in March: ``next_on`` is the first day on which it may come."""

    what = models.CharField(_("what happens"), max_length=200)
    gift_idea = models.CharField(_("gift idea"), max_length=200, blank=True)
    note = models.TextField(_("note"), max_length=2000, blank=True)
    closed_at = models.DateTimeField(_("attended to"), null=True, editable=False)

    objects = EventQuerySet.as_manager()

    class Meta(PartialDate.Meta):
        indexes = [models.Index(fields=["next_on", "id"], name="events_by_day")]

    def __str__(self):
        return self.what

    @property
    def is_open(self) -> bool:
        return self.closed_at is None
