# Everyday work on initls. `make` alone lists what there is.

PYTHON ?= python3
VENV ?= .venv
TORCH_VENV ?= .venv-torch
KERAS_VENV ?= .venv-keras
FUZZ_VENV ?= .venv-fuzz
CLUSTER_VENV ?= .venv-cluster
CORPUS ?= .corpus
# What to hand to pip besides `torch`, say an index with CPU builds.
TORCH_PIP_ARGS ?=
# What to hand to pytest besides the folders, say `-k suppress`.
PYTEST_ARGS ?=
# What to hand to the benchmark, say `--quick`.
BENCH_ARGS ?=
TORCH := torch==2.13.0
OTHERS := keras==3.15.1 jax==0.10.2 jaxlib==0.10.2 flax==0.12.8
CLUSTER := distributed==2026.8.0 dask==2026.8.0
# The fuzzer comes as wheels for Linux alone, one release for each of these.
FUZZER := 'atheris==2.3.0; python_version < "3.11"' 'atheris==3.0.0; python_version == "3.11"' 'atheris==3.1.0; python_version > "3.11"'
# How long to fuzz.
FUZZ_SECONDS ?= 80
# Public code: what is imported for its classes, and what is only read.
RELEASES := timm==1.0.31 transformers==5.23.0 diffusers==0.42.1 torchvision==0.29.1 segmentation-models-pytorch==0.6.0 \
  vit-pytorch==1.26.11 monai==1.6.1 torch-geometric==2.8.1 lightning==2.6.6
READING := allennlp==2.10.1 deepchem==2.8.0 espnet==202511 open-clip-torch==3.3.0 peft==0.21.2 pytorch-forecasting==1.8.0 \
  recbole==1.2.1 sentence-transformers==6.2.0 speechbrain==1.1.2 ultralytics==8.4.190 x-transformers==2.31.10

BIN := $(VENV)/bin
PIP := -m pip --disable-pip-version-check --quiet
HEAVY := torch or keras or cluster or corpus or editor or property or session or soak

.DEFAULT_GOAL := help
.PHONY: help demo test proofs proofs-keras sessions property fuzz soak cluster corpus corpus-files editors bench lint fmt docs types imports clean

help: ## List the verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

# ---------------------------------------------------------------- environments

$(VENV)/.program: pyproject.toml
	@echo 'Preparing $(VENV)'
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "initls needs Python 3.10 or newer: make PYTHON=python3.12 ...")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python $(PIP) install --editable .
	@touch $@

$(VENV)/.tools: $(VENV)/.program
	@$(BIN)/python $(PIP) install --editable '.[dev]'
	@touch $@

$(TORCH_VENV)/.ready: pyproject.toml
	@echo 'Preparing $(TORCH_VENV)'
	@test -x $(TORCH_VENV)/bin/python || $(PYTHON) -m venv $(TORCH_VENV)
	@$(TORCH_VENV)/bin/python $(PIP) install $(TORCH_PIP_ARGS) $(TORCH) numpy
	@$(TORCH_VENV)/bin/python $(PIP) install --editable '.[dev]'
	@touch $@

$(KERAS_VENV)/.ready: pyproject.toml Makefile
	@echo 'Preparing $(KERAS_VENV)'
	@test -x $(KERAS_VENV)/bin/python || $(PYTHON) -m venv $(KERAS_VENV)
	@$(KERAS_VENV)/bin/python $(PIP) install $(OTHERS)
	@$(KERAS_VENV)/bin/python $(PIP) install --editable '.[dev]'
	@touch $@

$(FUZZ_VENV)/.ready: pyproject.toml Makefile
	@echo 'Preparing $(FUZZ_VENV)'
	@test -x $(FUZZ_VENV)/bin/python || $(PYTHON) -m venv $(FUZZ_VENV)
	@$(FUZZ_VENV)/bin/python $(PIP) install --only-binary atheris $(FUZZER)
	@$(FUZZ_VENV)/bin/python $(PIP) install --editable '.[dev]'
	@touch $@

$(CLUSTER_VENV)/.ready: pyproject.toml Makefile
	@echo 'Preparing $(CLUSTER_VENV)'
	@test -x $(CLUSTER_VENV)/bin/python || $(PYTHON) -m venv $(CLUSTER_VENV)
	@$(CLUSTER_VENV)/bin/python $(PIP) install $(CLUSTER)
	@$(CLUSTER_VENV)/bin/python $(PIP) install --editable '.[dev]'
	@touch $@

$(TORCH_VENV)/.corpus: $(TORCH_VENV)/.ready tests/corpus/requirements.txt
	@$(TORCH_VENV)/bin/python $(PIP) install --requirement tests/corpus/requirements.txt
	@touch $@

# ---------------------------------------------------------------- seeing it work

demo: $(VENV)/.program ## See what initls finds in examples/, and what it would change
	@echo '$$ initls check examples/'
	@$(BIN)/initls check --exit-zero examples/
	@echo
	@echo '$$ initls check --diff --unsafe-fixes examples/'
	@$(BIN)/initls check --exit-zero --diff --unsafe-fixes examples/

# ---------------------------------------------------------------- tests

test: $(VENV)/.tools ## Run the tests that need nothing but the project (under three minutes)
	$(BIN)/pytest -n auto -m 'not ($(HEAVY))' $(PYTEST_ARGS)

proofs: $(TORCH_VENV)/.ready ## Run what the rules and tables claim on a real PyTorch
	$(TORCH_VENV)/bin/pytest -n auto -o faulthandler_timeout=150 -m 'torch and not (corpus or editor or property or soak)' $(PYTEST_ARGS)

proofs-keras: $(KERAS_VENV)/.ready ## Run what is claimed of Keras and Flax on the real ones
	$(KERAS_VENV)/bin/pytest -n auto -m keras $(PYTEST_ARGS)

sessions: $(VENV)/.tools ## Hold long sessions with the real server
	$(BIN)/pytest -n auto -m session $(PYTEST_ARGS)

property: $(VENV)/.tools ## Run the long generated edit sequences
	$(BIN)/pytest -n auto -m property $(PYTEST_ARGS)

fuzz: $(FUZZ_VENV)/.ready ## Fuzz the text and its segments, guided by coverage, for FUZZ_SECONDS
	$(FUZZ_VENV)/bin/python -m tests.fuzz.run --seconds $(FUZZ_SECONDS)

soak: $(VENV)/.tools $(CORPUS)/.ready ## Type, ask and talk nonsense to one server for minutes
	INITLS_CORPUS=$(CORPUS) $(BIN)/pytest -n auto -m soak $(PYTEST_ARGS)

cluster: $(CLUSTER_VENV)/.ready $(CORPUS)/.ready ## Check files on clusters of processes, and take workers away
	INITLS_CORPUS=$(CORPUS) $(CLUSTER_VENV)/bin/pytest -m cluster $(PYTEST_ARGS)

corpus-files: $(CORPUS)/.ready ## Download the releases of real code that the corpus tests read

$(CORPUS)/.ready: Makefile
	mkdir -p $(CORPUS)/reading
	$(PYTHON) $(PIP) download --no-deps --dest $(CORPUS)/wheels $(RELEASES)
	$(PYTHON) $(PIP) download --no-deps --dest $(CORPUS)/reading/wheels $(READING)
	for wheel in $(CORPUS)/wheels/*.whl; do $(PYTHON) -m zipfile --extract $$wheel $(CORPUS); done
	for wheel in $(CORPUS)/reading/wheels/*.whl; do $(PYTHON) -m zipfile --extract $$wheel $(CORPUS)/reading; done
	find $(CORPUS) -name '*.so*' -delete
	@touch $@

corpus: $(TORCH_VENV)/.corpus $(CORPUS)/.ready ## Hold what initls says of twenty public packages to what is right
	INITLS_CORPUS=$(CORPUS) $(TORCH_VENV)/bin/pytest -n auto -m corpus $(PYTEST_ARGS)

editors: $(VENV)/.tools ## Drive initls in the real editors, end to end
	editors/e2e/run

bench: $(VENV)/.tools ## Measure initls against an empty server, ruff, whole-file libcst and TorchFix
	$(BIN)/python benchmarks/run $(BENCH_ARGS)

# ---------------------------------------------------------------- keeping it tidy

lint: $(VENV)/.tools imports ## Check style and the borders between the parts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

imports: $(VENV)/.tools ## Check the borders between the parts alone
	$(BIN)/lint-imports

fmt: $(VENV)/.tools ## Put the code in shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/.tools ## Write the pages of the rules and the schemas of the settings anew
	$(BIN)/python tools/write_rule_docs.py
	$(BIN)/python tools/write_schemas.py

types: $(VENV)/.tools ## Check the types
	$(BIN)/mypy

clean: ## Remove environments, downloads and caches
	rm -rf $(VENV) $(TORCH_VENV) $(KERAS_VENV) $(FUZZ_VENV) $(CLUSTER_VENV) $(CORPUS) .fuzz .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache .e2e .bench
