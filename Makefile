# Two commands, each enough on a fresh machine with git, make and a
# Python >= 3.10:
#
#   make demo   start the developer cloud and show the commands on it
#   make test   run every check and every test
#
# PYTHON=... names the interpreter, ARGS=... is passed to what is run. All
# work is done by tox; see tox.ini, and CONTRIBUTING.rst for the details.

# cover is py3 with a coverage floor, so py3 would run the same tests twice.
# What ends with test totals comes last.
ENVS = pep8,docs,releasenotes,cover,functional

export PYTHON
.NOTPARALLEL:
.PHONY: help demo test clean

help:
	@sed -n '/^#/!q;s/^# \{0,1\}//p' Makefile

demo:
	@tools/tox run -e demo -- $(ARGS)

test:
	@if tools/can-compile; then \
	    tools/tox run -e $(ENVS),oldest; \
	else \
	    tools/tox run -e $(ENVS); status=$$?; \
	    echo 'NOT RUN: oldest (Debian 12 clients): no C compiler or no' \
	        'Python headers, see bindep.txt'; \
	    exit $$status; \
	fi

clean:
	-@"$$(tools/find-python)" -m tests.cloud stop
	rm -rf .cloud .tox .venv-tox .stestr .coverage .coverage.* cover
	rm -rf build dist *.egg-info doc/build releasenotes/build
	rm -rf .mypy_cache .ruff_cache
	find osc_imageshare tests doc releasenotes -name __pycache__ -prune \
	    -exec rm -rf {} +
