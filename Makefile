# SPDX-License-Identifier: Apache-2.0
# Two commands matter: `make demo` and `make test`. What they do is in demo/.
PYTHON ?= python3

.DEFAULT_GOAL := help
.PHONY: help demo down lint test test-all test-unit test-cloud test-browser test-release soak bench screenshots docs messages release-check upstream clean

help:
	@echo 'make demo                 a cloud and Horizon with the plugin, until Ctrl-C'
	@echo 'make demo HORIZON=stock   stock Horizon on the same cloud'
	@echo 'make down                 stop the demo and its cloud'
	@echo 'make test                 every check and every test that CI runs'
	@echo 'make test-all             those that CI leaves out, too; keeps tests/last-full-run.rst'
	@echo 'make lint | test-unit | test-cloud | test-browser | test-release   one part of it'
	@echo 'make soak MINUTES=10      random steps on the test cloud, judged; for as long as asked'
	@echo 'make bench                what pages cost, beside stock Horizon; writes bench/results/'
	@echo 'make screenshots          the pictures of the documentation, from the running demo'
	@echo 'make docs                 the documentation as web pages, in .state/docs/html'
	@echo 'make messages             the catalogues of translators (a new one: L=ja)'
	@echo 'make release-check        what is missing for a release: translations, release notes'
	@echo 'make upstream             the patches for Horizon itself, applied and tested (see upstream/)'
	@echo 'make clean                forget everything that was installed and made'

demo:
	@$(PYTHON) -m demo up

down:
	@$(PYTHON) -m demo down

test:
	@$(PYTHON) -m demo test

test-all:
	@$(PYTHON) -m demo test --all

lint:
	@$(PYTHON) -m demo test lint

test-unit:
	@$(PYTHON) -m demo test unit

test-cloud:
	@$(PYTHON) -m demo test cloud

test-browser:
	@$(PYTHON) -m demo test browser

test-release:
	@$(PYTHON) -m demo test release

soak:
	@$(PYTHON) -m demo soak --minutes $(or $(MINUTES),10)

bench:
	@$(PYTHON) -m demo bench $(and $(REPEATS),--repeats $(REPEATS)) $(and $(REQUESTS),--requests $(REQUESTS))

screenshots:
	@$(PYTHON) -m demo screenshots

docs:
	@$(PYTHON) -m demo docs

messages:
	@$(PYTHON) -m demo messages $(L)

release-check:
	@$(PYTHON) -m demo release-check

upstream:
	@$(PYTHON) -m upstream

clean: down
	rm -rf .venv .state build dist *.egg-info .ruff_cache .import_linter_cache
