# Every target installs what it needs first; a second call starts at once.
.DEFAULT_GOAL := help
# The first interpreter that runs and is new enough: a name on PATH may be a shim of nothing.
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
VENV := .venv
BIN := $(VENV)/bin
RUN_ENV := $(VENV)/.run-installed
DEV_ENV := $(VENV)/.dev-installed

.PHONY: help env run test check format bench trust lock clean

help: ## Say what can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Retriage needs Python 3.11 or newer on PATH, or make PYTHON=/path/to/python3.11" >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV) || { echo "python -m venv failed; on Debian: apt-get install python3-venv" >&2; rm -rf $(VENV); exit 2; }

# The command is installed without its dependencies: those come from the lock, by hash.
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check

$(RUN_ENV): $(BIN)/python requirements.lock pyproject.toml
	@echo "installing Retriage into $(VENV)" >&2
	@$(INSTALL) --require-hashes --requirement requirements.lock
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV_ENV): $(RUN_ENV) requirements-dev.lock
	@echo "installing the development tools into $(VENV)" >&2
	@$(INSTALL) --require-hashes --requirement requirements-dev.lock
	@touch $@

env: $(RUN_ENV) ## Install the environment alone

run: $(RUN_ENV) ## Start the demo: the real server beside a small GitHub on loopback
	@$(BIN)/retriage demo

# Three workers for two cores: tests wait for servers and child processes. Many start: where the shell forbids it, each of them would compile everything anew.
test: $(DEV_ENV) ## Run the whole test suite
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --numprocesses 3 --dist worksteal

check: $(DEV_ENV) ## Format, lint, types, import contracts
	@$(BIN)/ruff format --check --quiet . || { echo "run: make format" >&2; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports > $(VENV)/.import-contracts 2>&1 || { cat $(VENV)/.import-contracts; exit 1; }

format: $(DEV_ENV) ## Format the code
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --quiet --fix .

bench: $(DEV_ENV) ## Measure speed and memory
	@$(BIN)/python -m tests.benchmarks

trust: $(DEV_ENV) ## Measure how often it is right, on real failures (ARGS=--write, TRUST_SCALE=small)
	@$(BIN)/python -m tests.trust $(ARGS)

COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml
lock: $(DEV_ENV) ## Renew the locks
	@$(COMPILE) --group build --output-file requirements.lock
	@$(COMPILE) --group dev --output-file requirements-dev.lock

clean: ## Remove the environment and every cache
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
