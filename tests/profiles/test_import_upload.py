"""``POST /api/v1/imports/``: a file is refused by what it holds, in the words of the page."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from profiles.models import Import

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("content", [b"", b" \n", "\ufeff".encode()])
def test_an_empty_file_is_refused_at_itself(api, operator, content):
    answer = api(operator).post(
        "/api/v1/imports/", {"file": SimpleUploadedFile("a.csv", content)}, format="multipart"
    )
    assert (answer.status_code, answer.json()["errors"]) == (400, {"file": ["The file is empty."]})
    assert not Import.objects.exists()
