# Every target makes the environment first (.venv from requirements.lock, stdlib and pip only).
PYTHON ?= python3
FURONG := .venv/bin/furong
IN     := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help env run demo test check bench release-check lock vendor font clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

env: ## only the environment: .venv from requirements.lock
	@$(PYTHON) wsgi.py env

run: env ## serve on http://127.0.0.1:8000 (PORT=, HOST=)
	@exec $(FURONG) serve $(if $(HOST),--host $(HOST)) $(if $(PORT),--port $(PORT))

demo: env ## an invented district that shows every page full; prints the sign-ins
	@$(FURONG) demo

test: env ## every test (ARGS= goes to pytest)
	@$(PYTHON) wsgi.py test $(ARGS)

check: env ## style and house rules, in seconds
	@$(IN) -m ruff check .
	@$(IN) -m ruff format --check .
	@$(PYTHON) wsgi.py test tests/house -q

bench: env ## each bench in bench/, with its figures
	@set -e; for bench in bench/*.py; do [ -e "$$bench" ] || continue; echo "== $$bench"; PYTHONPATH=. $(IN) "$$bench"; done

release-check: env bench ## what is slow or needs root: benches, then tests/release
	@if [ -d tests/release ]; then $(PYTHON) wsgi.py test tests/release; else echo "tests/release: nothing yet"; fi

lock: ## pin the newest versions pyproject.toml allows (needs uv)
	uv lock --upgrade
	uv export --quiet --frozen --all-groups --no-emit-project --format requirements-txt --output-file requirements.lock

vendor: env ## fetch the third-party assets again and check them against their locks (needs npm)
	@$(IN) scripts/vendor.py

font: env ## cut the font of the share picture again and check it against its lock (needs npm)
	@$(IN) -m scripts.font

clean: ## remove the environment and every cache; instance/ stays
	rm -rf .venv .cache .pytest_cache .ruff_cache .hypothesis
	find app scripts tests migrations bench -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
