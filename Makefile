# The commands of the project. `make` alone lists them.

VENV := .venv
INSTALLER := $(shell command -v uv >/dev/null 2>&1 && echo uv || echo pip)

# Prints the first Python on this machine that is new enough.
find_python = for python in python3 python3.11 python3.12 python3.13 python3.14; do \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	    && echo "$$python" && break; \
	done

# $(call from_debian,PACKAGES) installs them where it may, and otherwise says how, and fails.
from_debian = { \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -q && DEBIAN_FRONTEND=noninteractive \
	    apt-get install -qy --no-install-recommends $1; \
	else \
	  echo "Not on this machine yet. On Debian or Ubuntu: sudo apt-get install $1" >&2; false; \
	fi; }

# uv is told where pip looks for wheels, so that both find the same ones.
ifeq ($(INSTALLER),uv)
install = UV_FIND_LINKS="$$(echo "$$PIP_FIND_LINKS" | tr ' ' ',')" \
	uv pip install --python $(VENV)/bin/python
else
install = $(VENV)/bin/python -m pip install --disable-pip-version-check
endif

# What is compiled once is imported quicker ever after, in tests thousands of times.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup app test lint load fuzz faults lock audit docs bench browser

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-7s %s\n", $$1, $$2}' Makefile

setup: $(VENV)/.installed ## Install the app and the geoloc command into .venv

app: setup ## Set up, then open the app in the browser
	$(VENV)/bin/streamlit run app.py

test: $(VENV)/.installed-test browser ## Set up, then run the tests
	OMP_NUM_THREADS=1 $(VENV)/bin/python -m pytest --numprocesses 3 --dist loadfile

lint: $(VENV)/.installed-test ## Set up, then check style, format, types and documentation
	$(VENV)/bin/python -m pytest -q tests/test_quality.py

load: $(VENV)/.installed-test ## Measure what many visitors at once cost: make load SESSIONS=50
	$(VENV)/bin/python -m benchmarks.load --sessions $(or $(SESSIONS),50)

faults: $(VENV)/.installed-test ## Kill so many processes at work, and look what is left: make faults N=300
	OMP_NUM_THREADS=1 $(VENV)/bin/python -m benchmarks.faults --count $(or $(N),300)

fuzz: $(VENV)/.installed-test ## Read so many broken photos, and measure it: make fuzz N=100000
	OMP_NUM_THREADS=1 $(VENV)/bin/python -m benchmarks.fuzz --count $(or $(N),100000)

lock: ## Write requirements.lock anew, with a hash of every file (needs uv)
	uv pip compile --no-config --generate-hashes --universal --python-version 3.11 --quiet \
	  --extra app --extra train --constraint requirements.txt \
	  --custom-compile-command 'make lock' --output-file requirements.lock pyproject.toml

audit: ## Look for known vulnerabilities in what is installed (needs pip-audit and a way to pypi.org)
	pip-audit --require-hashes --disable-pip --requirement requirements.lock

docs: $(VENV)/.installed-test ## Set up, then build the documentation into site/
	NO_MKDOCS_2_WARNING=1 $(VENV)/bin/mkdocs build --strict

bench: $(VENV)/.installed-test ## Set up, then measure speed against what one would otherwise write
	$(VENV)/bin/python -m benchmarks

# The stamps in .venv let an unchanged project skip its installation.
$(VENV)/.installed: pyproject.toml requirements.txt | $(VENV)/bin/python
	$(install) --editable '.[app,train]' --requirement requirements.txt
	@touch $@

$(VENV)/.installed-test: pyproject.toml requirements.txt | $(VENV)/bin/python
	$(install) --editable '.[pretrained,test]' --requirement requirements.txt
	@touch $(VENV)/.installed $@

$(VENV)/bin/python:
ifeq ($(INSTALLER),uv)
	uv venv --clear --seed --python '>=3.11' $(VENV)
else
	@"$$($(find_python))" -c 'import ensurepip' 2>/dev/null || $(call from_debian,python3-venv)
	@[ -n "$$($(find_python))" ] || { echo 'Python 3.11 or newer is needed.' >&2; false; }
	@rm -rf $(VENV) && "$$($(find_python))" -m venv $(VENV)
endif

# Tests of the app drive a real browser. Without one they are skipped, and with CI=true they fail.
# Playwright's driver needs libatomic1, which a bare Debian lacks.
browser: $(VENV)/.installed-test
	@{ $(VENV)/bin/python -m tests.pages.browser && $(VENV)/bin/playwright --version; } >/dev/null 2>&1 \
	  || $(call from_debian,chromium libatomic1 fonts-liberation fonts-noto-color-emoji) || true
