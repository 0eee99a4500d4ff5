# make start   set up, then open the app          make test    set up, then test everything
# make bench   compare with the rivals            make lint    ruff, mypy, import contracts
# make verify  all that the built-in course promises (part of make test)
# make format  put the code in order              make clean   remove what was set up
# make soak    a long session under bad treatment   make fuzz    strange bytes for every reader of them
# make verdicts  write docs/verdicts.md anew        make docs    the other generated pages and schemas
# make fuzz-lessons  5,000 damaged lesson files
# make verify-torch TORCH=2.6.0   make verify with another torch, in a virtual environment of its own

PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3.11)
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
VERIFY := tutor verify lessons --min-strength 95

.PHONY: start test verify verify-torch lint format docs bench soak fuzz fuzz-lessons verdicts clean
.DELETE_ON_ERROR:

start: $(VENV)/.installed
	@$(BIN)/tutor

test: $(VENV)/.installed-test lint
	$(BIN)/python -m pytest -n 3 --dist loadgroup
	$(BIN)/$(VERIFY)

verify: $(VENV)/.installed
	$(BIN)/$(VERIFY)

verify-torch: OTHER := .venv-torch-$(TORCH)
verify-torch:
	@test -n "$(TORCH)" || { echo "Which one? make verify-torch TORCH=2.6.0" >&2; exit 2; }
	@$(PYTHON) -m venv $(OTHER)
	@grep -viE '^(torch|sympy)==' constraints.txt > $(OTHER)/constraints.txt
	@$(OTHER)/bin/python -m pip install --quiet -c $(OTHER)/constraints.txt torch==$(TORCH) -e .
	$(OTHER)/bin/$(VERIFY)

lint: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.installed-test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.installed-bench
	$(BIN)/python -m benchmarks

soak: $(VENV)/.installed-test
	$(BIN)/python -m benchmarks.soak

fuzz: $(VENV)/.installed-fuzz
	$(BIN)/python -m benchmarks.fuzz

verdicts: $(VENV)/.installed-test
	$(BIN)/python -m tutor.app.verdict_page

fuzz-lessons: $(VENV)/.installed-test
	$(BIN)/python -m benchmarks.fuzz_lessons

docs: $(VENV)/.installed-test
	$(BIN)/python -m checks.catalog
	$(BIN)/python -m checks.reference
	$(BIN)/python -m tutor.authoring.pages

clean:
	rm -rf $(VENV) .venv-torch-* dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

# Each stamp is newer than the files that decide what is installed, so a second run installs nothing.
$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3" >&2; exit 2; }
	@echo "Setting up $(VENV) (once; torch is large)…" >&2
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	@$(INSTALL) -e .
	@touch $@

$(VENV)/.installed-test: pyproject.toml constraints.txt | $(VENV)/bin/python
	@$(INSTALL) -e ".[test]"
	@touch $@ $(VENV)/.installed

$(VENV)/.installed-bench: $(VENV)/.installed-test
	@$(INSTALL) -e ".[test,bench]"
	@touch $@

$(VENV)/.installed-fuzz: $(VENV)/.installed-test
	@$(INSTALL) -e ".[test,fuzz]"
	@touch $@
