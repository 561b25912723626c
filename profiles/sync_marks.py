"""What changes a file as ``GET kols/<id>/`` shows it: tables and columns (RELIABILITY 2)."""

from dataclasses import dataclass

from profiles.models import Account, AttributeValue, ContactPoint, Kol, KolField, KolTag

# Columns of the file that no answer shows, or that follow from others.
UNSHOWN = frozenset(
    {
        *("id", "pinyin", "sort_name", "search", "grams", "level_override", "trash_over"),
        *("touch_due", "review_due", "next_birthday", "figures_due"),
        *("own_followers_change", "own_followers_trend", "most_followers"),
    }
)
FILES = Kol._meta.db_table
SHOWN = tuple(field.column for field in Kol._meta.concrete_fields if field.name not in UNSHOWN)


@dataclass(frozen=True)
class Hanging:
    """Rows that hang on a file by ``kol_id``, and the columns that are shown or decide their order."""

    table: str
    columns: tuple[str, ...]


def _all_but(model, *names: str) -> Hanging:
    columns = (one.column for one in model._meta.concrete_fields if one.name not in {"id", *names})
    return Hanging(model._meta.db_table, tuple(columns))


HANGING = (
    # A value in clear is told from another by its digest; sealed with another key it is the same.
    _all_but(ContactPoint, "agency", "sealed", "tail_digest"),
    _all_but(Account, "held_since", "handle_folded"),
    _all_but(KolField),
    _all_but(KolTag),
    _all_but(AttributeValue),
)


@dataclass(frozen=True)
class Word:
    """A row whose words stand in files; ``files`` selects the ids of those that show it."""

    table: str
    columns: tuple[str, ...]
    files: str


WORDS = (
    Word("core_user", ("username",), "SELECT id FROM profiles_kol WHERE owner_id = NEW.id"),
    Word("core_team", ("name",), "SELECT id FROM profiles_kol WHERE team_id = NEW.id"),
    Word("profiles_koltype", ("slug",), "SELECT id FROM profiles_kol WHERE type_id = NEW.id"),
    Word("profiles_agency", ("name",), "SELECT id FROM profiles_kol WHERE agency_id = NEW.id"),
    Word(
        "profiles_field",
        ("slug",),
        "SELECT id FROM profiles_kol WHERE main_field_id = NEW.id "
        "UNION SELECT kol_id FROM profiles_kolfield WHERE field_id = NEW.id",
    ),
    Word("profiles_tag", ("name", "folded"), "SELECT kol_id FROM profiles_koltag WHERE tag_id = NEW.id"),
    Word(
        "profiles_attribute",
        ("key", "kind", "position", "retired_at"),
        "SELECT kol_id FROM profiles_attributevalue WHERE attribute_id = NEW.id",
    ),
)
