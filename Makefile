# Everything below needs Python 3.11+, pip and make; it sets up a virtual environment of its own in .venv.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: run test slow shake check bench docs clean

run: $(VENV)/installed ## Analyse the Molniya model; results go to outputs/molniya_8k78
	$(BIN)/faulttree run models/molniya_8k78.yaml

test: $(VENV)/installed-test ## Run the tests, with coverage of lines and branches
	$(BIN)/python -m pytest -n 2 --cov --cov-report=term
	$(BIN)/python -m pytest -q benchmarks --benchmark-disable

slow: $(VENV)/installed-test ## Run the slow tests too
	$(BIN)/python -m pytest -n 2 -m "slow or not slow"

SEEDS ?= 1 2 3 4 5 6 7 8 9 10
shake: $(VENV)/installed-test ## Run every property test from nothing under ten seeds; SEEDS="11 12" for others
	@for seed in $(SEEDS); do \
		echo "seed $$seed"; rm -rf .hypothesis; \
		$(BIN)/python -m pytest -n 2 -q -m "hypothesis and not slow" --hypothesis-seed=$$seed || exit 1; \
	done

check: $(VENV)/installed-check ## Lint, format check, types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/installed-test ## Measure speed: kernels one by one, a table of models, samples a second, the explorer's page; MODELS=folder, TABLE="--select 'das*'"
	$(BIN)/python -m pytest benchmarks --benchmark-enable --benchmark-columns=min,median,max,rounds -p no:xdist
	$(BIN)/python benchmarks/table.py $(MODELS) $(TABLE)
	$(BIN)/python benchmarks/throughput.py $(MODELS)
	$(BIN)/python benchmarks/scenarios.py
	$(BIN)/python benchmarks/explorer.py

docs: $(VENV)/installed-docs ## Build the documentation into site/
	$(BIN)/mkdocs build --strict

clean: ## Remove everything that the targets above made
	rm -rf $(VENV) site build dist .coverage .pytest_cache .mypy_cache .ruff_cache

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/installed-%: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable ".[$*]"
	@touch $@ $(VENV)/installed
