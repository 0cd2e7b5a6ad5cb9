# Everything a developer or an operator does here, by name. `make` alone lists it.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PY := $(BIN)/python
BOTPY := .venv-bot/bin/python
UV := $(BIN)/uv --quiet
WEB := .venv/.ready
BOT := .venv-bot/.ready
COMPILE := $(UV) pip compile --universal --generate-hashes --no-annotate \
           --custom-compile-command "make lock"

.PHONY: help bootstrap lock run train urgency strings bench \
        check lint format types structure strings-check audit test e2e screenshots

# One trained model serves `run` and the tests; `bench` trains its own, with a watch.
train run test e2e screenshots: export NIETPLUIS_MODELS ?= $(CURDIR)/var/models

help: ## List what there is
	@awk -F':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-15s %s\n", $$1, $$2}' Makefile

# ---- environments -------------------------------------------------------------------------------
.venv/.uv: requirements/uv.txt
	@echo "Making the web environment with $(PYTHON) …"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
	  "Python 3.11 or newer is needed. Say which with: make PYTHON=/path/to/python3.11")'
	@test -x $(PY) || $(PYTHON) -m venv .venv
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

$(WEB): .venv/.uv requirements/dev.txt pyproject.toml
	@echo "Installing what the web side and its checks need …"
	@$(UV) pip sync --compile-bytecode --python $(PY) --require-hashes requirements/dev.txt
	@$(UV) pip install --python $(PY) --no-deps --no-build-isolation \
	  --config-settings editable_mode=compat --editable .
	@touch $@

# Offline first: a Python 3.10 that is here already is taken before one is fetched.
$(BOT): .venv/.uv requirements/bot.txt pyproject.toml | $(WEB)
	@echo "Installing the bot (Python 3.10 and Rasa; 2.5 GB, about a minute) …"
	@test -x $(BOTPY) || $(UV) venv --offline --python 3.10 .venv-bot 2>/dev/null \
	  || $(UV) venv --python 3.10 .venv-bot || { echo "Python 3.10 is needed for the bot and was \
	not found. Install it (Debian: python3.10, or pyenv install 3.10) and run make again."; exit 1; }
	@$(UV) pip sync --compile-bytecode --python $(BOTPY) --require-hashes requirements/bot.txt
	@$(UV) pip install --python $(BOTPY) --no-deps --no-build-isolation \
	  --config-settings editable_mode=compat --editable .
	@touch $@

bootstrap: $(WEB) $(BOT) ## Make both Python environments from the lock files

urgency: $(WEB) ## Learn the weights of the urgency reader again from its examples
	@$(PY) -m escalation.triage.learn && $(PY) -m escalation.triage.learn_weighing

lock: .venv/.uv ## Resolve pyproject.toml again into the hash-pinned files in requirements/
	@$(COMPILE) --upgrade --python-version 3.11 requirements/uv.in -o requirements/uv.txt
	@$(COMPILE) --upgrade --python-version 3.11 --extra web pyproject.toml -o requirements/web.txt
	@$(COMPILE) --upgrade --python-version 3.11 --extra web --extra dev pyproject.toml \
	  -c requirements/web.txt -c requirements/uv.txt -o requirements/dev.txt
	@$(COMPILE) --upgrade --python-version 3.10 --extra bot pyproject.toml -o requirements/bot.txt

# ---- run ----------------------------------------------------------------------------------------
run: bootstrap ## Start everything on this machine; Ctrl-C stops it
	@exec $(BIN)/nietpluis up

train: bootstrap ## Train the bot if what it learns from has changed
	@$(BIN)/nietpluis train

strings: $(WEB) ## Take the sentences out of the sources into the catalogues
	@$(PY) -m web.operate.strings extract

bench: bootstrap ## Measure speed and size beside plain Rasa (some minutes)
	@$(PY) -m tests.bench.run
	@$(PY) -m tests.bench.timing

# ---- checks -------------------------------------------------------------------------------------
check: lint types structure strings-check ## Style, types, structure, strings; tells of known vulnerabilities
	@$(MAKE) audit || echo "What was published since stops no change: look at it with make audit."

lint: $(WEB)
	@echo "Style …"
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet . || { echo "Formatting differs: make format"; exit 1; }

format: $(WEB) ## Bring the sources into the one format
	@$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format --quiet .

types: $(WEB)
	@echo "Types …"
	@$(BIN)/mypy --strict escalation web

structure: $(WEB)
	@echo "Structure …"
	@$(BIN)/pytest -q tests/structure

strings-check: $(WEB) ## Fail when a catalogue is stale or a placeholder differs
	@echo "Strings …"
	@$(PY) -m web.operate.strings check

audit: $(WEB) ## Look for known vulnerabilities in what is locked; says so where nobody can be asked
	@echo "Known vulnerabilities …"
	@$(PY) -m web.operate.advisories

test: bootstrap train ## Everything that needs no server of somebody else
	@echo "Tests of the bot, in its own environment …"
	@$(BOTPY) -m pytest -q --confcutdir tests/bot -o addopts="--import-mode=importlib" \
	  -o filterwarnings=default -p no:warnings tests/bot
	@echo "Tests of everything else …"
	@$(BIN)/pytest -q -n 2 --dist loadfile --ignore tests/e2e
	@$(MAKE) e2e

e2e: bootstrap ## The whole product in a browser
	@echo "The whole product, started and used in a browser …"
	@$(BIN)/pytest -q tests/e2e

screenshots: bootstrap ## Pictures of every page, in screenshots/
	@$(BIN)/python -m tests.e2e.screenshots
