"""``python -m benchmarks load`` and what it lists as ``COMMANDS``."""

import os
import sys
from importlib import import_module

import django

COMMANDS = {
    "load": "benchmarks.load",
    "run": "benchmarks.run",
    "import": "benchmarks.import_speed",
    "export": "benchmarks.export_speed",
    "figures": "benchmarks.figure_speed",
    "push": "benchmarks.push_speed",
    "pull": "benchmarks.pull_speed",
    "create": "benchmarks.create_speed",
    "jobs": "benchmarks.job_speed",
}


def main() -> None:
    name, arguments = (sys.argv[1:2] or [""])[0], sys.argv[2:]
    if name not in COMMANDS:
        raise SystemExit(f"Say which: {', '.join(COMMANDS)}.")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kol_crm.settings")
    # Counted as ever, and never refused: what is measured asks without a pause.
    os.environ.setdefault("API_AT_ONCE", "1000000")
    os.environ.setdefault("API_PER_MINUTE", "2000000")
    django.setup()
    import_module(COMMANDS[name]).main(arguments)


if __name__ == "__main__":
    main()
