from profiles.models.account import Account, FanReport, Holding, Median, Snapshot
from profiles.models.agency import Agency
from profiles.models.catalogue import Field, KolType, Tag
from profiles.models.contact import ContactPoint
from profiles.models.kol import Kol, KolField, KolTag, LevelRecord, Quote
from profiles.models.touch import Touch, TouchChannel
from profiles.models.words import Calendar, Channel, Gender, Level, Platform, QuietCause, Stage, Verdict

__all__ = [
    "Account",
    "Agency",
    "Calendar",
    "Channel",
    "ContactPoint",
    "FanReport",
    "Field",
    "Gender",
    "Holding",
    "Kol",
    "KolField",
    "KolTag",
    "KolType",
    "Level",
    "LevelRecord",
    "Median",
    "Platform",
    "QuietCause",
    "Quote",
    "Snapshot",
    "Stage",
    "Tag",
    "Touch",
    "TouchChannel",
    "Verdict",
]
