"""The icons that many pages show, drawn once in a file that browsers keep; the others stand in their page.

A page of the list had forty drawings of them, a fifth of its bytes. ``icons.svg`` is made from Lucide's
package by a finder of static files, so that ``collectstatic`` and a development installation find it as any
other.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage
from django.templatetags.static import static
from lucide.templatetags.lucide import lucide

FILE = "icons.svg"
# Lucide repeats these on each icon; the class .ic says them once, which keeps pages small.
DRAWN_BY_CSS = (
    ' fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
)
NAMES = """
alarm-clock archive arrow-down arrow-left arrow-right arrow-right-left arrow-up ban bell bell-off
bell-plus building-2 calendar chart-column chart-line check chevron-down chevron-left chevron-right
chevron-up chevrons-left circle-alert circle-question-mark clipboard-check clock columns-3 command
copy download ellipsis eye file-spreadsheet gauge gavel graduation-cap group hand-heart handshake
heart-handshake history hourglass id-card image inbox info key-round keyboard languages list
list-filter list-plus lock log-out mail megaphone menu message-circle messages-square monitor moon
move-right octagon-x panel-left pencil pin plus printer radar search send settings signal sprout
square-kanban star sun thermometer timer trash-2 tree-palm triangle-alert undo-2 upload user
user-plus users x
"""
SHARED = frozenset(NAMES.split())


def drawn(name: str, size: int, reading: dict[str, str]) -> str:
    """Lucide's own SVG, without what the stylesheet says."""
    css = "ic" if size == 16 else f"ic ic-{size}"
    svg = lucide(name, size=size, **{"class": css}, **reading)
    return "".join(line.strip() for line in svg.splitlines()).replace(DRAWN_BY_CSS, "").replace(" />", "/>")


def shape(name: str) -> str:
    """What is drawn inside it."""
    return drawn(name, 16, {}).partition(">")[2].removesuffix("</svg>")


def symbols(names: Iterable[str], prefix: str = "") -> str:
    """To be shown by ``<use>``."""
    return "".join(
        f'<symbol id="{prefix}{name}" viewBox="0 0 24 24">{shape(name)}</symbol>' for name in names
    )


@cache
def _sheet() -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg">{symbols(sorted(SHARED))}</svg>\n'


def place(name: str) -> str:
    """The address of a shared icon."""
    return f"{static(FILE)}#{name}"


class Sheet(BaseFinder):
    """Finds the file of shared icons, made where it is not there or not of this Lucide."""

    def __init__(self, *_args: Any, **_options: Any):
        self.storage = FileSystemStorage(location=settings.VAR_DIR / "drawn")

    def check(self, **_options: Any) -> list:
        return []

    def find(self, path, find_all=False, **_options):  # noqa: FBT002 - Django's
        if path != FILE:
            return []
        return [str(self._made())] if find_all else str(self._made())

    def list(self, _ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        self._made()
        yield FILE, self.storage

    def _made(self) -> Path:
        file = Path(self.storage.path(FILE))
        text = _sheet()
        if not file.exists() or file.read_text() != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            new = file.with_suffix(".new")
            new.write_text(text)
            new.replace(file)
        return file
