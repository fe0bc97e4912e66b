# Provost. `make demo` runs the main job, `make test` passes the tests; both build what they need in .venv first.
PYTHON ?= python3
BOOT := .bootstrap
UV := PYTHONPATH=$(BOOT) $(PYTHON) -m uv
BIN := .venv/bin
ARGS ?=
STAMP := .venv/.synced

.PHONY: demo test test-full check bench lock clean

demo: $(STAMP)
	$(BIN)/provost demo $(ARGS)

test: $(STAMP)
	$(BIN)/python -m pytest -W error -m "not slow" -n 2 --dist loadfile $(ARGS)

test-full: $(STAMP)
	$(BIN)/python -m pytest -W error -m slow -n 2 --dist loadfile $(ARGS)

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(STAMP)
	$(BIN)/provost bench $(or $(ARGS),reconcile)

lock: $(BOOT)/uv
	$(UV) lock

$(BOOT)/uv:
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --target $(BOOT) uv

$(STAMP): $(BOOT)/uv pyproject.toml uv.lock
	$(UV) sync --locked --quiet --python $(PYTHON)
	@touch $(STAMP)

clean:
	rm -rf .venv $(BOOT) .provost .pytest_cache .mypy_cache .ruff_cache
