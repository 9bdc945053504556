# Each is enough on a fresh machine with git, make and a Python >= 3.10:
#
#   make demo       start the developer cloud and show the commands on it
#   make test       run every check and every test
#   make faults     try every fault at every request; takes long
#   make hypervisor measure on real libvirt hosts; needs root, takes long
#   make mutations  break each rule and see a test fail; takes minutes
#   make mutants    change a sample of all; as much must be noticed
#   make bench      compare with the native commands, for the manual
#   make diagrams   draw the manual's diagrams anew; needs Graphviz
#   make clean      remove all that these made
#
# PYTHON=... names the interpreter, ARGS=... is passed to what is run: to the
# demo, the faults, the hypervisor tests, the mutations, the mutants or the
# benchmark. All work is done by tox; see tox.ini, and CONTRIBUTING.rst for
# the details.

export PYTHON
.NOTPARALLEL:
.PHONY: help demo test faults hypervisor mutations mutants bench diagrams clean

help:
	@sed -n '/^#/!q;s/^# \{0,1\}//p' Makefile

demo:
	@tools/tox run -e demo -- $(ARGS)

test:
	@tools/test

faults:
	@tools/tox run -e faults $(if $(ARGS),-- $(ARGS))

hypervisor:
	@tools/tox run -e hypervisor $(if $(ARGS),-- $(ARGS))

mutations:
	@tools/tox run -e mutations $(if $(ARGS),-- $(ARGS))

mutants:
	@tools/tox run -e mutants $(if $(ARGS),-- $(ARGS))

bench:
	@tools/tox run -e bench $(if $(ARGS),-- $(ARGS))

diagrams:
	@tools/tox run -e diagrams

clean:
	-@"$$(tools/find-python)" -m devcloud stop
	-@"$$(tools/find-python)" -m devcloud.libvirt stop
	@if grep -qs '^\.tox/' .venv; then rm .venv; fi
	rm -rf .cloud .tox .venv-tox .stestr .coverage .coverage.* cover
	rm -rf build dist *.egg-info doc/build releasenotes/build
	rm -rf .mypy_cache .ruff_cache
	find osc_imageshare tests bench doc releasenotes -name __pycache__ -prune \
	    -exec rm -rf {} +
