# Sourced: makes sure that a container engine with compose and BuildKit answers, and says how to reach it (DOCKER_HOST, DOCKER_CONFIG).
# An engine that answers is used as it is. Else one of our own is started on a socket in .cache/docker, and stopped by stop_engine.

ENGINE=$ROOT/.cache/docker
STARTED_ENGINE=

engine_answers() { docker info >/dev/null 2>&1; }

install_engine() {
  for tool in docker dockerd iptables; do
    if ! command -v "$tool" >/dev/null 2>&1; then break; fi
    tool=
  done
  if [ -z "$tool" ]; then return; fi
  [ "$(id -u)" = 0 ] || fail "no container engine answers, $tool is not installed, and only root may install it." 'Start Docker, or point DOCKER_HOST to an engine, then run this again.'
  command -v apt-get >/dev/null 2>&1 || fail "no container engine answers, and there is no apt-get to install $tool with." 'Install and start Docker, then run this again.'
  say 'installing docker.io (system wide: an engine cannot be had otherwise) …'
  { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install docker.io iptables; } >"$ENGINE/install.log" 2>&1 ||
    { tail -n 10 "$ENGINE/install.log" >&2; fail 'docker.io could not be installed (why is above).'; }
}

start_engine() {
  DOCKER_HOST=unix://$ENGINE/engine.sock
  export DOCKER_HOST
  if engine_answers; then return; fi
  say 'starting a container engine of our own …'
  setsid dockerd --storage-driver=overlay2 --data-root "$ENGINE/data" --exec-root "$ENGINE/exec" --pidfile "$ENGINE/dockerd.pid" --host "$DOCKER_HOST" >"$ENGINE/dockerd.log" 2>&1 9>&- &
  STARTED_ENGINE=yes
  for _ in $(seq 120); do
    if engine_answers; then return; fi
    sleep 0.5
  done
  tail -n 10 "$ENGINE/dockerd.log" >&2
  fail 'the container engine did not answer within 60 s (its last lines are above).'
}

stop_engine() {
  if [ -n "$STARTED_ENGINE" ] && [ -f "$ENGINE/dockerd.pid" ]; then kill "$(cat "$ENGINE/dockerd.pid")" 2>/dev/null || true; fi
}

# Compose and BuildKit of one suite, since each wants the other's age; beside the client, in a folder of our own.
install_plugins() {
  if docker compose version >/dev/null 2>&1 && docker buildx version >/dev/null 2>&1; then return; fi
  DOCKER_CONFIG=$TOOLS/docker
  export DOCKER_CONFIG
  if [ -x "$DOCKER_CONFIG/cli-plugins/docker-compose" ] && [ -x "$DOCKER_CONFIG/cli-plugins/docker-buildx" ]; then return; fi
  say 'fetching docker compose and buildx …'
  { private_apt "$NEWER_SUITE" && unpack "$TOOLS/docker-plugins" docker-compose docker-buildx; } ||
    fail 'docker compose could not be fetched from the Debian mirror that this machine uses.' 'Install the plugins compose and buildx of docker yourself, then run this again.'
  mkdir -p "$DOCKER_CONFIG"
  ln -sfn ../docker-plugins/usr/libexec/docker/cli-plugins "$DOCKER_CONFIG/cli-plugins"
  docker compose version >/dev/null 2>&1 || fail 'the fetched docker compose does not run here.' 'Install it yourself, then run this again.'
}

prepare_engine() {
  mkdir -p "$ENGINE"
  if ! { command -v docker >/dev/null 2>&1 && engine_answers; }; then
    install_engine
    start_engine
  fi
  install_plugins
}
