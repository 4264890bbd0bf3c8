# Start with `make refresh` and `make test`. Each target installs what it needs.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PYTEST = $(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder
SQL := dbt_project/models dbt_project/macros dbt_project/tests
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export GX_ANALYTICS_ENABLED := False

.PHONY: help refresh test check-types check-project test-fast serve query docs dbt-docs bench spark campaign campaign-tests journeys unit audit format clean

help: ## Show these targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

refresh: $(VENV)/installed ## Fetch, build, guard and publish a release
	@$(BIN)/bilateral refresh

serve: $(VENV)/installed ## Open the Dagster UI and run its schedules and sensors
	@$(BIN)/bilateral serve

query: $(VENV)/installed ## Fetch the engine of the query page from npm (10 MB), once
	@$(BIN)/python deploy/query_engine/install.py

docs: $(VENV)/installed-dev ## Build the documentation as a site with offline search
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict && echo "Documentation: build/docs/index.html"

dbt-docs: $(VENV)/installed ## Write dbt's pages of models, lineage and exposures as one file, and open it
	@cd dbt_project && ../$(BIN)/dbt --quiet docs generate --static --empty-catalog && ../$(BIN)/python -m webbrowser -t "file://$$PWD/target/static_index.html" > /dev/null; echo "dbt docs: dbt_project/target/static_index.html"

test: $(VENV)/installed-dev ## Run every check but the campaigns: lint, format, types, imports, SQL format, dbt parse, documents, unit, integration
	@echo "==> lint and format (ruff)" && $(BIN)/ruff check . && $(BIN)/ruff format --check .
	@echo "==> SQL format (sqlfmt)" && $(BIN)/sqlfmt --check --no-progressbar --quiet $(SQL)
	@echo "==> import contracts (import-linter)" && $(BIN)/lint-imports --no-cache
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target check-types check-project
	@echo "==> unit and integration tests (pytest)" && $(PYTEST) -m "$(or $(MARKS),not campaign)"

check-types: $(VENV)/installed-dev
	@echo "==> types (mypy)" && $(BIN)/mypy

check-project: $(VENV)/installed-dev
	@echo "==> dbt parse, warnings are errors" && $(BIN)/bilateral dev parse
	@echo "==> documentation site (mkdocs), warnings are errors" && NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict

test-fast: $(VENV)/installed-dev ## Run lint, format, types, imports and the fast unit tests
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/sqlfmt --check --no-progressbar --quiet $(SQL)
	@$(BIN)/lint-imports > /dev/null || $(BIN)/lint-imports
	@$(BIN)/mypy
	@$(PYTEST) --numprocesses logical tests/unit -m "not slow" --hypothesis-profile fast

unit: $(VENV)/installed-dev ## Run the fast unit tests, for example: make unit PYTHON=python3.13 VENV=.venv/python3.13
	@$(PYTEST) --numprocesses logical tests/unit -m "not slow" --hypothesis-profile fast

bench: $(VENV)/installed-dev ## Run the benchmarks on synthetic data
	@for script in bench/[a-z]*.py; do echo "==> $$script"; $(BIN)/python $$script || exit 1; done

spark: $(VENV)/installed-spark ## Install Spark (430 MB); it also needs Java 17 or later

journeys: $(VENV)/installed-dev ## Follow the documents from a fresh clone to a release, an addition, a day of service and an upgrade; an hour on two cores
	@$(BIN)/pytest -m campaign -n 0 -s --durations 20 $(or $(JOURNEYS),tests/journeys)

campaign-tests: $(VENV)/installed-dev ## Run the campaigns of pytest: kills, upgrades, browsers, payload faults, guard audits, a year of refreshes; over an hour
	@$(PYTEST) -m campaign -rs $(or $(CAMPAIGN),tests --ignore=tests/journeys)

campaign: $(VENV)/installed-spark ## Run all campaigns, with 200 kills, both engines and mutants; several hours
	@BILATERAL_SURVIVAL_KILLS=200 BILATERAL_SURVIVAL_BUNDLE_KILLS=20 $(MAKE) campaign-tests journeys
	@$(BIN)/python -m tests.mutation

audit: ## Compare the locks with known vulnerabilities, where the advisories of PyPI can be reached
	@[ -e $(VENV)/audit/bin/pip-audit ] || { $(PYTHON) -m venv $(VENV)/audit && $(VENV)/audit/bin/pip install --quiet --no-deps --require-hashes -r locks/requirements-audit.lock; }
	@for lock in $(sort $(wildcard locks/*.lock)); do echo "==> $$lock" && $(VENV)/audit/bin/pip-audit --disable-pip --require-hashes --progress-spinner off --requirement $$lock || exit 1; done

format: $(VENV)/installed-dev ## Format Python and SQL
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format . ; $(BIN)/sqlfmt --no-progressbar $(SQL)

clean: ## Remove generated files except landing and releases
	rm -rf build data/raw data/build dbt_project/target dbt_project/logs .mypy_cache .ruff_cache .pytest_cache

$(BIN)/python:
	@echo "==> virtual environment in $(VENV)"
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v < (3, 14) else f"Python 3.11 to 3.13 is needed, {sys.executable} is {v[0]}.{v[1]}; choose one: make PYTHON=python3.11 ...")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/installed: locks/requirements.lock pyproject.toml | $(BIN)/python
	@if [ ! -e $(VENV)/installed-dev ] || [ locks/requirements.lock -nt $(VENV)/installed-dev ]; then \
	  echo "==> installing the pinned set of locks/requirements.lock (a minute or two)"; \
	  $(BIN)/python -m pip install --quiet --no-deps --require-hashes -r locks/requirements.lock; fi
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/installed-dev: locks/requirements-dev.lock pyproject.toml | $(BIN)/python
	@echo "==> installing the pinned set of locks/requirements-dev.lock (a minute or two)"
	@$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r locks/requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/installed

$(VENV)/installed-spark: locks/requirements-spark.lock | $(VENV)/installed-dev
	@echo "==> installing the pinned set of locks/requirements-spark.lock (a minute or two)"
	@$(BIN)/python -m pip install --quiet --no-deps --require-hashes --no-build-isolation -r locks/requirements-spark.lock
	@touch $@
