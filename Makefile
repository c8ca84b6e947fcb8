# What can be done here. `make` alone lists it.
PYTHON := .venv/bin/python
UV := .venv/bin/uv
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header pyproject.toml --extra local

.DEFAULT_GOAL := help
.PHONY: help setup up down status reset demo test test-fast lint types contracts schemas samples screenshots forms requirements faults soak rules-report bench bench-console year bench-reading bench-forms calibrate-reading signatures corpus fuzz

help: ## List what can be done
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Install everything needed: programs, Python environment, Kafka
	@infra/setup.sh

up: setup ## Start Kafka, S3, SQS, mail and all services; Ctrl-C stops them
	@$(PYTHON) -m infra.stack up

down: ## Stop the stack from another terminal
	@$(PYTHON) -m infra.stack down

status: ## Show the parts of the running stack
	@$(PYTHON) -m infra.stack status

reset: ## Wipe the stack's data
	@$(PYTHON) -m infra.stack reset

demo: setup ## Follow sample applications from the drop bucket to the agent's mail
	@$(PYTHON) -m goodorder.demo

test: setup lint types contracts ## Everything: style, types, contracts, and all tests on the real parts
	@# The tests on the stack wait much: those without one fill the gaps, and have their say at the end.
	@nice -n 5 $(PYTHON) -m pytest -m "not stack" -n auto >.cache/tests-without-stack.txt 2>&1 & without=$$!; \
	$(PYTHON) -m pytest -m stack; on=$$?; \
	echo "The tests without a stack:"; wait $$without; without=$$?; \
	cat .cache/tests-without-stack.txt; exit $$((on + without))

test-fast: setup ## The quick tests that need no server, in under a minute
	@$(PYTHON) -m pytest -m "not stack and not slow" -n auto

lint: setup ## Style and order of the code
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .

types: setup ## Types, strictly
	@.venv/bin/mypy

contracts: setup ## Who may import whom, and whether the published schemas are current and compatible
	@.venv/bin/lint-imports
	@$(PYTHON) -m schemas.publish --check

schemas: setup ## Write the JSON Schemas, the AsyncAPI document and the page of events anew
	@$(PYTHON) -m schemas.publish

samples: setup ## Write sample packets into samples/out
	@$(PYTHON) -m samples.generate --count 20

screenshots: setup ## Pictures of the console's main pages into docs/screenshots
	@$(PYTHON) -m tests.browser.screenshots

forms: setup ## Draw the sample carriers' blank forms anew
	@$(PYTHON) -m samples.draw_forms

requirements: ## Pin every dependency with its hashes from pyproject.toml
	@$(COMPILE) -o requirements/run.txt
	@$(COMPILE) --extra dev -c requirements/run.txt -o requirements/dev.txt
	@$(COMPILE) --extra dev --extra rapidocr --extra peers -c requirements/dev.txt -o requirements/bench.txt

faults: setup ## Try every fault on real processes and print what it cost: make faults ONLY=disk,SMTP
	@$(PYTHON) -m tests.faults $(if $(ONLY),--only "$(ONLY)") $(ARGS)

soak: setup ## Thousands of packets with random kills, the checker at the end: make soak PACKETS=10000
	@$(PYTHON) -m tests.faults.soak --packets $(or $(PACKETS),1000) $(ARGS)

licences: setup ## List the licence of every pinned package; fails if one does not fit
	@$(PYTHON) -m infra.supply.licences

sbom: setup ## Write the software bill of materials (CycloneDX) to sbom.cdx.json
	@$(PYTHON) -m infra.supply.bom sbom.cdx.json

audit: setup ## Ask what is known against the pinned packages; needs the network, MUST=1 fails without it
	@$(PYTHON) -m infra.supply.audit $(if $(MUST),--must)

rules-report: setup ## Recall and false alarms of every rule over the corpus of seeded defects
	@$(PYTHON) -m tests.corpus.report

bench: setup ## Measure a check, the runner, the wait from upload to mail, and a long scan
	@$(PYTHON) -m benchmarks

bench-console: setup ## Measure the console's pages and search with 50,000 cases, on SQLite and on PostgreSQL
	@$(PYTHON) -m benchmarks.console_pages $(ARGS)

year: setup ## Simulate a year of 5,000 cases: the funnel, and whether every sum adds up (CASES=5000 SEED=1 STACK=)
	@$(PYTHON) -m benchmarks.year$(if $(STACK),.on_the_stack) $(if $(CASES),--cases $(CASES)) $(if $(SEED),--seed $(SEED))

bench-reading: setup ## Measure how well and how quickly scans, faxes and photos are read
	@$(UV) pip install --quiet --python $(PYTHON) --require-hashes -r requirements/bench.txt
	@$(PYTHON) -m benchmarks.reading $(ARGS)

calibrate-reading: setup ## Make the table of the reader's confidences anew from seeded packets
	@$(UV) pip install --quiet --python $(PYTHON) --require-hashes -r requirements/bench.txt
	@$(PYTHON) -m benchmarks.reading.calibrate

bench-forms: setup ## Learn each fillable PDF in the folder FORMS, fill it in, spoil it and read it back
	@test -n "$(FORMS)" || { echo "Say which folder: make bench-forms FORMS=path/to/fillable-forms"; exit 1; }
	@$(PYTHON) -m benchmarks.forms $(FORMS)

corpus: setup ## Put every file of a folder through the running pipeline: make corpus CORPUS=...
	@test -n "$(CORPUS)" || { echo "Say which folder: make corpus CORPUS=path/to/files"; exit 1; }
	@$(PYTHON) -m benchmarks.corpus $(CORPUS) $(ARGS)

fuzz: setup ## Read files that are spoilt anew each time: make fuzz SECONDS=600 [SEED=1]
	@$(PYTHON) -m tests.intake.reading.fuzz --seconds $(or $(SECONDS),60) --seed $(or $(SEED),1)

signatures: setup ## Compare what is found of signatures with known ones: make signatures FOLDER=...
	@test -n "$(FOLDER)" || { echo "Say which folder: make signatures FOLDER=path/to/scans"; exit 1; }
	@$(PYTHON) -m benchmarks.signatures $(FOLDER) $(if $(TRUST),--trust $(TRUST))
