# SPDX-License-Identifier: Apache-2.0
# Two commands matter: `make demo` and `make test`. What they do is in demo/.
PYTHON ?= python3

.DEFAULT_GOAL := help
.PHONY: help demo down lint test test-unit test-cloud test-browser screenshots clean

help:
	@echo 'make demo                 a cloud and Horizon with the plugin, until Ctrl-C'
	@echo 'make demo HORIZON=stock   stock Horizon on the same cloud'
	@echo 'make down                 stop the demo and its cloud'
	@echo 'make test                 every check and every test'
	@echo 'make lint | test-unit | test-cloud | test-browser   one part of it'
	@echo 'make screenshots          the pictures of the README, from the running demo'
	@echo 'make clean                forget everything that was installed and made'

demo:
	@$(PYTHON) -m demo up

down:
	@$(PYTHON) -m demo down

test:
	@$(PYTHON) -m demo test

lint:
	@$(PYTHON) -m demo test lint

test-unit:
	@$(PYTHON) -m demo test unit

test-cloud:
	@$(PYTHON) -m demo test cloud

test-browser:
	@$(PYTHON) -m demo test browser

screenshots:
	@$(PYTHON) -m demo screenshots

clean: down
	rm -rf .venv .state build dist *.egg-info .ruff_cache .import_linter_cache
