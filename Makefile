# The commands of everyday work; `make` alone lists them.
# Only Python 3.11-3.13 and make are expected on the machine: everything else goes into .venv, from hash-pinned files.

PYTHON ?= python3
PORT ?= 8000
V := .venv
PY := $(V)/bin/python
UV_VERSION := 0.13.8
# A process for each core; tests keep their order, journeys come last. One process only: make test PYTEST_ARGS=-n0
WORKERS := -n auto --maxprocesses 8 --dist load

.DEFAULT_GOAL := help
.PHONY: help run test lint bench screenshots requirements clean

help:  ## list the commands
	@grep -hE '^[a-z.]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z.]+):.*## /\1\t/' | expand -t 16

run: $(V)/.run-ready  ## start the site on 127.0.0.1:8000 (another port: make run PORT=8100)
	@PORT=$(PORT) exec $(PY) manage.py serve

test: $(V)/.dev-ready  ## run every check and test this machine can run; say what was skipped
	$(PY) manage.py check
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) -m pytest $(WORKERS) $(PYTEST_ARGS)

lint: $(V)/.dev-ready  ## style, formatting, templates, types
	$(V)/bin/ruff check .
	$(V)/bin/ruff format --check .
	@find templates */templates -name '*.html' 2>/dev/null | xargs -r $(V)/bin/djade --target-version 5.2 --check
	$(V)/bin/mypy

bench: $(V)/.dev-ready  ## measure the pages on a large catalog
	$(PY) -m bench $(BENCH_ARGS)

screenshots: $(V)/.dev-ready  ## draw docs/screenshots again
	$(PY) docs/screenshots/take.py

requirements: $(V)/.installer  ## pin requirements*.txt again after a change in pyproject.toml (UPGRADE=1 moves every pin)
	$(V)/bin/uv pip compile -q $(COMPILE) pyproject.toml -o requirements.txt
	$(V)/bin/uv pip compile -q $(COMPILE) --all-extras --group dev -c requirements.txt pyproject.toml -o requirements-dev.txt

# No index address and no local path may enter the files: they install from whatever index the machine is set to.
COMPILE := --universal --python-version 3.11 --generate-hashes --no-annotate --no-header $(if $(UPGRADE),--upgrade)

clean:  ## remove the environment and what tools left behind (var/, the site's data, stays)
	rm -rf $(V) .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage htmlcov
	find . -name __pycache__ -type d -not -path './var/*' -prune -exec rm -rf {} +

# --- the environment -------------------------------------------------------------------------------------------------
# One venv, two sets. Marker files carry the time of the last installation, so a second start installs nothing.
# uv is a fast installer; where it cannot be had, plain pip checks the same hashes.

.PHONY: .venv
.venv: $(V)/.dev-ready

$(V)/.installer:
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(None if (3, 11) <= v <= (3, 13) else f"Unfragile needs Python 3.11, 3.12 or 3.13; $(PYTHON) is {v[0]}.{v[1]}. Name another: make PYTHON=python3.12")'
	$(PYTHON) -m venv --clear $(V)
	@$(PY) -m pip install -q --disable-pip-version-check uv==$(UV_VERSION) || echo "uv cannot be had here: plain pip it is, which takes longer"
	@touch $@

INSTALL = if [ -x $(V)/bin/uv ]; then $(V)/bin/uv pip install -q --python $(PY) --require-hashes -r $(1); \
	else $(PY) -m pip install -q --disable-pip-version-check --require-hashes -r $(1); fi

$(V)/.run-ready: requirements.txt | $(V)/.installer
	@echo "Installing what the site needs ..."
	@$(call INSTALL,requirements.txt)
	@touch $@

$(V)/.dev-ready: requirements-dev.txt $(V)/.run-ready
	@echo "Installing what its tests need ..."
	@$(call INSTALL,requirements-dev.txt)
	@touch $@
