# Everything a newcomer needs: `make demo` and `make test` set themselves up.
#
# Needed on the machine: Python 3.11 or newer with pip, and make. Nothing is installed outside
# `.venv`. Another interpreter: `make test PYTHON=/path/to/python3.12`.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
DEMO := demo
UV_COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url --annotation-style line

.PHONY: help demo test lint bench fuzz contract docs lock clean

help:
	@echo "make demo      play a campaign into ./demo: a ledger, a bundle, its verification, five forgeries"
	@echo "make test      lint, types, layers and every test"
	@echo "make lint      only ruff and mypy (the import rules are a test)"
	@echo "make bench     measure speed as ratios against bare baselines (not part of the tests)"
	@echo "make fuzz      let every parser meet random bytes, SECONDS=60 each, and flip every byte of a bundle"
	@echo "make contract  write events/ and the rule pack again from the declarations in src/custody"
	@echo "make docs      write docs/reference and the transcripts again"
	@echo "make lock      choose new versions of the dependencies, pinned by hash"
	@echo "make clean     remove .venv and the caches of the tools"

demo: .venv/.runtime
	@$(BIN)/custody demo $(DEMO)

test: lint
	@$(BIN)/python -m pytest -n 2

lint: .venv/.dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

bench: .venv/.dev
	@for file in tests/benchmark/bench_*.py; do $(BIN)/python $$file || exit 1; done

fuzz: .venv/.dev
	@$(BIN)/python tests/fuzz/run.py --seconds $(or $(SECONDS),60) --corpus .fuzz
	@CUSTODY_FUZZ=1 $(BIN)/python -m pytest tests/fuzz tests/properties tests/page/test_any_mutation.py

contract: .venv/.dev
	@$(BIN)/python tests/contract/regenerate.py
	@$(BIN)/python tests/rules/packs.py

docs: .venv/.dev
	@$(BIN)/python tests/docs/regenerate.py

# Hashes come from the package index; addresses never enter the files.
lock: .venv/.dev
	@$(PIP) install --require-hashes -r requirements/lock.txt
	@$(UV_COMPILE) pyproject.toml -o requirements/runtime.txt
	@$(UV_COMPILE) --group build -c requirements/runtime.txt -o requirements/build.txt
	@$(UV_COMPILE) pyproject.toml --group dev -c requirements/runtime.txt \
		-c requirements/build.txt -o requirements/dev.txt
	@$(UV_COMPILE) --group lock -o requirements/lock.txt

clean:
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

# The environment. Stamps make the second run quick; a changed lock file makes a new start.
.venv/.created:
	@sh .ci/venv $(PYTHON)
	@touch $@

.venv/.runtime: .venv/.created requirements/runtime.txt requirements/build.txt pyproject.toml
	@echo "setting up .venv (runtime packages, pinned by hash) ..."
	@$(PIP) install --require-hashes -r requirements/runtime.txt -r requirements/build.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: .venv/.runtime requirements/dev.txt
	@echo "setting up .venv (test packages, pinned by hash) ..."
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@
