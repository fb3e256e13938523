.DEFAULT_GOAL := help
.PHONY: help setup build lint test test-fast test-mutation test-crash test-crash-full test-demo test-cluster game-day setup-browser test-browser test-docker image compose manifests test-k8s demo demo-swing inspect down bench clean

VITEST := node_modules/.bin/vitest run
PACKAGES := libs services deploy tests bench

help: ## Lists the targets
	@awk 'BEGIN { FS = ":.*## " } /^[a-z0-9-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Installs npm packages, nats-server and redis into this folder and compiles (nothing system wide)
	@deploy/local/setup.sh

build: setup ## Compiles every package
	@node_modules/.bin/tsc -b

lint: setup ## Checks types, style and the arrows between packages
	@node_modules/.bin/eslint --max-warnings 0 .
	@node_modules/.bin/depcruise --config .dependency-cruiser.cjs --output-type err-long $(PACKAGES)

test: setup ## Runs every test but the crash matrix, the demonstrations and the browser's
	@$(VITEST)

test-fast: setup ## Runs the tests that need no server
	@$(VITEST) --project pure

test-mutation: setup ## Changes risk's rules one by one: at least 90 % of the changes must make a test fail (slow; report in out/mutation.json)
	@node_modules/.bin/stryker run stryker.config.json

test-crash: setup ## Kills processes at points spread over a run and compares the outcome
	@$(VITEST) --config vitest.crash.config.ts

test-crash-full: setup ## The same at every kill point (slow)
	@CRASH_FULL=1 $(VITEST) --config vitest.crash.config.ts

test-cluster: setup ## Runs services several times: shares their partitions, kills and restarts replicas and NATS servers, and measures each takeover
	@$(VITEST) --config vitest.cluster.config.ts

test-demo: setup ## Runs both demonstrations to their end, kills and all, and reads what they leave behind
	@$(VITEST) --config vitest.demo.config.ts

game-day: setup ## Breaks a running desk in many ways: each raises its alert and no other page; writes docs/game-day.md
	@$(VITEST) --config vitest.game-day.config.ts

setup-browser: setup ## Fetches Chromium into this folder, for test-browser (nothing system wide; a chromium on PATH is used as it is)
	@deploy/local/browser.sh

test-browser: setup-browser ## Tests the web console in Chromium: SCREENSHOTS=1 takes the pictures of docs/console anew
	@$(VITEST) --config vitest.browser.config.ts

test-docker: setup ## Builds the image, runs it, compose and containers, and fails where that cannot be done (needs Docker, or root on Debian)
	@deploy/docker/test.sh

image: ## Builds the image of every service, ballast:<version> and ballast:dev: BASE_IMAGE, RUNTIME_IMAGE, BUILD_CA, BUILD_NPMRC as for compose
	@version=$$(node -p "require('./package.json').version") && DOCKER_BUILDKIT=1 docker build -f deploy/Dockerfile --build-arg VERSION=$$version \
		--build-arg REVISION=$$(git rev-parse HEAD) $${BASE_IMAGE:+--build-arg BASE_IMAGE} $${RUNTIME_IMAGE:+--build-arg RUNTIME_IMAGE} \
		$${BUILD_CA:+--secret id=extra_ca,src=$$BUILD_CA} $${BUILD_NPMRC:+--secret id=npmrc,src=$$BUILD_NPMRC} --tag ballast:$$version --tag ballast:dev .

compose: setup ## Writes docker-compose.yml anew from deploy/topology
	@node deploy/topology/dist/compose/write.js

manifests: setup ## Writes the generated part of k8s/ anew: after a change of deploy/topology, the permission table, a strategy's folder, dashboards or alerts
	@node --enable-source-maps deploy/k8s/dist/generate.js

test-k8s: setup ## Renders and checks the overlays of k8s/, or one: OVERLAY=prod; RELEASE=1 demands digests, KUBECONFIG or K8S_SERVER asks a real API server about it
	@$(VITEST) deploy/k8s
	@node --enable-source-maps deploy/k8s/dist/check.js

demo: setup ## Trades the pair bot through all services: DATA=<recordings> SPEED=<factor|max> NEW=1 MODE=<cycle|spread>
	@node --enable-source-maps deploy/local/dist/demo/main.js

demo-swing: setup ## Holds a leveraged position through the crash of 2025-10-10, protected: DATA=<folder with candles>|scripted SPEED=<factor> KEEP=1
	@node --enable-source-maps deploy/local/dist/swing-demo/main.js

inspect: setup ## Serves the log of the last finished demo to npx ballast trades, explain, verify, …: RUN=<folder of another run>
	@node --enable-source-maps deploy/local/dist/demo/inspect.js

down: ## Stops every process that demo or a test left behind
	@if [ -f deploy/local/dist/down.js ]; then node deploy/local/dist/down.js; else echo 'nothing was ever started here'; fi

bench: setup ## Measures against bare peers, in one run
	@node --enable-source-maps bench/dist/main.js

clean: down ## Removes what was compiled and what runs left behind (keeps node_modules and tools)
	@rm -rf libs/*/dist services/*/dist services/strategies/*/dist deploy/*/dist tests/dist bench/dist run out .cache/build.stamp
