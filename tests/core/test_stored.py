"""Files sealed at rest: nothing lies in clear, and nothing can be cut or moved (RELIABILITY 5)."""

from datetime import timedelta

import pytest
from cryptography.exceptions import InvalidTag
from django.core.exceptions import ValidationError

from kol_crm.core import stored, vault
from kol_crm.core.models import DataKey, StoredFile

pytestmark = pytest.mark.django_db
PHONE = b"13800138000"


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.parametrize("size", [1, stored.FRAME, stored.FRAME + 1, 3 * stored.FRAME])
def test_what_is_put_is_read_again(actor, size):
    content = (PHONE * (size // len(PHONE) + 1))[:size]
    row = stored.put(actor, "a.csv", "text/csv", [content[:7], content[7:]])
    assert (row.size, stored.read(row)) == (size, content)
    assert PHONE not in stored.path_of(row).read_bytes()


def test_a_file_that_was_cut_or_joined_is_refused(actor):
    row = stored.put(actor, "a.csv", "text/csv", [PHONE * stored.FRAME])
    other = stored.put(actor, "b.csv", "text/csv", [PHONE], subject=row.subject)
    path = stored.path_of(row)
    whole = path.read_bytes()
    one_frame = len(stored.MAGIC) + stored.LENGTH + stored.NONCE + stored.FRAME + 16
    for broken in (whole[:one_frame], whole[:4] + whole[one_frame:], stored.path_of(other).read_bytes()):
        path.write_bytes(broken)
        with pytest.raises(InvalidTag):
            stored.read(row)


def test_without_the_subjects_key_it_is_gone(actor, kol):
    row = stored.put(actor, "a.csv", "text/csv", [PHONE], subject=kol.pk)
    DataKey.objects.filter(subject=kol.pk).delete()
    with pytest.raises(vault.Erased):
        stored.read(row)


@pytest.mark.parametrize("chunks", [[], [b""], [b"x" * 5, b"x" * 6]])
def test_an_empty_or_too_large_file_leaves_nothing(actor, tmp_path, chunks):
    with pytest.raises(ValidationError) as refusal:
        stored.put(actor, "a.csv", "text/csv", chunks, limit=10)
    assert list(refusal.value.message_dict) == ["file"]
    assert not StoredFile.objects.exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_name_is_never_a_path(actor):
    row = stored.put(actor, "../../etc/pass\nwd.csv", "text/csv", [PHONE])
    assert (row.name, stored.path_of(row).name) == ("passwd.csv", row.pk.hex)
    assert len(stored.put(actor, f"{'x' * 300}.csv", "text/csv", [PHONE]).name) == 200


def test_removing_deletes_the_file_with_the_commit(actor, django_capture_on_commit_callbacks):
    row = stored.put(actor, "a.csv", "text/csv", [PHONE])
    path = stored.path_of(row)
    with django_capture_on_commit_callbacks(execute=True):
        stored.remove(row)
        assert path.exists()
    assert not path.exists()


def test_what_was_never_committed_is_swept_away(actor, now):
    kept, lost = (stored.put(actor, name, "text/csv", [PHONE]) for name in ("kept", "lost"))
    StoredFile.objects.filter(pk=lost.pk).delete()
    later = actor.again(at=now + timedelta(days=40000))
    assert stored.sweep(later) == 1
    assert stored.path_of(kept).exists()
    assert not stored.path_of(lost).exists()
