"""How many files there are of each sort (``FileCount``): for chips and groups of the KOL list.

A file counts once in each dimension, and once in each of its fields; archived ones not.
"""

from collections.abc import Iterable

from profiles.counting import ACTS, ALL, COLUMNS, FIELD, FIELDS, FILES, Version, every


def _text(column: str) -> str:
    return f"COALESCE(CAST({column} AS text), '')"


class FileCounts:
    name = "count"
    into = "profiles_filecount"
    key = ("team_id", "dimension", "value", "stage")
    watched = {
        FILES: (("team_id", "stage", *COLUMNS.values(), "archived_at"), tuple(ACTS)),
        FIELDS: (("kol_id", "field_id"), tuple(ACTS)),
    }

    def select(self, table: str, versions: Iterable[Version]) -> str:
        write = self._of_file if table == FILES else self._of_field
        return " UNION ALL ".join(write(version) for version in versions)

    def everything(self) -> str:
        return self._of_file(every(FILES))

    def _of_file(self, version: Version) -> str:
        parts = [(f"'{ALL}'", "''"), *((f"'{name}'", _text(f"k.{one}")) for name, one in COLUMNS.items())]
        source = f"FROM ({version.sql}) k"
        found = [
            f"SELECT k.team_id AS team_id, {name} AS dimension, {value} AS value, k.stage AS stage, "
            f"{version.sign} AS n {source} WHERE k.archived_at IS NULL"
            for name, value in parts
        ]
        of_fields = (
            f"SELECT k.team_id, '{FIELD}', {_text('f.field_id')}, k.stage, {version.sign} "
            f"{source} JOIN {FIELDS} f ON f.kol_id = k.id WHERE k.archived_at IS NULL"
        )
        return " UNION ALL ".join([*found, of_fields])

    def _of_field(self, version: Version) -> str:
        return (
            f"SELECT k.team_id AS team_id, '{FIELD}' AS dimension, {_text('r.field_id')} AS value, "  # noqa: S608
            f"k.stage AS stage, {version.sign} AS n FROM ({version.sql}) r JOIN {FILES} k ON k.id = r.kol_id "
            "WHERE k.archived_at IS NULL"
        )


FILE_COUNTS = FileCounts()
