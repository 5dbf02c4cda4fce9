# Each target works alone on a fresh clone, with nothing but Python 3.11 or newer and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check --constraint constraints.txt

.PHONY: help build test check clean anki-24.11 anki-25.9.2 screenshots templates bench

help:  ## this list
	@sed -n 's/^\([a-z0-9.-]*\):.*  ## \(.*\)/make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|'

build: $(VENV)/.product  ## the deck: build/psm-unreleased.apkg
	@$(BIN)/psm-cards build

test: $(VENV)/.dev  ## the tests
	@$(BIN)/pytest -n auto

check: $(VENV)/.dev  ## the whole gate: format, lint, types, layers, tests with coverage
	$(BIN)/ruff format --check src tests benchmarks
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n auto --cov --cov-report=term --cov-fail-under=97

anki-24.11: $(VENV)-anki-24.11/.ready  ## another environment with an old Anki, for the tests that ask for it

anki-25.9.2: $(VENV)-anki-25.9.2/.ready  ## the same with the Anki of AnkiDroid 2.24

screenshots: $(VENV)/.dev  ## the pictures of cards in docs, taken anew; of formulas too with MATHJAX=folder
	$(BIN)/python -m tests.look.shots $(if $(MATHJAX),--mathjax $(MATHJAX))
	$(BIN)/python -m tests.look.shots --deck

templates: $(VENV)/.dev  ## the package's own templates as Python, anew: after any change of them, or of Jinja
	$(BIN)/python -m tests.rendering.compiling

bench: $(VENV)/.dev  ## speed and memory against a plain script: half an hour; with QUICK=1 some minutes
	@$(BIN)/python -m benchmarks $(if $(QUICK),--quick)

clean:  ## everything that the other targets made
	rm -rf $(VENV) $(VENV)-anki-24.11 $(VENV)-anki-25.9.2 build/*.apkg dist .coverage .coverage.* .hypothesis \
		.import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find src tests -name __pycache__ -type d -exec rm -rf {} +

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "psm-cards needs Python 3.11 or newer: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.product: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "installing psm-cards into $(VENV)"
	@$(INSTALL) --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.product
	@echo "installing the developers' tools into $(VENV)"
	@$(INSTALL) --editable '.[dev]'
	@touch $@

$(VENV)-anki-%/.ready: tests/anki/constraints-%.txt
	@$(PYTHON) -m venv $(VENV)-anki-$*
	@$(VENV)-anki-$*/bin/python -m pip install -qq --disable-pip-version-check --constraint $< anki==$*
	@touch $@
