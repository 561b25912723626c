"""The kept copy of the test database is another one as soon as something that decides it changes."""

import ast
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests import migrated

DECISIVE = migrated.decisive_files()
MIGRATIONS = [path for path in DECISIVE if path.parent.name == "migrations"]


def own_modules(path: Path) -> set[str]:
    """What of ours a file imports; of a package the modules in it that it names."""
    named = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            named |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            named |= {name for name in inner if _is_module(name)} or {node.module}
    return {name for name in named if name.split(".")[0] in migrated.APPS}


def _is_module(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


@pytest.mark.parametrize("path", MIGRATIONS, ids=lambda path: f"{path.parent.parent.name}/{path.stem}")
def test_the_key_covers_what_a_migration_imports(path):
    assert [name for name in own_modules(path) if Path(find_spec(name).origin) not in DECISIVE] == []


def test_every_migration_is_covered():
    every = {path for app in migrated.APPS for path in (migrated.ROOT / app).rglob("migrations/*.py")}
    assert every <= set(DECISIVE)
    assert len(MIGRATIONS) > 30


def test_a_changed_migration_has_another_key(tmp_path, monkeypatch):
    """Also one that is added, or only renamed."""
    folder = tmp_path / "profiles" / "migrations"
    folder.mkdir(parents=True)
    monkeypatch.setattr(migrated, "ROOT", tmp_path)
    keys = [migrated.key()]
    (folder / "0001_initial.py").write_text("a")
    keys.append(migrated.key())
    (folder / "0001_initial.py").write_text("b")
    keys.append(migrated.key())
    (folder / "0001_initial.py").rename(folder / "0002_initial.py")
    keys.append(migrated.key())
    assert len(set(keys)) == len(keys)
