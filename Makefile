# Everything a newcomer needs: `make run` and `make test`. `make help` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PY := .venv/bin/python
export SOTTO_HOME ?= .sotto
# Where the shared labelled turns and conversations of the flags lie.
FLAG_DATA ?= ../shared/data/escalation
# Whole files go to one process each, because a file shares its servers and its browser; in the order of tests/conftest.py.
SPREAD := --numprocesses=auto --dist=loadfile --no-loadscope-reorder

.PHONY: help run test test-long check fix bench bench-% train-flags train-cross-encoder licences lock screenshots clean setup setup-test setup-long panel knowledge

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-19s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup panel knowledge ## Install what is missing, index the demo company, start the server and print its address
	@SOTTO_DEMO=1 SOTTO_LOG_FORMAT=console exec $(PY) -m server run

test: setup-test panel ## Run every test but the long drills (at most 10 minutes)
	@$(PY) -m pytest -m "not long" $(SPREAD) $(ARGS)
	@npm --prefix extension --silent test

test-long: setup-test setup-long panel ## Run the drills with their full counts (at most 40 minutes)
	@$(PY) -m pytest -m long $(SPREAD) $(ARGS)

check: setup panel ## Lint and type-check Python and TypeScript
	@.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy
	@npm --prefix extension --silent run check && npm --prefix extension --silent run lint

fix: setup panel ## Format and repair what the linters can repair
	@.venv/bin/ruff check --fix . ; .venv/bin/ruff format .
	@npm --prefix extension --silent run fix

bench: bench-retrieval bench-silence bench-drafts bench-ingest bench-latency bench-panel bench-page bench-send bench-flags ## Run every benchmark beside its peer
bench-panel: setup-test panel ## Time the panel in a real Chromium; a missed bar fails
	@$(PY) -m bench.panel $(ARGS)
bench-page: setup-test panel ## Measure how much Sotto slows a busy page; a missed bar fails
	@$(PY) -m bench.page $(ARGS)
bench-send: setup-test panel ## Time how long the helpdesk's Send waits for the leak guard; a missed bar fails
	@$(PY) -m bench.send $(ARGS)
bench-%: setup ## Run one benchmark: bench-latency, bench-ingest, bench-retrieval, bench-silence, bench-precision, bench-flags
	@$(PY) -m bench.$* $(ARGS)

train-flags: setup ## Train the flags' models again and fit their weights (an hour and a half on an idle core)
	@$(PY) -m scripts.train_flags --turns $(FLAG_DATA)/train.jsonl
	@$(PY) -m scripts.fit_quotes
	@$(PY) -m scripts.train_crisis --turns $(FLAG_DATA)/train.jsonl --questions $(FLAG_DATA)/../intent_*/train.jsonl
	@$(PY) -m scripts.fit_wordings --turns $(FLAG_DATA)/train.jsonl
	@$(PY) -m scripts.fit_flags --dev $(FLAG_DATA)/dev.jsonl

train-cross-encoder: setup ## Train the model that reads passages beside the question again (45 minutes on an idle core)
	@$(PY) -m scripts.train_cross_encoder

licences: setup ## List every shipped package with its licence; fail unless each is known to be free
	@$(PY) scripts/licences.py

lock: setup ## Pin the newest compatible versions with hashes into constraints.txt
	@scripts/lock.sh

screenshots: setup-test panel ## Take the README's pictures again, and one of every state of the panel (test-results/gallery)
	@$(PY) scripts/screenshots.py

clean: ## Remove what was built and installed; the knowledge and the database stay
	@rm -rf .venv .venv-helpdesk extension/node_modules extension/dist tests/editors/node_modules test-results .mypy_cache .ruff_cache .pytest_cache

setup:
	@scripts/setup.sh run
setup-test:
	@scripts/setup.sh test
setup-long:
	@scripts/setup.sh long
panel: setup
	@scripts/setup.sh panel
knowledge: setup
	@.venv/bin/ingest sync examples/quillbrook
