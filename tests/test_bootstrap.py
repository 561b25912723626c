"""bootstrap.py: what happens before anything is installed."""

import ast
import os
import socket
import sys
from pathlib import Path

import pytest

import bootstrap

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def counter(tmp_path):
    """A command that leaves one letter per run, and how often it has run."""
    trace = tmp_path / "trace"
    command = [sys.executable, "-c", f"open({str(trace)!r}, 'a').write('x')"]
    return command, lambda: len(trace.read_text()) if trace.exists() else 0


def test_it_needs_the_standard_library_only():
    names = set()
    for node in ast.walk(ast.parse((ROOT / "bootstrap.py").read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module.split(".")[0])
    assert names <= sys.stdlib_module_names


def test_a_step_runs_once_for_the_same_input_and_again_for_another(tmp_path, counter, capsys):
    command, runs = counter
    stamp = tmp_path / "stamp"
    bootstrap.step("Packages", stamp, "a", *command)
    bootstrap.step("Packages", stamp, "a", *command)
    assert runs() == 1
    assert capsys.readouterr().out.splitlines()[-1] == "Packages: up to date"
    bootstrap.step("Packages", stamp, "b", *command)
    assert runs() == 2


def test_a_failed_step_shows_what_was_said_and_runs_again_next_time(tmp_path):
    stamp = tmp_path / "stamp"
    command = [sys.executable, "-c", "import sys; print('no such registry'); sys.exit(3)"]
    with pytest.raises(bootstrap.Failed, match="no such registry"):
        bootstrap.step("Packages", stamp, "a", *command)
    assert not stamp.exists()


def test_a_digest_changes_with_content_and_with_name(tmp_path, monkeypatch):
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    sources = tmp_path / "src"
    sources.mkdir()
    (sources / "a.js").write_text("1")
    first = bootstrap.digest(sources)
    assert bootstrap.digest(sources) == first
    (sources / "a.js").write_text("2")
    second = bootstrap.digest(sources)
    (sources / "a.js").rename(sources / "b.js")
    assert len({first, second, bootstrap.digest(sources)}) == 3


def test_a_taken_port_is_refused_with_the_way_out(monkeypatch):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        with pytest.raises(bootstrap.Failed, match=f"Port {port} .*PORT=8001 make run"):
            bootstrap.usable_port()
    assert bootstrap.usable_port() == str(port)


@pytest.mark.parametrize("port", ["web", "0", "65536", "-1"])
def test_a_port_that_is_none_is_refused(monkeypatch, port):
    monkeypatch.setenv("PORT", port)
    with pytest.raises(bootstrap.Failed, match="1 to 65535"):
        bootstrap.usable_port()


def test_another_python_starts_again_under_a_supported_one(monkeypatch):
    started = []
    monkeypatch.setattr(sys, "version_info", (3, 9, 18))
    monkeypatch.setattr(bootstrap.shutil, "which", {"python3.12": sys.executable}.get)
    monkeypatch.setattr(os, "execv", lambda path, argv: started.append(path))
    with pytest.raises(bootstrap.Failed):  # the real execv does not come back
        bootstrap.use_a_supported_python()
    assert started == [sys.executable]


def test_without_a_supported_python_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 18))
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: None)
    with pytest.raises(bootstrap.Failed, match=r"apt install python3\.11"):
        bootstrap.use_a_supported_python()


@pytest.mark.parametrize(("version", "installs"), [("v20.1.0", []), ("v16.20.0", ["node"])])
def test_an_old_node_is_replaced_by_the_one_from_pypi(tmp_path, monkeypatch, version, installs):
    node = tmp_path / "node"
    node.write_text(f"#!/bin/sh\necho {version}\n")
    node.chmod(0o755)
    installed = []
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: str(node))
    monkeypatch.setattr(bootstrap, "install_packages", installed.append)
    path = bootstrap.node_environment()["PATH"]
    assert installed == installs
    assert path.startswith(str(bootstrap.VENV / "bin")) is bool(installs) or not installs


def test_a_machine_without_node_gets_the_one_from_pypi(monkeypatch):
    installed = []
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: None)
    monkeypatch.setattr(bootstrap, "install_packages", installed.append)
    path = bootstrap.node_environment()["PATH"]
    assert installed == ["node"]
    assert path.split(os.pathsep)[0] == str(bootstrap.VENV / "bin")


@pytest.mark.parametrize("name", ["app.txt", "dev.txt", "node.txt", "psycopg3.txt"])
def test_requirements_are_hash_locked_and_name_no_host(name):
    text = (ROOT / "requirements" / name).read_text()
    assert "://" not in text
    pins = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert pins
    assert all("==" in pin and pin.endswith("\\") for pin in pins), "each pin is followed by its hashes"


def test_the_lock_of_npm_names_no_host():
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()
