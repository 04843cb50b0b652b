# make run   install, build the index from seeds/ if there is none, serve it
# make test  install with the test extras, run every check and the whole suite
# make test-browser  open every page in Chromium; says what it needs
# make test-milvus  what any engine must do, over this process, milvus-lite and a real Milvus server that it starts (Linux)
# make lock  write constraints.txt anew from what is installed
#
# Stamps in .venv remember what is installed; they are older than pyproject.toml or constraints.txt only when these changed.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:

HOST ?= 127.0.0.1
PORT ?= 8080
DATA ?= var

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

# The first Python on the path that is new enough.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$python; break; fi; done)

TORCH := $(shell sed -n 's/^ *"\(torch==[^"]*\)".*/\1/p' pyproject.toml)

.PHONY: run test test-browser test-milvus lock

run: $(VENV)/.application
	@if [ ! -f "$(DATA)/CURRENT" ]; then $(BIN)/attributed rebuild seeds --data "$(DATA)"; fi
	@exec $(BIN)/attributed serve --host "$(HOST)" --port "$(PORT)" --data "$(DATA)"

test: $(VENV)/.test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/mypy scripts
	$(BIN)/lint-imports
	$(BIN)/pytest

BROWSERS := chromium chromium-browser google-chrome google-chrome-stable

test-browser: $(VENV)/.browser
	@for name in "$${CHROMIUM:-}" $(BROWSERS); do if [ -n "$$name" ] && command -v "$$name" >/dev/null; then exit 0; fi; done; \
	echo "make test-browser needs Chromium or Chrome: none of $(BROWSERS) is on the path, and CHROMIUM names none" >&2; \
	if [ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then echo "install one, as by: sudo apt install chromium" >&2; exit 1; fi; \
	apt-get -q update; DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends chromium
	$(BIN)/pytest tests/browser

test-milvus: $(VENV)/.test
	$(BIN)/python scripts/milvus_server.py run -- $(BIN)/python -m pytest tests/index/engine
	$(BIN)/python scripts/milvus_server.py run --secured -- $(BIN)/python -m pytest tests/index/engine/test_secured.py

lock: $(VENV)/.test $(VENV)/.browser
	$(BIN)/python scripts/lock.py

$(VENV)/.pip:
	@if [ -z "$(PYTHON)" ]; then echo "Python 3.11 or newer is needed; PYTHON=/path/to/it names one" >&2; exit 1; fi
	$(PYTHON) -m venv $(VENV)
	# pip 23 crashes on the extras of lxml that trafilatura asks for.
	$(PIP) install --quiet --upgrade pip
	touch $@

# torch by itself and first, so that pip takes this very build: a CPU build (2.13.0+cpu) where pip is told of one. The
# build that the registry carries for Linux brings some 3 GB of GPU libraries, which it needs to be imported at all.
$(VENV)/.$(TORCH): $(VENV)/.pip
	$(PIP) install --quiet --constraint constraints.txt "$(TORCH)"
	touch $@

# Editable: an edit in the checkout counts at once, and both packages keep their one name.
$(VENV)/.application: $(VENV)/.$(TORCH) pyproject.toml constraints.txt
	$(PIP) install --quiet --constraint constraints.txt --editable .
	touch $@

$(VENV)/.test: $(VENV)/.$(TORCH) pyproject.toml constraints.txt
	$(PIP) install --quiet --constraint constraints.txt --editable '.[test]'
	touch $@ $(VENV)/.application

$(VENV)/.browser: $(VENV)/.$(TORCH) pyproject.toml constraints.txt
	$(PIP) install --quiet --constraint constraints.txt --editable '.[test,browser]'
	touch $@ $(VENV)/.application $(VENV)/.test
