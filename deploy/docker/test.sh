#!/bin/sh
# Runs the tests that need containers: asked for and not possible is a failure with the reason, never a silent pass.
set -eu

BALLAST_SETUP=parts
. "$(dirname "$0")/../local/setup.sh"
. deploy/docker/engine.sh
. deploy/docker/base-images.sh

trap stop_engine EXIT
prepare_engine
choose_base_images
# The builder has a network of its own: it needs the authorities that this machine trusts.
export BUILD_CA="${BUILD_CA:-${NODE_EXTRA_CA_CERTS:-/dev/null}}" BUILD_NPMRC="${BUILD_NPMRC:-/dev/null}" TESTCONTAINERS_RYUK_DISABLED=true
node_modules/.bin/vitest run --config vitest.docker.config.ts "$@"
