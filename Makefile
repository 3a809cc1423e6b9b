# Each goal does its own set-up; see tools/setup. `guide --help` has the finer commands.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help serve test check rehearse lock clean
export PYTHON

# sudo drops the folder that Go's own instructions put on PATH.
export PATH := $(PATH):/usr/local/go/bin

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

serve: ## the guide in the browser, both languages, live reload
	@tools/setup serve
	@exec .venv/bin/guide serve

test: ## everything: checks, tests, and the whole guide on a throwaway cluster; writes the proof
	@tools/setup test
	@exec .venv/bin/python tools/suite.py test

check: ## all that needs no cluster
	@tools/setup check
	@exec .venv/bin/python tools/suite.py check

rehearse: ## what the workflows run, each on a new minimal machine (as root); ARGS="sandbox" for the whole
	@tools/setup test
	@PYTHONPATH=tools exec .venv/bin/python -m rehearsal $(ARGS)

lock: ## write requirements.lock anew from pyproject.toml
	@tools/setup serve
	@tools/lock $(ARGS)

clean: ## remove what was made in this checkout (not the caches of built programs)
	rm -rf build .venv .mypy_cache .pytest_cache .ruff_cache
