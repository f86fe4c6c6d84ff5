# Broadsheet. "make help" lists what can be made.

export CGO_ENABLED = 0

SHELL := bash
ARGS  ?=

.DEFAULT_GOAL := help
.PHONY: help run build setup test check lint format bench assets shots clean

help: ## list what can be made
	@sed -nE 's/^([a-z]+):.*## (.*)/\1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r name text; do printf '  make %-7s  %s\n' "$$name" "$$text"; done

run: build ## build the program and start a newsroom full of invented news; flags in ARGS="…"
	bin/broadsheet demo $(ARGS)

build: ## build bin/broadsheet
	@scripts/setup.sh build
	go build -buildvcs=auto -trimpath -ldflags '-s -w' -o bin/broadsheet ./cmd/broadsheet

setup: ## install what the tests need, or say what is missing
	@scripts/setup.sh

test: ## run all tests: Go on both databases, the desk's scripts, the browser's
	@scripts/test.sh

check: test ## all that continuous integration does: the tests and every check
	@scripts/check.sh

lint: bin/golangci-lint ## check the style of the code
	bin/golangci-lint run ./...
	cd web/desk && npm run check --silent

format: bin/golangci-lint ## format the code
	bin/golangci-lint fmt ./...

bench: ## measure speed, each figure beside a baseline of the same run
	@scripts/setup.sh
	@scripts/bench.sh $(ARGS)

assets: ## build the desk's scripts and style into web/dist
	@scripts/setup.sh
	cd tools && go run ./assets

shots: build ## take the pictures of docs/img and of every page
	@scripts/setup.sh
	node scripts/shots.mjs

clean: ## remove what was built
	rm -rf bin web/desk/.build test/e2e/shots

# The tools are pinned in a module of their own, so that they never meet the
# program's dependencies.
bin/golangci-lint: tools/go.mod tools/go.sum
	@scripts/setup.sh build
	cd tools && go build -o ../bin/golangci-lint github.com/golangci/golangci-lint/v2/cmd/golangci-lint

bin/govulncheck: tools/go.mod tools/go.sum
	@scripts/setup.sh build
	cd tools && go build -o ../bin/govulncheck golang.org/x/vuln/cmd/govulncheck
