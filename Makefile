# Tasks of spoor. "make" lists them. All set-up that a task needs is done by it:
# a browser and PostgreSQL through apt where none is found, packs and libraries through npm.
# Go 1.26 is the only thing that must be there.

GO      ?= go
URL     ?=
OUT     ?= report.html
SPOOR   := bin/spoor
TOOLS   := $(CURDIR)/.tools/bin
GOLANGCI_LINT_VERSION := v2.15.0

# The version is that of the last tag; without one, spoor calls itself "dev".
VERSION ?= $(patsubst v%,%,$(shell git describe --tags --dirty 2>/dev/null))
LDFLAGS := -s -w $(if $(VERSION),-X main.version=$(VERSION))

# The race detector needs a C compiler.
RACE := $(if $(shell command -v cc 2>/dev/null),-race)

# The packs that are there; without index.json they were never asked for.
PACKS := signatures/packs/index.json
LIBS  := testsites/lib/.filled
# The vendor files in a form that loads faster.
CORE  := signatures/packs/core.json.zst
# Another engine for filter lists, to compare with.
ORACLE := signatures/testdata/oracle/node_modules/.package-lock.json

# Recipes use the address from the environment, so that no shell reads it.
export URL OUT

.DEFAULT_GOAL := help
.PHONY: help build audit test bench packs lint demo picture cross man clean chromium postgres go

help: ## list the tasks
	@echo 'spoor: audit what websites do to their visitors'"'"' privacy'
	@echo
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo '  make audit URL=https://shop.example OUT=report.html'

build: go $(PACKS) $(CORE) ## build bin/spoor
	$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o $(SPOOR) ./cmd/spoor

audit: build chromium ## audit URL=https://..., or the bundled demo site, and write report.html
	@if [ -n "$$URL" ]; then \
		$(SPOOR) audit "$$URL" -o "$$OUT"; \
	else \
		echo 'No URL=https://... given: auditing the bundled demo site.'; \
		$(SPOOR) demo --audit -o "$$OUT"; \
	fi

test: build chromium postgres $(LIBS) $(ORACLE) ## run all tests, those in the browser too
	@if [ -z '$(RACE)' ]; then echo 'make: no C compiler: the tests run without the race detector'; fi
	@if [ -n "$$CI" ] || .ci/chromium --found; then SPOOR_REQUIRE_CHROME=1; export SPOOR_REQUIRE_CHROME; fi; \
	if [ -n "$$CI" ] || .ci/postgres --found; then SPOOR_REQUIRE_POSTGRES=1; export SPOOR_REQUIRE_POSTGRES; fi; \
	$(GO) vet ./... && $(GO) test $(RACE) -timeout 50m ./...

bench: build chromium $(LIBS) ## measure speed and memory
	SPOOR_REQUIRE_CHROME=1 $(GO) test -run '^$$' -bench . -benchmem -timeout 60m ./...

packs: go ## fetch the lists of third parties anew (npm, apt), for the next build
	$(GO) run ./signatures/fill

lint: go $(TOOLS)/golangci-lint ## check style and common mistakes
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { echo 'not gofmt-ed:'; gofmt -l $$(git ls-files '*.go'); exit 1; }
	$(TOOLS)/golangci-lint run ./...

demo: build ## serve the test sites, to be looked at
	$(SPOOR) demo

picture: build chromium ## take the README's picture of a report anew
	SPOOR_REQUIRE_CHROME=1 $(GO) test ./cmd/spoor -run '^TestPicture$$' -count 1 -picture '$(CURDIR)/docs/report.png'

cross: go $(PACKS) $(CORE) ## build for linux, darwin and windows, amd64 and arm64
	@for os in linux darwin windows; do for arch in amd64 arm64; do \
		ending=; if [ $$os = windows ]; then ending=.exe; fi; \
		echo "bin/spoor-$$os-$$arch$$ending"; \
		CGO_ENABLED=0 GOOS=$$os GOARCH=$$arch $(GO) build -trimpath -ldflags '$(LDFLAGS)' \
			-o bin/spoor-$$os-$$arch$$ending ./cmd/spoor || exit 1; \
	done; done

man: build ## write the man pages to bin/man
	$(SPOOR) generate man bin/man

clean: ## remove what was built; packs and libraries stay
	rm -rf bin .tools report.html

go:
	@command -v $(GO) >/dev/null || { echo 'make: Go 1.26 or later is needed: https://go.dev/dl/' >&2; exit 1; }

chromium: go
	@.ci/chromium

# For the tests of surveys, which start servers of their own.
postgres:
	@.ci/postgres

# Asked for once; "make packs" asks again. spoor works without them, and says so.
$(PACKS):
	-$(GO) run ./signatures/fill

$(CORE): $(wildcard signatures/core/*.* signatures/core/vendors/*.yaml) | $(PACKS)
	$(GO) run ./signatures/fill -core

# Real libraries for some test sites. Their tests skip without them, except in CI.
$(LIBS): testsites/package-lock.json testsites/libraries.yaml $(wildcard testsites/bundles/*.js)
	@if ! command -v npm >/dev/null; then \
		echo 'make: no npm: tests with real libraries are skipped'; \
	elif $(GO) run ./testsites/fill; then \
		touch $@; \
	else \
		echo 'make: libraries could not be fetched: tests with them are skipped'; \
	fi

$(ORACLE): signatures/testdata/oracle/package-lock.json
	@if ! command -v npm >/dev/null; then \
		echo 'make: no npm: filter lists are not compared with another engine'; \
	elif ! (cd signatures/testdata/oracle && npm ci --ignore-scripts --no-audit --no-fund); then \
		echo 'make: the other engine could not be fetched: filter lists are not compared with it'; \
	fi

$(TOOLS)/golangci-lint: Makefile
	GOBIN=$(TOOLS) $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT_VERSION)
