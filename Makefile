# One word per need; `make` alone tells which. All of it works in a fresh clone: the environment is made on the way.
.DEFAULT_GOAL := help
SHELL := /bin/sh
.PHONY: remake help run test lint faults fuzz long stress bench bench-peers corpus demo secrets lock clean

VENV ?= .venv
BIN := $(VENV)/bin

# The first that really runs (a version manager's shim may not) and is new enough. 3.12 and 3.11 come first: there Redis is a
# wheel too. Choose your own with `make PYTHON=/path/to/python …`.
PYTHONS := $(or $(PYTHON),python3.12 python3.11 python3.13 python3.14 python3)
FIND_PYTHON = for python in $(PYTHONS); do \
	if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then echo "$$python"; exit; fi; done; \
	echo "no Python 3.11 or newer among: $(PYTHONS); name yours with make PYTHON=/path/to/python" >&2; exit 1

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))
	@echo "  POSTERN_DATA, POSTERN_SMTP and POSTERN_HTTP choose another data folder and other addresses."

# An environment that was copied with its clone names the old place in every script, and is made anew.
PLACE := $(shell cat $(VENV)/.made-from 2>/dev/null)
$(VENV)/.made-from: requirements.lock pyproject.toml $(if $(findstring $(CURDIR)/$(VENV),$(PLACE)),,remake)
	@python=$$($(FIND_PYTHON)) && exec "$$python" .ci/environment.py $(VENV)

run: $(VENV)/.made-from ## everything on this machine; Ctrl-C stops it
	@exec $(BIN)/postern up

test: $(VENV)/.made-from ## all tests; real servers, no network
	@exec $(BIN)/pytest -n 3 $(ARGS)

lint: $(VENV)/.made-from ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

faults: $(VENV)/.made-from ## kill, starve and besiege whole systems; POSTERN_SIEGE says for how many seconds
	@POSTERN_SIEGE=$${POSTERN_SIEGE:-1800} exec $(BIN)/pytest -n 3 -s -m faults $(ARGS)

fuzz: $(VENV)/.made-from ## mutated mails at the front door for an hour; POSTERN_FUZZ=10000 says how many instead, 60s how long
	@POSTERN_FUZZ=$${POSTERN_FUZZ:-3600s} exec $(BIN)/pytest -s tests/journeys/test_fuzz.py $(ARGS)

long: $(VENV)/.made-from ## the tests that wait and measure for long; CI runs them, too
	@exec $(BIN)/pytest -n 2 --dist loadfile -m long $(ARGS)

stress: $(VENV)/.made-from ## writers at the tickets' doors for 60 s each; prints their rates
	@POSTERN_STRESS=$${POSTERN_STRESS:-60} exec $(BIN)/pytest -s -m "long or not long" tests/faults/test_writers.py $(ARGS)

bench: $(VENV)/.made-from ## measure this machine; a missed goal is printed as missed
	@exec $(BIN)/postern bench $(ARGS)

bench-peers: $(VENV)/.made-from ## compare with django-helpdesk (from the package index) and Postfix, if it is installed
	@exec $(BIN)/python -m tests.peers.bench $(ARGS)

corpus: $(VENV)/.made-from ## score what is read in real mails; POSTERN_CORPUS names their folder
	@exec $(BIN)/python -m tests.scores $(ARGS)

demo: $(VENV)/.made-from ## a mail, its answer and the thread, against the system that `make run` runs
	@exec $(BIN)/postern demo

secrets: ## passwords and a certificate for compose.yml, made once, in secrets/ (needs openssl)
	@exec .ci/secrets

lock: ## pin everything anew, for every platform (needs uv)
	uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-header --no-emit-index-url --upgrade \
		-o requirements.lock

clean: ## remove the environment and caches, never data
	rm -rf .venv .venv-* .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
