# rdface: `make demo` for a first report, `make test` for the tests. Needs Python >= 3.11 and pip.
PYTHON ?= python3
VENV := .venv
RDFACE := $(VENV)/bin/rdface
PIP := $(VENV)/bin/python -m pip --disable-pip-version-check --quiet
# A process a core, up to four; each takes a gigabyte or two, and one thread.
PYTEST := OMP_NUM_THREADS=1 $(VENV)/bin/python -m pytest -n auto --maxprocesses 4 --dist loadfile
TEST_WEIGHTS := mtcnn efficientnet_lite0 mpfb2 hpo_obo minilm ppocr_det \
	realesr_animevideov3 realesrgan_x4plus

.PHONY: demo demo-ready test test-ready test-slow docs lint clean

demo: demo-ready ## Benchmark the shipped cohort; writes runs/demo/report.html (FRESH=1: anew)
	$(RDFACE) demo $(if $(FRESH),--fresh)

demo-ready: $(VENV)/.base ## All that needs a network: the environment and the weights
	$(RDFACE) demo --fetch-only

test: test-ready ## All tests but the slow ones
	$(PYTEST) -m "not slow"

test-slow: test-ready ## The slow ones
	$(PYTEST) -m slow

test-ready: $(VENV)/.test
	$(RDFACE) demo --fetch-only
	$(RDFACE) weights pull $(TEST_WEIGHTS)
	$(VENV)/bin/python tests/fetch_photographs.py

docs: $(VENV)/.test ## The documentation as a site: build/site/index.html
	NO_MKDOCS_2_WARNING=1 $(VENV)/bin/mkdocs build --strict

lint: $(VENV)/.test ## Style, types and the layers of the house
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

clean: ## Remove the environment and the runs; the cache of weights stays
	rm -rf $(VENV) runs

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "rdface needs Python 3.11 or newer; try: make PYTHON=python3.12 demo"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "No virtual environment could be made. On Debian: apt install python3-venv"; exit 1; }

# The stamps make a second run work without a network.
$(VENV)/.base: pyproject.toml | $(VENV)/bin/python
	@echo "Installing rdface into $(VENV) ..."
	$(PIP) install -e .
	@touch $@

$(VENV)/.test: pyproject.toml | $(VENV)/bin/python
	@echo "Installing rdface and all that its tests need (torch is several GB) ..."
	$(PIP) install -e '.[torch,clip,tune,synthesis,simulate,gallery,colourise,test]'
	@touch $@ $(VENV)/.base
