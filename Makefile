# `make up` needs Python >= 3.10 and make, nothing else; what it gets and makes is in .venv and .local.
# Every step returns at once when there is nothing to do, so each target names all that it needs.

PYTHON ?= python3
VENV := .venv/bin/python
PREPARE := $(PYTHON) -m tools.local.prepare

.DEFAULT_GOAL := help
.PHONY: up preview down recover test lint docs bench crash sdks clean help environment checks pulumi languages samples

up: ## Bring up the stack `local` on the local Azure, and ask its agents (QUIET=1: print the result only)
	@$(PREPARE) pulumi environment echo
	@$(VENV) -m tools.local.up

preview: ## Show what `make up` would change
	@$(PREPARE) pulumi environment
	@$(VENV) -m tools.local.preview

down: ## Destroy the stack `local` and stop the local Azure; nothing is left in either
	@if [ -d .local/state ]; then $(PREPARE) pulumi environment && $(VENV) -m tools.local.down; \
	else echo "Nothing is up."; fi

recover: ## Recover a stack after a killed run (STACK=local; CANCEL=yes takes a lock from another machine)
	@$(PREPARE) pulumi environment
	@$(VENV) -m tools.local.recover $(or $(STACK),local) $(if $(CANCEL),--cancel) $(if $(QUIET),--quiet)

test: ## Run all tests (TESTS=tests/unit: some of them; LANGUAGES="go java": these languages must not be left out)
	@$(PREPARE) checks pulumi echo tools examples
	@$(VENV) -m pytest -n 3 --dist loadgroup --no-loadscope-reorder $(TESTS)

sdks: ## Generate the SDKs of the other languages into .local/sdks
	@$(PREPARE) sdks

lint: checks ## Check style, types, imports and workflows
	$(VENV) -m ruff check .
	$(VENV) -m ruff format --check .
	$(VENV) -m mypy bench components emulator examples/python tests tools
	.venv/bin/lint-imports
	$(VENV) -m tools.workflow_lint
	$(VENV) -m tools.docs --check

docs: environment ## Generate the pages and the argument types that come from declarations in the code
	@$(VENV) -m tools.docs

bench: ## Measure into bench/results.json and docs (SHORT=yes: only try; ONLY=delay,imports)
	@$(PREPARE) plots pulumi echo
	@$(VENV) -m bench $(if $(SHORT),--short) $(if $(ONLY),--only "$(ONLY)")

crash: ## Kill every operation at every request, recover, and check: bench/crash.json
	@$(PREPARE) checks pulumi
	@$(VENV) -m tests.crash

mutants: checks ## Change the rollout's core in small ways and look whether tests notice: bench/mutants.json
	@$(PYTHON) -m tools.local.virtual_environment .venv tests/mutants/requirements.txt
	@$(VENV) -m tests.mutants $(if $(ONLY),--only "$(ONLY)")

clean: ## Stop the local Azure, and remove all that make made
	-@if [ -x .venv/bin/foundry-emulator ]; then .venv/bin/foundry-emulator stop --home .local; fi
	rm -rf .venv .local

help: ## Show this
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Parts alone, for pipelines and by hand.
environment checks pulumi languages:
	@$(PREPARE) $@

samples:
	@$(PREPARE) echo tools
