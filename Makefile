# `make up` needs Python >= 3.10 and make, nothing else; what it gets and makes is in .venv and .local.
# Every step returns at once when there is nothing to do, so each target names all that it needs.

PYTHON ?= python3
VENV := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: up preview down recover test lint docs bench crash clean help environment checks pulumi echo samples

up: environment pulumi echo ## Bring up the stack `local` on the local Azure, and ask its agents
	@$(VENV) -m tools.local.up

preview: environment pulumi ## Show what `make up` would change
	@$(VENV) -m tools.local.preview

down: ## Destroy the stack `local` and stop the local Azure; nothing is left in either
	@if [ -d .local/state ]; then $(MAKE) --no-print-directory environment pulumi && $(VENV) -m tools.local.down; \
	else echo "Nothing is up."; fi

recover: environment pulumi ## Put a stack right after a killed run (STACK=local; CANCEL=yes takes a lock from elsewhere)
	@$(VENV) -m tools.local.recover $(or $(STACK),local) $(if $(CANCEL),--cancel)

test: checks pulumi samples ## Run all tests (TESTS=tests/unit for some of them)
	@$(VENV) -m pytest -n 3 --dist loadfile $(TESTS)

lint: checks ## Check style, types and who imports whom
	$(VENV) -m ruff check .
	$(VENV) -m ruff format --check .
	$(VENV) -m mypy bench components emulator tests tools
	.venv/bin/lint-imports
	$(VENV) -m tools.workflow_lint

docs: environment ## Write the pages of docs that are made from the code
	@$(VENV) -m tools.docs.definition
	@$(VENV) -m tools.docs.errors
	@$(VENV) -m tools.docs.unknowns

bench: checks pulumi echo ## Measure into bench/results.json and docs (SHORT=yes: only try; ONLY=delay,imports)
	@$(PYTHON) -m tools.local.virtual_environment .venv bench/requirements.txt
	@$(VENV) -m bench $(if $(SHORT),--short) $(if $(ONLY),--only "$(ONLY)")

crash: checks pulumi ## Kill every operation at every request, recover, and look: bench/crash.json
	@$(VENV) -m tests.crash

clean: ## Stop the local Azure, and remove all that make made
	-@if [ -x .venv/bin/foundry-emulator ]; then .venv/bin/foundry-emulator stop --home .local; fi
	rm -rf .venv .local

help: ## Show this
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

environment:
	@$(PYTHON) -m tools.local.virtual_environment .venv requirements.txt ./emulator

checks:
	@$(PYTHON) -m tools.local.virtual_environment .venv requirements.txt ./emulator tests/requirements.txt

pulumi:
	@$(PYTHON) -m tools.local.pulumi_cli

echo:
	@$(PYTHON) -m tools.local.virtual_environment .local/agents/echo agents/echo/requirements.txt

samples: echo
	@$(PYTHON) -m tools.local.virtual_environment .local/agents/tools agents/tools/requirements.txt
