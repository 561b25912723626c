"""The floors of the house, and what rules and services must not do (HOUSE)."""

import ast
from pathlib import Path

import pytest
from importlinter.api import read_configuration
from importlinter.cli import lint_imports

ROOT = Path(__file__).resolve().parent.parent
APPS = ("kol_crm", "profiles", "lifecycle", "incentives")
CLOCKS = {"now", "today", "utcnow", "localdate", "localtime"}
CLOCK_OWNERS = {"timezone", "datetime", "date", "time"}
FEARED = {"utils", "helpers", "common", "misc", "selectors", "signals"}


def sources(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in found if "migrations" not in path.parts]


def calls(path: Path):
    return (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))


def clock_readings(source: str) -> list[str]:
    """``timezone.now()`` and the like; ``localdate(moment)`` converts and reads no clock."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        owner, _dot, verb = name.rpartition(".")
        reads = verb in CLOCKS and (not owner or owner.split(".")[-1] in CLOCK_OWNERS)
        converts = verb in ("localdate", "localtime") and (node.args or node.keywords)
        if (reads and not converts) or name in ("time.time", "time.time_ns"):
            found.append(f"{name}() in line {node.lineno}")
    return found


def test_the_contracts_of_import_linter_are_kept(capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    assert len(read_configuration()["contracts_options"]) >= 2
    assert lint_imports(no_cache=True) == 0, capsys.readouterr().out


@pytest.mark.parametrize("app", ["profiles", "lifecycle", "incentives"])
def test_rules_and_services_read_no_clock(app):
    paths = sources(f"{app}/services", f"{app}/rules", f"{app}/models")
    assert paths
    found = {str(path.relative_to(ROOT)): clock_readings(path.read_text()) for path in paths}
    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    ("source", "reads"),
    [
        ("timezone.now()", True),
        ("date.today()", True),
        ("localdate()", True),
        ("datetime.datetime.now(UTC)", True),
        ("time.time()", True),
        ("localdate(actor.at)", False),
        ("timezone.localtime(kol.last_touch_at)", False),
        ("clock.after_quiet(now)", False),
    ],
)
def test_a_clock_that_is_read_is_found(source, reads):
    assert bool(clock_readings(source)) is reads


def test_core_holds_no_word_of_the_domain():
    """It could be lifted into any product."""
    own = {"kol", "stage", "plan", "greeting", "touch", "snapshot", "creator"}
    names = {part for path in sources("kol_crm/core") for part in path.stem.split("_")}
    assert names & own == set()


def test_no_module_has_a_name_that_says_nothing():
    assert [path for path in sources(*APPS) if path.stem in FEARED] == []


def test_no_signals_and_no_save_of_its_own():
    """Nothing happens behind a verb's back."""
    wrong = []
    for path in sources(*APPS):
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").endswith("signals"):
                wrong.append(f"{path}: signals")
            if isinstance(node, ast.ClassDef) and "/models/" in str(path):
                wrong += [
                    f"{path}: {node.name}.save" for one in node.body if getattr(one, "name", "") == "save"
                ]
    assert wrong == []


def test_no_import_hides_in_a_function():
    """Only where an app joins in, which waits for the models."""
    wrong = []
    for path in sources(*APPS):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and path.name != "apps.py":
                inner = [one for one in ast.walk(node) if isinstance(one, ast.Import | ast.ImportFrom)]
                wrong += [f"{path.relative_to(ROOT)}:{one.lineno}" for one in inner]
    assert wrong == []


def test_no_file_grows_past_what_one_reads():
    """About 300 lines; then a module becomes a package (HOUSE)."""
    long = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in sources(*APPS)}
    allowed = {"kol_crm/settings.py"}
    assert {path: lines for path, lines in long.items() if lines > 320 and path not in allowed} == {}
