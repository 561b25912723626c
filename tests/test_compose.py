"""docker-compose.yml and Dockerfile, read with a parser: what they name exists, and they hold no secret."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands

from kol_crm.celery import app as celery_app
from kol_crm.management.commands import serve
from tests.proof.installation import WORKER

ROOT = Path(__file__).resolve().parent.parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "kol-crm"}
CONDITIONS = {"service_started", "service_healthy", "service_completed_successfully"}
SECRET = re.compile(r"SECRET|KEY|PASSWORD|_URL")


def waits_for(service: dict, condition: str) -> set[str]:
    return {name for name, need in service.get("depends_on", {}).items() if need["condition"] == condition}


def is_one_shot(name: str) -> bool:
    return SERVICES[name].get("restart") == "no"


def words(parts: list[str]) -> list[str]:
    """A command as single words, also behind ``sh -c``."""
    return " ".join(parts).replace("CMD-SHELL", "").replace("CMD", "").split()


def test_compose_serve_and_the_proof_start_the_same_worker():
    """What is proved under fire is what runs."""
    started = " ".join(WORKER)
    assert started in " ".join(SERVICES["worker"]["command"])
    assert started in serve.PROCESSES["worker"]


def test_it_has_the_five_parts_and_the_migration():
    assert set(SERVICES) == {"migrate", "web", "worker", "beat", "postgres", "redis"}


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_has_a_health_check_or_ends_by_itself(name):
    assert is_one_shot(name) != ("healthcheck" in SERVICES[name])


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_service_waits_for_exists_and_can_happen(name):
    for needed, need in SERVICES[name].get("depends_on", {}).items():
        assert needed in SERVICES
        assert need["condition"] in CONDITIONS
        if need["condition"] == "service_healthy":
            assert "healthcheck" in SERVICES[needed]
        if need["condition"] == "service_completed_successfully":
            assert is_one_shot(needed)


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_nothing_of_ours_starts_before_the_tables_stand(name):
    assert "migrate" in waits_for(SERVICES[name], "service_completed_successfully")
    assert "postgres" in waits_for(SERVICES["migrate"], "service_healthy")


def test_volumes_are_declared_and_none_is_left_over():
    used = {mount.split(":")[0] for service in SERVICES.values() for mount in service.get("volumes", [])}
    assert used == set(COMPOSE["volumes"])


def test_what_must_survive_lies_on_a_volume():
    assert "postgres:/var/lib/postgresql/data" in SERVICES["postgres"]["volumes"]
    for name in ("web", "worker"):
        assert "media:/app/var/media" in SERVICES[name]["volumes"]


def test_no_volume_hides_what_the_image_brings():
    """A volume over /app/var would keep the static files of the first image for ever."""
    mounts = {mount.split(":")[1] for service in OURS.values() for mount in service.get("volumes", [])}
    assert mounts.isdisjoint({"/app", "/app/var", "/app/var/static"})


@pytest.mark.parametrize("name", SERVICES)
def test_no_secret_stands_in_the_file(name):
    for variable, value in SERVICES[name].get("environment", {}).items():
        if SECRET.search(variable) and variable != "BROKER_URL":
            assert re.search(r"\$\{\w+:\?\}", value), f"{variable} must come from .env and be required"


def test_the_example_names_every_variable_and_gives_no_secret():
    example = (ROOT / ".env.example").read_text()
    asked_for = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    offered = dict(re.findall(r"^(?:# )?([A-Z_]+)=(.*)$", example, re.MULTILINE))
    assert asked_for <= set(offered)
    required = set(re.findall(r"\$\{(\w+):\?\}", (ROOT / "docker-compose.yml").read_text()))
    assert {name: offered[name] for name in required} == dict.fromkeys(required, "")


@pytest.mark.parametrize("name", OURS)
def test_production_is_on_and_gets_what_its_settings_demand(name):
    environment = OURS[name]["environment"]
    assert environment["DEBUG"] == "0"
    demanded = re.findall(r'_required\("(\w+)"', (ROOT / "kol_crm" / "settings.py").read_text())
    assert demanded
    assert set(demanded) <= set(environment)


@pytest.mark.parametrize("name", OURS)
def test_commands_and_health_checks_call_what_exists(name):
    for parts in (OURS[name]["command"], OURS[name].get("healthcheck", {"test": []})["test"]):
        called = words(parts)
        for word, argument in pairwise(called):
            if word.endswith(".py"):
                assert (ROOT / word).is_file()
            if word == "manage.py":
                assert argument in get_commands()
            if word == "-A":
                assert argument == celery_app.main
            if word == "-m":
                assert argument in {"gunicorn", "celery"}


def test_the_database_speaks_utf8_in_a_locale_that_knows_chinese():
    assert "--locale=C.UTF-8" in SERVICES["postgres"]["environment"]["POSTGRES_INITDB_ARGS"]


def test_a_worker_may_end_the_mail_it_is_sending(settings):
    grace = int(SERVICES["worker"]["stop_grace_period"].removesuffix("s"))
    assert grace > settings.SMTP_TIMEOUT_SECONDS
    assert grace > settings.CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT


def test_the_image_copies_what_exists_and_does_not_run_as_root():
    instructions = (ROOT / "Dockerfile").read_text().splitlines()
    copied = [
        line.split()[1:-1] for line in instructions if line.startswith("COPY ") and "--from" not in line
    ]
    assert copied
    assert all((ROOT / path).exists() for paths in copied for path in paths)
    assert "USER kol" in instructions


def test_the_image_leaves_out_keys_data_and_packages():
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert {".env", "var", ".git", "node_modules"} <= set(ignored)
