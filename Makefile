# Every target is one line; the work is in tools/ and in the `tuntas` command. `make help` lists them.
.DEFAULT_GOAL := help
BIN := .venv/bin
DATA ?= $(CURDIR)/.tuntas/demo
T ?= tests

help: ## this list
	@grep -E '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16
.venv/.ready: requirements-dev.lock pyproject.toml tools/setup
	@tools/setup
setup: .venv/.ready assets ## everything that run and test need
assets: .venv/.ready ## style sheets, scripts, areas and compiled words, when their sources changed
	@$(BIN)/python tools/assets.py && $(BIN)/python tools/areas.py && $(BIN)/python tools/catalogue.py build
run: setup ## the demo: database, web, worker, vault and post office; Ctrl-C stops it
	@exec $(BIN)/tuntas --data "$(DATA)" demo
check: setup ## format, lint, types, contracts, words, fast tests: under a minute
	@tools/check
test: setup ## check, and every test with a real database and a real browser: under 15 minutes
	@$(BIN)/python -m tests.databases & tools/check && tools/test $(T)
fix: .venv/.ready ## let the formatters and linters mend what they can
	@$(BIN)/ruff check --fix-only --quiet . ; $(BIN)/ruff format --quiet .
docs: setup ## pages generated from the code: the life of a report, the table of states
	@$(BIN)/python tools/docs.py
bench: setup ## intake, inbox, search beside pgbench and django-helpdesk, at 10 thousand and 1 million reports
	@$(BIN)/python -m bench
drill: setup ## kill -9 of everything under load; nothing acknowledged may be lost or doubled
	@$(BIN)/python -m tools.drill
laws: setup ## far random walks over every verb and role, with the laws looked at after each step (TUNTAS_SEED)
	@TUNTAS_LAWS=full $(BIN)/pytest -q -s tests/laws
lag: setup ## the tests in a browser with every answer held back, so that none of them looks before the page is there
	@TUNTAS_TEST_LAG=0.3 tools/test -m browser $(T)
mutants: setup ## faults planted into lifecycle, clocks and access; at least 80 % must be found
	@$(BIN)/python tools/mutate.py --write
eval: setup ## the canned-reply gate and the redaction helper, on real texts too (TUNTAS_EVAL_DATA)
	@$(BIN)/python tools/evaluate.py; canned=$$?; $(BIN)/python -m tools.redaction && exit $$canned
screens: setup ## a picture of every page and state, narrow and wide, light and dark, into docs/screens
	@TUNTAS_BROWSER=$$(tools/browser) $(BIN)/python -m tools.pages.screens
weigh: setup ## bytes and first sight of every page on slow 3G and a slow processor, beside their budgets: docs/weights.md
	@TUNTAS_BROWSER=$$(tools/browser) $(BIN)/python -m tools.pages.weigh
requirements: setup ## the requirements, the tests that prove them and where to see them: docs/requirements.md
	@$(BIN)/python tools/requirements.py
gates: setup ## bandit, our own rules and slow patterns over the source (part of `make test`)
	@$(BIN)/python -m tools.gates
trust: setup ## scanners against the real site and against a planted one; drills of keys and tampering
	@$(BIN)/python -m tools.trust
threats: .venv/.ready ## each threat, and the tests that prove the protection: docs/threats.md
	@$(BIN)/python tools/threats.py
lock: .venv/.ready ## write the lock files anew from pyproject.toml
	@tools/lock
wheel: setup ## the wheel, with assets, words and packs inside, into dist/
	@$(BIN)/pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .
clean: ## remove what was built; keeps the data folder
	@rm -rf .venv node_modules dist artifacts src/tuntas/web/static .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
.PHONY: help setup assets run check test fix docs bench drill laws lag mutants eval screens weigh requirements gates trust threats lock wheel clean
