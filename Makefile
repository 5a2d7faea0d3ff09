# Every habit has one target, and CI runs the same ones. `make` alone explains them.
.DEFAULT_GOAL := help
.PHONY: help setup run test fuzz lint e2e bench protos assets clean pictures

# The first of these that is new enough makes the virtual environment.
PYTHON ?= $(or $(shell for p in python3 python3.11 python3.12 python3.13; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$p && break; done),python3)
BIN := .venv/bin
RUN_ARGS ?=
TEST_ARGS ?=
BENCH_ARGS ?=
FUZZ_SECONDS ?= 60
FUZZ_ARGS ?=

help: ## this list
	@grep -hE '^[a-z0-9]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

setup: ## install and generate everything into .venv, gen/ and the assets; quick when nothing changed
	@$(PYTHON) tools/setup.py

run: setup ## start everything with a demonstration provider, until Ctrl-C (RUN_ARGS="--http-port 9000")
	@$(BIN)/fairlead up $(RUN_ARGS)

# What three workers import they compile once, also where processes are told to write no bytecode.
test: export PYTHONDONTWRITEBYTECODE =
test: setup ## every test, the browser tests included (TEST_ARGS="-k queue")
	@$(PYTHON) tools/setup.py --tests
	@$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder $(TEST_ARGS)

e2e: ## the browser tests alone
	@$(PYTHON) tools/setup.py --tests
	@$(BIN)/pytest tests/e2e --ignore tests/e2e/platform $(TEST_ARGS)

pictures: ## take the README's pictures anew (docs/images/)
	@$(PYTHON) tools/setup.py --tests
	@FAIRLEAD_PICTURES=1 $(BIN)/pytest tests/e2e/test_pictures.py

bench: ## figures of speed as JSON lines, each with its floor (BENCH_ARGS="api_create --seconds 60")
	@$(PYTHON) tools/setup.py --tests
	@$(BIN)/python -m benchmarks $(BENCH_ARGS)

fuzz: setup ## read hostile mail for FUZZ_SECONDS (60), and keep what hurt; FUZZ_ARGS="--seed 1"
	@$(BIN)/python -m tests.fuzz --seconds $(FUZZ_SECONDS) $(FUZZ_ARGS)

lint: setup ## style, types, and who may import whom
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/mypy

protos: ## generate gen/ from protos/
	@$(PYTHON) tools/setup.py --only protos

assets: ## build the pages' vendor files (styles, fonts, icons, scripts)
	@$(PYTHON) tools/setup.py --only assets

clean: ## remove what make made; the data of an installation (.fairlead/) stays
	@rm -rf .venv .make gen node_modules services/gateway/static/vendor
	@rm -rf .pytest_cache .hypothesis .mypy_cache .ruff_cache .import_linter_cache .schemathesis test-results
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
