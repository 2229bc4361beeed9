# Everything a person types here; `make help` prints this list from the comments behind the targets.
.DEFAULT_GOAL := help
.PHONY: help run test quick pictures check format chaos bench migration lock clean

VENV ?= .venv
PY := $(VENV)/bin/python
NEW_ENOUGH := -c 'import sys; sys.exit(sys.version_info < (3, 11))'
PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13 python3.14 python; do \
	$$p $(NEW_ENOUGH) 2>/dev/null && echo $$p && break; done)
COMPILE = CUSTOM_COMPILE_COMMAND="make lock" $(PY) -m piptools compile --quiet --upgrade --generate-hashes --strip-extras \
	--allow-unsafe --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options \
	--annotation-style line --build-deps-for editable --extra pg

help: ## this list
	@grep -E '^[a-z]+:.*## ' Makefile | awk -F ':.*## ' '{ printf "make %-9s %s\n", $$1, $$2 }'

run: $(VENV)/.runtime ## everything from nothing: database, queue, demo school, web, worker, beat, sandbox
	@exec $(PY) -m bot run $(ARGS)

test: $(VENV)/.dev ## tests and plays on SQLite and PostgreSQL; ALL=1 adds the slow ones and the browser
	@$(PY) -m pytest -n auto --maxprocesses 4 $(if $(ALL),,-m "not slow and not browser") $(ARGS)

quick: $(VENV)/.dev ## under a minute: all quick tests but the plays, on SQLite alone
	@TEST_DATABASE_URL=sqlite:// $(PY) -m pytest -n auto --maxprocesses 4 -m "not slow and not browser" --ignore=tests/test_plays.py $(ARGS)

pictures: $(VENV)/.dev ## takes the pictures of the documentation anew, in a real browser
	@PICTURES=docs/pictures $(PY) -m pytest -q tests/bot/sandbox/test_browser.py $(ARGS)

check: $(VENV)/.dev ## ruff, mypy --strict, import-linter; says everything before it fails
	@failed=0; \
	$(PY) -m ruff check . || failed=1; \
	$(PY) -m ruff format --check --quiet . || { failed=1; echo "not in the usual form: make format"; }; \
	$(PY) -m mypy || failed=1; \
	$(VENV)/bin/lint-imports --no-cache || failed=1; \
	exit $$failed

format: $(VENV)/.dev ## puts the code into the usual form
	@$(PY) -m ruff check --fix --quiet . ; $(PY) -m ruff format --quiet .

chaos: $(VENV)/.dev ## every fault at every point, ROUNDS=5 times over on both databases, JOBS=2 side by side: 1,280 stories, an hour or more
	@CHAOS=$(or $(ROUNDS),5) $(PY) -m pytest -n $(or $(JOBS),2) tests/faults $(ARGS)

bench: $(VENV)/.runtime ## ours beside the bare floor, in ratios
	@$(PY) -m bot bench all $(ARGS)

migration: $(VENV)/.dev ## drafts the next step of the database: make migration WORDS="add letters"
	@$(PY) -m models.migrations "$(WORDS)"

lock: $(VENV)/.dev ## renews both lock files
	@$(COMPILE) -o requirements.lock pyproject.toml
	@$(COMPILE) --extra pgtest --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml

clean: ## forgets the environment and the caches; ./data stays
	@rm -rf $(VENV) .boot *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

# Debian's own Python has no ensurepip; pip --target needs neither that nor root.
$(PY):
	@$(PYTHON) $(NEW_ENOUGH) 2>/dev/null || { \
		echo "jiafang needs Python 3.11 or newer and found none; name one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version) ..."
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || { rm -rf $(VENV) && \
		$(PYTHON) -m pip install -qq --target .boot virtualenv && \
		PYTHONPATH=.boot $(PYTHON) -m virtualenv --quiet $(VENV); } || { rm -rf $(VENV); \
		echo "no virtual environment could be made; install python3-venv or python3-pip" >&2; exit 1; }

define install
	@echo "Installing the locked packages of $(1) ..."
	@$(PY) -m pip install -qq --disable-pip-version-check --require-hashes -r $(1)
	@$(PY) -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation \
		--config-settings editable_mode=compat -e .
endef

$(VENV)/.runtime: requirements.lock pyproject.toml | $(PY)
	$(call install,requirements.lock)
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(PY)
	$(call install,requirements-dev.lock)
	@touch $@ $(VENV)/.runtime
