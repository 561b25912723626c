"""What the tests of exports share: asking for one, letting the worker have it, reading what came out."""

import csv
import io
import json

from django.http import QueryDict

from kol_crm.core import stored
from kol_crm.core import work as works
from kol_crm.core.actor import Actor
from kol_crm.core.models import Work
from profiles.models import Export
from profiles.services import exports
from tests.factories import NOW


def actor(user, at=NOW) -> Actor:
    return Actor(user, "page", at)


def ask(user, query="", kind="csv", **options) -> Export:
    return exports.start(actor(user), QueryDict(query), kind, **options)


def worked(export: Export) -> Export:
    """Let the worker have it; as it stands afterwards."""
    work = works.run_one(export.work)
    assert work.state == Work.State.DONE, work.error
    return Export.objects.for_list().get(pk=export.pk)


def content(export: Export) -> bytes:
    return stored.read(export.file)


def taken(user, query="", kind="csv", **options) -> bytes:
    """The whole way: asked, made, opened by its maker."""
    export = worked(ask(user, query, kind, **options))
    return stored.read(exports.opened(actor(user), export))


def rows(text: bytes) -> list[dict[str, str]]:
    """A CSV by its headings."""
    return list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline="")))


def objects(text: bytes) -> list[dict]:
    return json.loads(text)
