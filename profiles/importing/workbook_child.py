"""A process of its own that turns a workbook on stdin into lines of JSON: first the names of its sheets, the
one that is read in front, then its rows. It knows nothing of the rest and cannot grow beyond its limit.
"""

import datetime
import json
import resource
import sys

from python_calamine import load_workbook

MOST_BYTES = 768 * 1024 * 1024
MOST_SECONDS = 30


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    import_from(sys.stdin.buffer)


def import_from(stream) -> None:
    book = load_workbook(stream)
    names = book.sheet_names
    for name in names:
        sheet = book.get_sheet_by_name(name)
        if sheet.height > 1:
            write([name, *(other for other in names if other != name)])
            for row in sheet.iter_rows():
                write([text(cell) for cell in row])
            return
    raise SystemExit(1)


def write(value) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


def text(cell) -> str:
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        return cell.date().isoformat()
    if isinstance(cell, datetime.date | datetime.datetime | datetime.time):
        return cell.isoformat()
    return str(cell)


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    main()
