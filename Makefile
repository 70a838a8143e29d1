# Two commands do all the set-up: `make demo` and `make test`. PYTHON chooses the interpreter (3.11 or newer).
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
DATA ?= $(if $(ANDON_BENCH_DATA),$(ANDON_BENCH_DATA),../shared/data)

.PHONY: demo test bench lint types install clean help

help:
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:.*##/\t/'

demo: $(VENV)/.base ## the main job on bundled caster data, from nothing
	@$(BIN)/andon demo --out out

test: $(VENV)/.test ## lint, types, import rules and the whole suite
	@PATH="$(abspath $(BIN)):$$PATH" deploy/scripts/check

bench: $(VENV)/.test ## figures beside their baselines, as Markdown and JSON in out/bench
	@ANDON_BENCH_DATA="$(DATA)" $(BIN)/python -m tests.benchmarks --out out/bench

install: $(VENV)/.base ## the environment alone

lint: $(VENV)/.test ## ruff
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(VENV)/.test ## mypy
	@$(BIN)/mypy

# The stamp files make the second run a matter of seconds; they are made anew when the dependencies change.
$(VENV)/.base: pyproject.toml
	@deploy/scripts/install "$(PYTHON)" "$(VENV)" ""
	@touch $@

$(VENV)/.test: pyproject.toml deploy/scripts/system-packages deploy/scripts/model
	@deploy/scripts/system-packages
	@deploy/scripts/install "$(PYTHON)" "$(VENV)" "[test]"
	@deploy/scripts/model "$(VENV)"
	@touch $@ $(VENV)/.base

clean: ## remove the environment and what commands wrote here
	rm -rf $(VENV) out build *.egg-info .mypy_cache .ruff_cache .pytest_cache
