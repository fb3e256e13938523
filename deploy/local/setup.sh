#!/bin/sh
# Prepares this working copy: npm packages, nats-server, redis-server, Prometheus, kustomize, compiled code.
# Quick and silent when nothing is to be done. Everything it fetches stays in .cache/tools and node_modules.
set -eu

ROOT=$(cd "$(dirname "$0")/../.." && pwd)
cd "$ROOT"
TOOLS=$ROOT/.cache/tools
NODE_MIN='20.19.0'
NATS_MIN='2.10.0'
PROMETHEUS_MIN='2.42.0'
NEWER_SUITE=trixie
KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

say() { printf 'setup: %s\n' "$*" >&2; }
fail() {
  say "$1"
  shift
  for line in "$@"; do printf '       %s\n' "$line" >&2; done
  exit 1
}

# True where version $1 is at least $2.
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

nats_version() { "$1" --version 2>/dev/null | sed -n 's/^nats-server: v\([0-9][0-9.]*\).*/\1/p'; }

check_node() {
  command -v node >/dev/null 2>&1 || fail "Node.js is not installed; $NODE_MIN or newer is needed." 'Install Node.js 20 (or newer) and npm, then run this again.'
  found=$(node --version | sed 's/^v//')
  at_least "$found" "$NODE_MIN" || fail "Node.js $found is too old; $NODE_MIN or newer is needed." 'Install a newer Node.js, then run this again.'
  command -v npm >/dev/null 2>&1 || fail 'npm is not installed.' 'Install npm (it comes with Node.js), then run this again.'
}

# An `npm install` by hand is as good as ours: it leaves its own lock file newer than package-lock.json.
install_packages() {
  wanted=$(sha256sum package-lock.json | cut -c 1-64)
  stamp=node_modules/.ballast-lock
  if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then return; fi
  if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
    say 'installing npm packages (about a minute) …'
    npm ci --no-audit --no-fund --loglevel=error >"$ROOT/.cache/npm-ci.log" 2>&1 || {
      tail -n 20 "$ROOT/.cache/npm-ci.log" >&2
      fail 'npm ci failed (its last lines are above).' 'Check that the package registry can be reached, then run this again.'
    }
  fi
  printf '%s\n' "$wanted" >"$stamp"
}

# Writes an apt configuration of our own, so that the machine's lists, cache and packages stay as they are.
# $1 suite; sets APT_CONF. The lists are read once in a run.
private_apt() {
  suite=$1
  APT_CONF=$TOOLS/apt/$suite/apt.conf
  case " ${APT_READ:-} " in *" $suite "*) return ;; esac
  for tool in apt-get apt-cache dpkg-deb; do command -v "$tool" >/dev/null 2>&1 || return 1; done
  [ -r "$KEYRING" ] || return 1
  codename=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")
  mirror=$(apt-get indextargets --no-release-info --format '$(RELEASE) $(REPO_URI)' 2>/dev/null | awk -v own="$codename" '$1 == own { print $2; exit }')
  [ -n "$mirror" ] || return 1
  apt=$TOOLS/apt/$suite
  mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/empty"
  printf 'deb [signed-by=%s] %s %s main\n' "$KEYRING" "$mirror" "$suite" >"$apt/sources.list"
  cat >"$apt/apt.conf" <<CONF
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Post-Invoke;
Dir::Etc::sourcelist "$apt/sources.list";
Dir::Etc::sourceparts "$apt/empty";
Dir::State::lists "$apt/lists";
Dir::Cache "$apt/cache";
APT::Sandbox::User "$(id -un)";
APT::Get::List-Cleanup "false";
Acquire::Retries "3";
Acquire::Languages "none";
CONF
  say "reading the package lists of Debian $suite …"
  apt-get -c "$APT_CONF" -qq update >"$apt/update.log" 2>&1 || { tail -n 5 "$apt/update.log" >&2; return 1; }
  APT_READ="${APT_READ:-} $suite"
}

# Unpacks packages into a folder; $1 folder, the rest are package names. The folder appears only when it is whole.
unpack() {
  target=$1
  shift
  rm -rf "$target.new" "$target"
  mkdir -p "$target.new" "$TOOLS/deb"
  for package in "$@"; do
    rm -f "$TOOLS/deb/${package}_"*.deb
    (cd "$TOOLS/deb" && apt-get -c "$APT_CONF" -qq download "$package" >download.log 2>&1) || { tail -n 5 "$TOOLS/deb/download.log" >&2; return 1; }
    dpkg-deb -x "$TOOLS/deb/${package}_"*.deb "$target.new" || return 1
  done
  mv "$target.new" "$target"
}

install_nats() {
  if [ -n "${NATS_SERVER_BIN:-}" ]; then
    found=$(nats_version "$NATS_SERVER_BIN")
    [ -n "$found" ] || fail "NATS_SERVER_BIN=$NATS_SERVER_BIN is not a nats-server that runs here." 'Point it to a nats-server binary, or unset it.'
    at_least "$found" "$NATS_MIN" || fail "NATS_SERVER_BIN is nats-server $found; $NATS_MIN or newer is needed." 'Point it to a newer binary, or unset it.'
    return
  fi
  on_path=$(command -v nats-server || true)
  if [ -n "$on_path" ]; then
    found=$(nats_version "$on_path")
    if [ -n "$found" ] && at_least "$found" "$NATS_MIN"; then return; fi
  fi
  if [ -x "$TOOLS/bin/nats-server" ]; then return; fi
  say 'fetching nats-server …'
  { private_apt "$NEWER_SUITE" && unpack "$TOOLS/nats-server" nats-server; } ||
    fail 'nats-server could not be fetched from the Debian mirror that this machine uses.' \
      "Check the network and run this again, or install nats-server $NATS_MIN or newer yourself" \
      'and put it on PATH or set NATS_SERVER_BIN=<its full path>.'
  binary=$(find "$TOOLS/nats-server" -type f -name nats-server -perm -u+x | head -n 1)
  found=$([ -n "$binary" ] && nats_version "$binary" || true)
  { [ -n "$found" ] && at_least "$found" "$NATS_MIN"; } ||
    fail "the fetched nats-server (version '${found:-none}') does not run here or is older than $NATS_MIN." 'Install a newer one yourself and set NATS_SERVER_BIN=<its full path>.'
  ln -sfn "../${binary#"$TOOLS"/}" "$TOOLS/bin/nats-server"
  say "nats-server $found is ready"
}

install_redis() {
  if [ -n "${REDIS_SERVER_BIN:-}" ]; then
    "$REDIS_SERVER_BIN" --version >/dev/null 2>&1 || fail "REDIS_SERVER_BIN=$REDIS_SERVER_BIN is not a redis-server that runs here." 'Point it to a redis-server binary, or unset it.'
    return
  fi
  if command -v redis-server >/dev/null 2>&1; then return; fi
  if [ -x "$TOOLS/bin/redis-server" ]; then return; fi
  say 'fetching redis-server …'
  # Redis is linked against the libc of its release, so it comes from the release that this machine runs.
  { private_apt "$(. /etc/os-release && printf '%s' "$VERSION_CODENAME")" && redis_packages && unpack "$TOOLS/redis-server" $PACKAGES; } ||
    fail 'redis-server could not be fetched from the Debian mirror that this machine uses.' \
      'Check the network and run this again, or install redis-server yourself' \
      'and put it on PATH or set REDIS_SERVER_BIN=<its full path>.'
  write_redis_wrapper
  found=$("$TOOLS/bin/redis-server" --version 2>&1) || {
    rm -f "$TOOLS/bin/redis-server"
    fail "the fetched redis-server does not run here: $found" 'Install redis-server yourself and set REDIS_SERVER_BIN=<its full path>.'
  }
  say "redis-server $(printf '%s' "$found" | sed -n 's/.* v=\([0-9.]*\).*/\1/p') is ready"
}

# The server, the package that holds its binary, and the libraries both name; libc stays the machine's own.
redis_packages() {
  PACKAGES=$(apt-cache -c "$APT_CONF" depends --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances redis-server redis-tools |
    awk '$1 == "Depends:" && $2 ~ /^(lib|lua-)/ && $2 != "libc6" { print $2 }' | sort -u)
  [ -n "$PACKAGES" ] || return 1
  PACKAGES="redis-server redis-tools $PACKAGES"
}

write_redis_wrapper() {
  cat >"$TOOLS/bin/redis-server.new" <<'WRAPPER'
#!/bin/sh
home=$(cd "$(dirname "$0")/../redis-server" && pwd)
for folder in "$home"/usr/lib/*-linux-gnu "$home"/lib/*-linux-gnu; do
  if [ -d "$folder" ]; then LD_LIBRARY_PATH=$folder${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}; fi
done
export LD_LIBRARY_PATH
exec "$home/usr/bin/redis-server" "$@"
WRAPPER
  chmod 755 "$TOOLS/bin/redis-server.new"
  mv "$TOOLS/bin/redis-server.new" "$TOOLS/bin/redis-server"
}

prometheus_version() { "$1" --version 2>&1 | sed -n "s/^$2, version \([0-9][0-9.]*\).*/\1/p"; }

# Prometheus keeps what the services say of themselves; promtool tests its alerts. $1 program, $2 the variable that names another one.
install_prometheus_program() {
  named=$(printenv "$2" || true)
  if [ -n "$named" ]; then
    found=$(prometheus_version "$named" "$1")
    { [ -n "$found" ] && at_least "$found" "$PROMETHEUS_MIN"; } || fail "$2=$named is not a $1 $PROMETHEUS_MIN or newer that runs here (version '${found:-none}')." 'Point it to a newer binary, or unset it.'
    return
  fi
  on_path=$(command -v "$1" || true)
  if [ -n "$on_path" ]; then
    found=$(prometheus_version "$on_path" "$1")
    if [ -n "$found" ] && at_least "$found" "$PROMETHEUS_MIN"; then return; fi
  fi
  if [ -x "$TOOLS/bin/$1" ]; then return; fi
  say "fetching $1 …"
  { private_apt "$NEWER_SUITE" && unpack "$TOOLS/$1" "$1"; } ||
    fail "$1 could not be fetched from the Debian mirror that this machine uses." \
      "Check the network and run this again, or install $1 $PROMETHEUS_MIN or newer yourself" \
      "and put it on PATH or set $2=<its full path>."
  found=$(prometheus_version "$TOOLS/$1/usr/bin/$1" "$1")
  [ -n "$found" ] || fail "the fetched $1 does not run here." "Install one yourself and set $2=<its full path>."
  ln -sfn "../$1/usr/bin/$1" "$TOOLS/bin/$1"
  say "$1 $found is ready"
}

# True where kustomize, or kubectl, which has it inside, runs here; $1 the program.
kustomize_works() {
  case $1 in
  *kubectl) "$1" kustomize --help >/dev/null 2>&1 ;;
  *) "$1" version >/dev/null 2>&1 ;;
  esac
}

# The manifests of k8s/ are rendered and checked with it.
install_kustomize() {
  if [ -n "${KUSTOMIZE_BIN:-}" ]; then
    kustomize_works "$KUSTOMIZE_BIN" || fail "KUSTOMIZE_BIN=$KUSTOMIZE_BIN is not a kustomize or kubectl that runs here." 'Point it to one, or unset it.'
    return
  fi
  if command -v kustomize >/dev/null 2>&1 || command -v kubectl >/dev/null 2>&1 || [ -x "$TOOLS/bin/kustomize" ]; then return; fi
  say 'fetching kustomize …'
  { private_apt "$NEWER_SUITE" && unpack "$TOOLS/kustomize" kustomize; } ||
    fail 'kustomize could not be fetched from the Debian mirror that this machine uses.' \
      'Check the network and run this again, or install kustomize or kubectl yourself' \
      'and put it on PATH or set KUSTOMIZE_BIN=<its full path>.'
  kustomize_works "$TOOLS/kustomize/usr/bin/kustomize" || fail 'the fetched kustomize does not run here.' 'Install one yourself and set KUSTOMIZE_BIN=<its full path>.'
  ln -sfn ../kustomize/usr/bin/kustomize "$TOOLS/bin/kustomize"
  say 'kustomize is ready'
}

# One after the other: they have one mirror and, but for Redis, one package list.
install_tools() {
  install_nats
  install_redis
  install_prometheus_program prometheus PROMETHEUS_BIN
  install_prometheus_program promtool PROMTOOL_BIN
  install_kustomize
}

# The compiler's references cannot be patterns: this list of the strategies' folders is written anew when a folder comes or goes.
list_strategies() {
  list=services/strategies/tsconfig.json
  references=
  for config in services/strategies/*/tsconfig.json; do
    if [ -f "$config" ]; then references="$references${references:+, }{ \"path\": \"./$(basename "$(dirname "$config")")\" }"; fi
  done
  wanted="{ \"files\": [], \"references\": [$references] }"
  if [ -f "$list" ] && [ "$(cat "$list")" = "$wanted" ]; then return; fi
  mkdir -p services/strategies
  printf '%s\n' "$wanted" >"$list"
}

# The compiler itself takes seconds to find out that nothing changed; the file times tell at once.
build() {
  stamp=.cache/build.stamp
  complete=yes
  for config in libs/*/tsconfig.json services/*/tsconfig.json services/strategies/*/tsconfig.json deploy/*/tsconfig.json tests/tsconfig.json bench/tsconfig.json; do
    if [ ! -f "$config" ] || [ "$config" = services/strategies/tsconfig.json ]; then continue; fi
    [ -f "$(dirname "$config")/dist/.tsbuildinfo" ] || complete=no
  done
  if [ "$complete" = yes ] && [ -f "$stamp" ]; then
    changed=$(find tsconfig.json tsconfig.base.json package-lock.json libs services deploy tests bench \
      \( -name node_modules -o -name dist \) -prune -o \( -name '*.ts' -o -name '*.tsx' -o -name 'tsconfig*.json' -o -name package-lock.json -o -path '*/src*' -type d \) -newer "$stamp" -print | head -n 1)
    if [ -z "$changed" ]; then return; fi
  fi
  say 'compiling …'
  touch "$stamp.new"
  node_modules/.bin/tsc -b || fail 'the code does not compile (the compiler says where, above).'
  mv "$stamp.new" "$stamp"
}

# The web console is bundled for browsers: its pages are one script and one style of this origin.
build_console() {
  bundle=services/operator/dist/console
  if [ ! -d services/operator/console ]; then return; fi
  if [ -f "$bundle/index.html" ] && [ -z "$(find services/operator/console vite.console.config.ts package-lock.json -newer "$bundle/index.html" -print | head -n 1)" ]; then return; fi
  say 'bundling the web console …'
  node_modules/.bin/vite build --config vite.console.config.ts --logLevel warn || fail 'the web console cannot be bundled (the bundler says why, above).'
}

mkdir -p "$TOOLS/bin"
exec 9>"$ROOT/.cache/setup.lock"
if command -v flock >/dev/null 2>&1; then flock 9; fi
# Another script of this folder takes what is above and goes its own way.
if [ "${BALLAST_SETUP:-}" = parts ]; then return 0; fi
check_node
# npm and the mirror do not wait for each other.
install_tools &
tools=$!
install_packages
wait "$tools" || exit 1
list_strategies
build
build_console
