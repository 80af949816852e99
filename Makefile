# Each target first builds .venv from the lock files; all real work is in the `barometer` command.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help report review preview notebooks check test language bench coverage imputation lock clean

PYTHON ?= python3
YEAR ?= 2025
COMPILE = uv pip compile pyproject.toml --universal --fork-strategy fewest --python-version 3.11 \
  --generate-hashes --no-emit-index-url --no-header --quiet
VENV := .venv
BIN := $(VENV)/bin
SITE = $$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
# Byte-compiled ahead is what a render imports; without it every render starts seconds later.
SKIP := '/(tests?|jedi|debugpy|fontTools|babel|pip|scipy/(signal|ndimage|io|integrate|interpolate|fft|optimize|stats|sparse|spatial))/'

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

report: $(VENV)/runtime ## the edition of YEAR (default 2025): HTML, PDF, estimates, notebooks
	@$(BIN)/barometer render $(YEAR) --notebooks

review: $(VENV)/runtime ## the reviewers' edition of YEAR, in _output/YEAR-review/
	@$(BIN)/barometer render $(YEAR) --profile review

preview: $(VENV)/runtime ## the page of YEAR in a browser, renewed when a chapter changes; Ctrl-C stops it
	@$(BIN)/barometer preview $(YEAR)

notebooks: $(VENV)/runtime ## the executed notebooks of YEAR, in _output/YEAR/notebooks/
	@$(BIN)/barometer notebooks $(YEAR)

check: $(VENV)/runtime ## every problem in the files of YEAR, and in its edition
	@$(BIN)/barometer check $(YEAR)

test: $(VENV)/test ## every check and test, as CI runs them
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports --no-logo
	@$(BIN)/panache lint report.qmd chapters/*.qmd
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadgroup

language: $(VENV)/test ## style and spelling of YEAR's text: a table, and all that the rules find
	@$(BIN)/python -m tests.language.show $(YEAR)

bench: $(VENV)/runtime ## the benchmarks, in benchmarks/results.json
	@$(BIN)/python benchmarks/bench.py

coverage: $(VENV)/runtime ## how often the intervals of YEAR hold the truth, in benchmarks/coverage.md
	@$(BIN)/python benchmarks/coverage.py $(YEAR)

imputation: $(VENV)/runtime ## what imputation adds to the variance, in benchmarks/imputation.md
	@$(BIN)/python benchmarks/imputation.py

lock: ## renew the lock files from pyproject.toml (needs uv)
	$(COMPILE) --extra build --extra import --upgrade -o requirements.txt
	$(COMPILE) --extra build --extra import --extra test -c requirements.txt -o requirements-test.txt
	echo uv | $(COMPILE:pyproject.toml=-) --upgrade -o requirements-uv.txt

clean: ## remove the environment and all output
	rm -rf $(VENV) _output

# uv, in an environment of its own that goes again, installs a lock file in seconds. So do go the
# test suites that packages ship with: together a hundred megabytes that nobody needs here.
define install
@$(PYTHON) -m venv $(VENV)-uv
@$(VENV)-uv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.txt
@test -x $(BIN)/python || $(VENV)-uv/bin/uv venv --quiet --python $(VENV)-uv/bin/python $(VENV)
@$(VENV)-uv/bin/uv pip install --quiet --python $(BIN)/python --require-hashes -r $(1)
@$(VENV)-uv/bin/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
@rm -rf $(VENV)-uv
@find $(SITE) -mindepth 2 -type d -name tests -prune -exec rm -rf {} +
@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m compileall -q -j 0 -x $(SKIP) $(SITE) > /dev/null || true
@touch $@
endef

$(VENV)/runtime: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(None if v >= (3, 11) else \
	  f"Python 3.11 or newer is needed, {sys.executable} is {v[0]}.{v[1]}. Name another one: make PYTHON=python3.12")'
	@echo "Setting up $(VENV) from the lock file …"
	@rm -rf $(VENV)
	$(call install,requirements.txt)

$(VENV)/test: $(VENV)/runtime requirements-test.txt
	$(call install,requirements-test.txt)
