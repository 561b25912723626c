"""What several tests of files may ask for."""

import pytest

from profiles.models import Import
from profiles.services import export_run, imports
from tests.profiles.importing import actor, do


@pytest.fixture
def bring(operator):
    """``bring(text)``: uploaded and checked."""

    def _bring(text, platform="", name="list.csv", user=operator, **choices) -> Import:
        content = text if isinstance(text, bytes) else text.encode()
        imported = imports.upload(actor(user), name, [content], platform)
        if choices:
            imports.choose(actor(user), imported, choices)
        return do(imports.check(actor(user), imported))

    return _bring


@pytest.fixture
def small_parts(monkeypatch):
    """A part of an export is two files, so that few files make several."""
    monkeypatch.setattr(export_run, "PART", 2)
    monkeypatch.setattr(export_run, "PART_OF_DATABASE", 2)
