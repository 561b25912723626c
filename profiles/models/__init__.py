from profiles.models.account import Account, FanReport, Holding, Median, Snapshot
from profiles.models.agency import Agency
from profiles.models.attachment import Attachment, AttachmentKind, Picture
from profiles.models.attribute import Attribute, AttributeKind, AttributeValue
from profiles.models.catalogue import Field, KolType, Tag
from profiles.models.contact import ContactPoint
from profiles.models.date import ImportantDate, PartialDate
from profiles.models.duplicate import Duplicate
from profiles.models.event import LifeEvent
from profiles.models.export import Export, ExportFormat, ExportPart, ExportState
from profiles.models.file_count import FileCount
from profiles.models.follow import Follow, Pin
from profiles.models.imported import Import, ImportRow, Mode, Outcome
from profiles.models.kol import Kol, KolField, KolTag, LevelRecord, Quote
from profiles.models.merge import Merge, MergedRow
from profiles.models.need import Need
from profiles.models.no_go import NoGo, NoGoMark
from profiles.models.note import Note
from profiles.models.promise import Promise
from profiles.models.request import Request
from profiles.models.scope_count import CountLines, ScopeCount
from profiles.models.source import ExternalId, Source
from profiles.models.sync import SyncClock, SyncKind, SyncLeft, SyncState
from profiles.models.tie import Tie
from profiles.models.touch import Touch, TouchChannel, TouchReason
from profiles.models.words import (
    Band,
    Calendar,
    Channel,
    Gender,
    Level,
    Platform,
    QuietCause,
    Stage,
    StopMark,
    Verdict,
)

__all__ = [
    "Account",
    "Agency",
    "Attachment",
    "AttachmentKind",
    "Attribute",
    "AttributeKind",
    "AttributeValue",
    "Band",
    "Calendar",
    "Channel",
    "ContactPoint",
    "CountLines",
    "Duplicate",
    "Export",
    "ExportFormat",
    "ExportPart",
    "ExportState",
    "ExternalId",
    "FanReport",
    "Field",
    "FileCount",
    "Follow",
    "Gender",
    "Holding",
    "Import",
    "ImportRow",
    "ImportantDate",
    "Kol",
    "KolField",
    "KolTag",
    "KolType",
    "Level",
    "LevelRecord",
    "LifeEvent",
    "Median",
    "Merge",
    "MergedRow",
    "Mode",
    "Need",
    "NoGo",
    "NoGoMark",
    "Note",
    "Outcome",
    "PartialDate",
    "Picture",
    "Pin",
    "Platform",
    "Promise",
    "QuietCause",
    "Quote",
    "Request",
    "ScopeCount",
    "Snapshot",
    "Source",
    "Stage",
    "StopMark",
    "SyncClock",
    "SyncKind",
    "SyncLeft",
    "SyncState",
    "Tag",
    "Tie",
    "Touch",
    "TouchChannel",
    "TouchReason",
    "Verdict",
]
