"""What pages of rows with evidence have in common."""

from typing import Any

from lifecycle.models.proof import Proof


def sent(request) -> tuple[Any, Any]:
    """What a form with files is filled from: nothing on GET."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def files_of(row: Any) -> list[Proof]:
    """The attachments that prove a row, to be shown."""
    return [one.attachment for one in row.files.select_related("attachment__file")]
