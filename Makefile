# The only commands: people and .ci/run use the same.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
AT := 2025-06-01T09:00:00+08:00

.PHONY: help run test check docs golden bench clean

help:  ## what can be made
	@sed -n 's/^\([a-z]*\):.*## */\1\t/p' Makefile

run: $(VENV)/run  ## screen and follow the sample hospital, and write the resources to out/
	$(BIN)/yts109 run samples/hospital samples/treated --site samples/site.toml --at $(AT) --to out

test: $(VENV)/tools  ## every test, and branch coverage of mappings/
	$(BIN)/pytest -n auto --cov --cov-report=term-missing:skip-covered

check: $(VENV)/tools  ## lint, format, types, generated documents
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m tests.docs.render --check
	$(BIN)/python -m samples.build --check

docs: $(VENV)/tools  ## make the generated documents and artefacts anew
	$(BIN)/python -m tests.docs.render

golden: $(VENV)/tools  ## make the golden files anew; review the difference
	$(BIN)/python -m samples.build
	GOLDEN=write $(BIN)/pytest -q tests/golden

bench: $(VENV)/tools  ## measure against orjson and fhir.resources
	$(BIN)/python -m benchmarks.screen

clean:  ## remove the virtual environment and what was written
	rm -rf $(VENV) out

# What a run needs, and what developing needs besides: installed once, and again when the pins change.
$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/run: WITH :=
$(VENV)/tools: WITH := [test,check,bench]
$(VENV)/run $(VENV)/tools: $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".$(WITH)"
	touch $@
