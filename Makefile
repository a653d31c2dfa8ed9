# Everything a person types here. Needs Python 3.11 or newer, make and a package registry; nothing else.

PYTHON ?= $(firstword $(foreach name,python3.11 python3 python,$(shell $(name) -c \
	'import sys; print("$(name)") if sys.version_info >= (3, 11) else None' 2>/dev/null)))
# What is compiled is kept, or each of the many processes that tests start would compile all of it again.
unexport PYTHONDONTWRITEBYTECODE
VENV := .venv
BIN := $(VENV)/bin
RUN_STAMP := $(VENV)/.installed-run
DEV_STAMP := $(VENV)/.installed-dev
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input -qq
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help run embeddings test histories stories fault-test crash-test check format bench lock clean

help: ## Show what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-16s %s\n", $$1, $$2}'

run: $(RUN_STAMP) ## Install if needed, then start Yardmaster (IMPORT=file brings your own data)
	@$(BIN)/yardmaster run $(if $(IMPORT),--import "$(IMPORT)")

embeddings: $(RUN_STAMP) ## Install what YARDMASTER_EMBEDDINGS needs
	@$(PIP) install --require-hashes -r requirements-embeddings.lock

test: $(DEV_STAMP) ## Run the tests but for the longest, which make check runs too (ARGS='-k name' chooses)
	@$(BIN)/python -m pytest $(ARGS)

histories: $(DEV_STAMP) ## Live ten thousand histories of approvals for each of their laws (half an hour)
	@$(BIN)/python -m pytest -n 2 --timeout 7200 --hypothesis-profile ten-thousand --durations 0 \
		tests/orchestrator/test_histories.py \
		tests/orchestrator/test_granting_laws.py::test_nothing_is_let_through_without_enough_who_may_decide \
		tests/orchestrator/test_granting_laws.py::test_what_is_done_is_what_those_who_agreed_were_asked

stories: $(DEV_STAMP) ## Play all stories of the sandbox with a real bot, and tell how each ended (minutes)
	@$(BIN)/python -m pytest -n 0 -m stories tests/scenarios/test_all_stories.py

fault-test: $(DEV_STAMP) ## Let Jira and Slack fail in all the ways of the docs' tables, with a real bot (minutes)
	@$(BIN)/python -m pytest -m "vendor_faults or not vendor_faults" tests/scenarios/test_vendor_faults.py

crash-test: $(DEV_STAMP) ## Kill, stop and lose processes under load (minutes; YARDMASTER_CRASHES=25, YARDMASTER_CRASH_SEED=8801)
	@$(BIN)/python -m pytest -n 0 -m crash_matrix tests/scenarios/test_crash_matrix.py tests/scenarios/test_two_machines.py
	@$(BIN)/python -m pytest -n 5 -m crash_matrix tests/scenarios/test_stopped_worker.py

check: $(DEV_STAMP) ## All that CI runs: format, lint, types, import contracts, tests
	@echo "format"; $(BIN)/ruff format --check --quiet .
	@echo "lint"; $(BIN)/ruff check --quiet .
	@echo "types"; $(BIN)/mypy
	@echo "imports"; $(BIN)/lint-imports --no-cache
	@echo "tests"; $(BIN)/python -m pytest --hypothesis-profile=full -m "not crash_matrix and not stories and not vendor_faults"

format: $(DEV_STAMP) ## Format the code and repair what the linter can repair
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

bench: $(DEV_STAMP) ## Measure decisions and speed against named baselines
	@$(BIN)/python -m benchmarks $(ARGS)

lock: $(DEV_STAMP) ## Choose the newest allowed versions again and write the lock files
	@echo "lock"; $(COMPILE) --upgrade --extra build --output-file requirements.lock >/dev/null
	@$(COMPILE) --upgrade --extra build --extra dev --constraint requirements.lock \
		--output-file requirements-dev.lock >/dev/null
	@$(COMPILE) --upgrade --extra build --extra embeddings --constraint requirements-dev.lock \
		--output-file requirements-embeddings.lock >/dev/null

clean: ## Remove what make made; your data under var/ stays
	@rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(if $(PYTHON),,echo "Yardmaster needs Python 3.11 or newer: install it, or name it with make PYTHON=..." >&2; exit 1)
	@echo "making $(VENV) with $(PYTHON)"
	@$(PYTHON) -m venv $(VENV)

$(RUN_STAMP): requirements.lock pyproject.toml | $(BIN)/python
	@echo "installing what Yardmaster needs (once)"
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(DEV_STAMP): requirements-dev.lock $(RUN_STAMP)
	@echo "installing what developing needs (once)"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@
