# Needs Python 3.11 or newer and make; everything else is fetched into .venv, pinned by hash.
# The first Python that is new enough; make PYTHON=/path/to/python3.12 run chooses another.
ifndef PYTHON
PYTHON := $(firstword $(foreach p,python3 python3.14 python3.13 python3.12 python3.11, \
	$(shell $(p) -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $(p))) python3)
endif
DEV = $(PYTHON) deploy/bootstrap.py dev
BIN = .venv/bin
COMPILE = $(BIN)/uv pip compile --quiet --generate-hashes --universal --no-header --upgrade pyproject.toml
PORT ?= 8000
export PORT

.PHONY: run demo-report test lint format words lock bench services screenshots clean

run: ## try Samsyn at http://localhost:8000 with three demo counties
	@$(PYTHON) deploy/bootstrap.py run

demo-report: ## the demo county's yearly reports as page, PDF, Word, Excel, CSV and JSON in var/demo-report
	@$(PYTHON) deploy/bootstrap.py demo-report $(ARGS)

test: ## the whole suite, on SQLite and on PostgreSQL with Valkey (ARGS="-k name" is given to pytest)
	@$(DEV) tests/run.py $(ARGS)

lint: ## style, types, templates, import order, missing migrations
	@$(DEV) -c ''
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/djlint --lint --quiet frontend/templates
	$(BIN)/lint-imports --no-logo
	$(BIN)/python manage.py makemigrations --check --dry-run

format: ## write the style that lint asks for
	@$(DEV) -c ''
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

words: ## gather every sentence for translation, and compile what is translated
	@$(DEV) -m deploy.words $(ARGS)

lock: ## pin every package anew, with hashes and without addresses
	@$(DEV) -c ''
	$(COMPILE) --group dev -o requirements-dev.lock
	$(COMPILE) --constraint requirements-dev.lock -o requirements.lock

bench: ## measure beside the limit of this machine (ARGS="--help" shows the sizes)
	@$(DEV) -m deploy.bench $(ARGS)

services: ## hold a PostgreSQL and a Valkey for trying the production size; prints their addresses
	@$(DEV) -m deploy.services

screenshots: ## the main pages of the demo as pictures, outside the repository (ARGS="/some/folder")
	@$(DEV) -m tests.browser.screenshots $(ARGS)

clean: ## remove what was fetched and built; your data in var/ stays
	rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache staticfiles
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
