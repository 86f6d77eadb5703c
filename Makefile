.PHONY: help setup serve build test bench bench-pages soak programs clean
.DEFAULT_GOAL := help

PYTHON ?= python3
BIN := .venv/bin

help:  ## Show what there is
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

setup: .venv/ready  ## Make .venv with everything installed

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python -c constraints.txt -e . --group dev
	touch $@

build: setup  ## Validate the data and write publish/
	$(BIN)/osallisuus build

serve: setup  ## Build and serve the real data at http://127.0.0.1:8000/
	$(BIN)/osallisuus build
	$(BIN)/osallisuus serve

test: setup programs  ## Lint, type-check, test, check the data, prove the build
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/interrogate --quiet src tests
	$(BIN)/coverage erase
	$(BIN)/pytest --numprocesses=auto --dist=loadfile --cov --cov-report=
	$(BIN)/coverage report
	$(BIN)/osallisuus check
	$(BIN)/osallisuus build --check

programs:  # What the tests need besides Python; installed as root on Debian, else such tests are skipped and say so
	@sh tests/install-programs

bench: setup  ## Measure against other servers; writes docs/performance.md (a quarter of an hour)
	@sh tests/benchmarks/install-programs
	PYTHONPATH=tests $(BIN)/python -m benchmarks.bench

bench-pages: setup  ## Measure the server's time and the weight of every type of page (half a minute)
	PYTHONPATH=tests $(BIN)/python -m benchmarks.pages

soak: setup  ## Half an hour of load, endless queries, floods and changes of release
	@sh tests/benchmarks/install-programs
	PYTHONPATH=tests $(BIN)/python -m benchmarks.soak

clean:  ## Remove what setup and the tests made
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage* dist
