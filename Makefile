# The commands of the house. `make` alone prints them.
.DEFAULT_GOAL := help
.PHONY: help setup run test test-long lint bench badge-pixels screenshots translations locks clean

PORT ?= 8000
export PORT
# Only when given, so that scripts/setup.sh may choose: make PYTHON=/usr/bin/python3.13 setup
ifdef PYTHON
export PYTHON
endif

# The commands of .venv come first for every recipe and for the processes of the Procfile.
IN_VENV := PATH="$(CURDIR)/.venv/bin:$$PATH"
# Compiled modules are stored, also where the environment (a container, say) turns that off: hundreds of processes start
# in a run of the tests, and each would compile 900 modules.
export PYTHONDONTWRITEBYTECODE :=

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install what the application needs (system packages when allowed, .venv, browser libraries)
	@scripts/setup.sh

# honcho gives each process a port of its own; links in mail, which the worker writes, name the one of web.
run: export FORUMAPP_BASE_URL ?= http://127.0.0.1:$(PORT)
run: setup ## Set up, load the sample forum once (EMPTY=1: none), start web and worker (PORT=8000)
	@$(IN_VENV) python -m forumapp init $(if $(EMPTY),--empty)
	@echo "Open $$FORUMAPP_BASE_URL (Ctrl-C stops web and worker)"
	@$(IN_VENV) honcho start -p $(PORT)

# Of glibc: each thread of the tests would leave a heap of its own, which made a process some 300 MB larger.
test test-long: export MALLOC_ARENA_MAX := 2
test: export FORUMAPP_TEST_BOTH := $(BOTH)
test: ## Run the tests, on SQLite, PostgreSQL and in a browser (ARGS= goes to pytest; BOTH=1: each on both databases)
	@scripts/setup.sh --tests
	@$(IN_VENV) python -m pytest -n auto --dist worksteal $(ARGS)

test-long: ## Run the long random walks and rounds of kills that `make test` leaves out (ARGS= goes to pytest)
	@scripts/setup.sh --tests
	@$(IN_VENV) python -m pytest -n auto --dist worksteal -m long $(ARGS)

lint: ## Check style, types, import contracts, templates, translations and words
	@scripts/setup.sh --tests
	@$(IN_VENV) ruff check
	@$(IN_VENV) ruff format --check
	@$(IN_VENV) mypy forumapp wsgi.py scripts
	@$(IN_VENV) lint-imports
	@$(IN_VENV) python scripts/check_templates.py
	@$(IN_VENV) python scripts/check_translations.py
	@$(IN_VENV) python scripts/check_words.py

bench: ## Measure the performance marks, as a table and as bench/results.json
	@scripts/setup.sh --tests
	@$(IN_VENV) python -m bench

badge-pixels: ## Hold every ready badge design against a full render, with 200 real names each
	@scripts/setup.sh --tests
	@$(IN_VENV) python -m bench.badge_pixels

screenshots: ## Take the pictures of the site and of the printed pages that README shows
	@scripts/setup.sh --tests
	@$(IN_VENV) python scripts/screenshots.py

translations: ## Bring the messages of code and templates into translations/*.po
	@scripts/setup.sh --tests
	@$(IN_VENV) python scripts/check_translations.py --update

# With extras: pip refuses fonttools[woff] where the lock says fonttools and a newer version than that has appeared.
LOCK := uv pip compile -q --generate-hashes --no-emit-index-url --no-strip-extras --universal --python-version 3.11 \
	$(if $(UPGRADE),--upgrade)

locks: ## Pin what requirements*.in and package.json ask for (UPGRADE=1 takes the newest; needs uv)
	$(LOCK) requirements.in -o requirements.txt
	$(LOCK) requirements-build.in -o requirements-build.txt
	$(LOCK) requirements-test.in -c requirements.txt -o requirements-test.txt
	npm $(if $(UPGRADE),update,install) --package-lock-only --silent

clean: ## Remove what setup and the checks made; var/ with the data stays
	rm -rf .setup node_modules static/vendor .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -rf *.egg-info
	find translations -name '*.mo' -delete 2>/dev/null || true
	if [ -L .venv ]; then rm .venv; else rm -rf .venv; fi
