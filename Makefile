# Needs make and Python 3.11 or newer; everything else comes out of requirements.lock.

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: help env demo demo-reset test tests check format soak mutation bench screenshots lock
.DEFAULT_GOAL := help

help: ## Say what can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

env: $(STAMP) ## Make .venv with the pinned packages, and nothing else

# The stamp is written last: an interrupted run leaves none, and the next one starts over.
$(STAMP): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else 0'
	@rm -f $(STAMP)
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@cp requirements.lock $(STAMP)

demo: env ## Start everything with the demonstration's data (PORT, DATABASE_URL, REDIS_URL are honored)
	@exec $(BIN)/python -m rems.services.demo

demo-reset: env ## Drop the demonstration's database, then do as `make demo`
	@exec $(BIN)/python -m rems.services.demo --reset

test: env ## All checks and all tests, on every core, and the slowest of them
	@$(MAKE) --no-print-directory --jobs=2 check tests

# Beside the checks: they use one core, and the tests begin by waiting for their database.
tests: env
	$(BIN)/python -m pytest -n auto --dist loadgroup --durations=15

check: env ## Linters, formatting, types, import directions, migrations, Django's checks
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/python -m rems.services.checks

format: env ## Format and fix what can be fixed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

soak: env mutation ## The long proofs in full (contested rounds, interleavings, properties, the oracle, mutants)
	SOAK=1 $(BIN)/python -m pytest -m soak

mutation: env ## Change each rule a little and see that a test notices
	$(BIN)/python -m tests.mutation

bench: env ## Timings, as medians
	$(BIN)/python -m benchmarks

screenshots: env ## Take the pictures in docs/screenshots anew, from the demonstration's cast (needs Chromium)
	REQUIRE_BROWSER=1 $(BIN)/python -m pytest tests/screenshots.py

lock: env ## Compile requirements.lock from pyproject.toml (needs uv on the PATH)
	uv pip compile pyproject.toml --universal --python-version 3.11 --upgrade --generate-hashes \
		--no-header --no-emit-index-url --no-annotate --quiet --output-file requirements.lock
