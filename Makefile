# Short names for what CMake does; every target sets up what it needs.  `make help` lists them.
BUILD := build
PREFIX ?= /usr/local
JOBS ?= $(shell nproc)

.PHONY: build setup test demo bench install package clean help
build: setup  ## the program, build/songscape
	@[ -f $(BUILD)/build.ninja ] || cmake --preset release
	@cmake --build $(BUILD)

setup:
	@scripts/setup

test: build  ## all tests
	@ctest --test-dir $(BUILD) --output-on-failure -j $(JOBS)

demo: build  ## the whole way on the built-in corpus, into demo/
	@$(BUILD)/songscape demo

bench: build  ## ours beside the usual tools, into docs/benchmarks.md
	@scripts/bench

install: build  ## into PREFIX (/usr/local)
	@cmake --install $(BUILD) --prefix $(PREFIX)

package: build  ## a tarball that runs from any folder
	@cmake --build $(BUILD) --target package

clean:  ## removes what was built; keeps .deps
	rm -rf build build-*

help:
	@sed -n 's/^\([a-z]*\):.*  ## \(.*\)/  make \1\t\2/p' Makefile
