# Everything below needs Python 3.11+, pip and make; it sets up a virtual environment of its own in .venv.
# `make check` needs Node.js 20.19+ with npm, too, and sets up node_modules.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: run test slow coverage shake check bench docs clean

run: $(VENV)/installed ## Analyse the Molniya model; results go to outputs/molniya_8k78
	$(BIN)/faulttree run models/molniya_8k78.yaml

test: $(VENV)/installed-test ## Run the tests
	$(BIN)/python -m pytest -n 2
	$(BIN)/python -m pytest -q benchmarks --benchmark-disable

slow: $(VENV)/installed-test ## Run the slow tests too
	$(BIN)/python -m pytest -n 2 -m "slow or not slow"

coverage: $(VENV)/installed-test ## Run the tests with coverage of lines and branches, which takes more than twice as long
	$(BIN)/python -m pytest -n 2 --cov --cov-report=term

SEEDS ?= 1 2 3 4 5 6 7 8 9 10
shake: $(VENV)/installed-test ## Run every property test from nothing under ten seeds; SEEDS="11 12" for others
	@for seed in $(SEEDS); do \
		echo "seed $$seed"; rm -rf .hypothesis; \
		$(BIN)/python -m pytest -n 2 -q -m "hypothesis and not slow" --hypothesis-seed=$$seed || exit 1; \
	done

check: $(VENV)/installed-check node_modules/.installed ## Lint, format check, types; of the explorer's scripts, too
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	npm run --silent lint
	npm run --silent types

bench: $(VENV)/installed-test ## Measure speed: kernels one by one, a table of models, growth with events and sharing, samples a second, the explorer's page; MODELS=folder, TABLE="--select 'das*'"
	$(BIN)/python -m pytest benchmarks --benchmark-enable --benchmark-columns=min,median,max,rounds -p no:xdist
	$(BIN)/python benchmarks/table.py $(MODELS) $(TABLE)
	$(BIN)/python benchmarks/growth.py --seeds 2
	$(BIN)/python benchmarks/throughput.py $(MODELS)
	$(BIN)/python benchmarks/scenarios.py
	$(BIN)/python benchmarks/explorer.py

docs: $(VENV)/installed-docs ## Build the documentation into site/
	$(BIN)/mkdocs build --strict

clean: ## Remove everything that the targets above made
	rm -rf $(VENV) node_modules site build dist .coverage .pytest_cache .mypy_cache .ruff_cache

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/installed-%: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable ".[$*]"
	@touch $@ $(VENV)/installed

node_modules/.installed: package-lock.json
	@command -v npm >/dev/null || { echo "make check needs npm, which comes with Node.js 20.19 or later, for the explorer's scripts" >&2; exit 1; }
	npm ci --silent --no-audit --no-fund
	@touch $@
