#!/bin/sh
# Fetches Chromium for the tests of the web console into .cache/tools: nothing system wide. Quick and silent once it is there.
# CHROMIUM_BIN=<full path> or a chromium on PATH is used as it is. Sourced parts: the private apt of setup.sh.
set -eu

BALLAST_SETUP=parts
. "$(dirname "$0")/setup.sh"

BROWSER=$TOOLS/chromium
FONTS=fonts-nanum

# What the machine lacks of Chromium and all it needs, and a font that has Korean letters.
download_browser() {
  rm -rf "$BROWSER.deb"
  mkdir -p "$BROWSER.deb/partial"
  apt-get -c "$APT_CONF" -qq -y --no-install-recommends --download-only -o Debug::NoLocking=true -o "Dir::Cache::archives=$BROWSER.deb" \
    install chromium "$FONTS" >"$TOOLS/chromium.log" 2>&1 || { tail -n 5 "$TOOLS/chromium.log" >&2; return 1; }
  # Where the font or a part is installed already, apt brings nothing for it.
  [ -n "$(find "$BROWSER.deb" -name 'chromium_*.deb')" ]
}

unpack_browser() {
  rm -rf "$BROWSER.new" "$BROWSER"
  mkdir -p "$BROWSER.new"
  for package in "$BROWSER.deb"/*.deb; do dpkg-deb -x "$package" "$BROWSER.new" || return 1; done
  rm -rf "$BROWSER.deb"
  mv "$BROWSER.new" "$BROWSER"
}

# The binary itself, without Debian's own start script, which asks for folders of the system.
write_browser_wrapper() {
  cat >"$TOOLS/bin/chromium.new" <<'WRAPPER'
#!/bin/sh
home=$(cd "$(dirname "$0")/../chromium" && pwd)
for folder in "$home"/usr/lib/*-linux-gnu "$home"/usr/lib/*-linux-gnu/*/ "$home"/lib/*-linux-gnu; do
  if [ -d "$folder" ]; then LD_LIBRARY_PATH=$folder${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}; fi
done
export LD_LIBRARY_PATH
# Fonts are looked for in $XDG_DATA_HOME/fonts; the machine's own configuration of them is used where it has one.
export XDG_DATA_HOME="$home/usr/share"
if [ ! -d /etc/fonts ] && [ -d "$home/etc/fonts" ]; then export FONTCONFIG_PATH="$home/etc/fonts"; fi
exec "$home/usr/lib/chromium/chromium" "$@"
WRAPPER
  chmod 755 "$TOOLS/bin/chromium.new"
  mv "$TOOLS/bin/chromium.new" "$TOOLS/bin/chromium"
}

browser_version() { "$1" --version 2>/dev/null | sed -n 's/^Chromium \([0-9][0-9.]*\).*/\1/p'; }

install_browser() {
  if [ -n "${CHROMIUM_BIN:-}" ]; then
    [ -n "$(browser_version "$CHROMIUM_BIN")" ] || fail "CHROMIUM_BIN=$CHROMIUM_BIN is not a chromium that runs here." 'Point it to a chromium binary, or unset it.'
    return
  fi
  if command -v chromium >/dev/null 2>&1; then return; fi
  if [ -x "$TOOLS/bin/chromium" ] && [ -d "$BROWSER" ]; then return; fi
  say 'fetching chromium (some 100 MB) …'
  # Chromium is linked against the libraries of its release, so it comes from the release that this machine runs.
  { private_apt "$(. /etc/os-release && printf '%s' "$VERSION_CODENAME")" && download_browser && unpack_browser; } ||
    fail 'chromium could not be fetched from the Debian mirror that this machine uses.' \
      'Check the network and run this again, or install chromium yourself' \
      'and put it on PATH or set CHROMIUM_BIN=<its full path>.'
  write_browser_wrapper
  found=$(browser_version "$TOOLS/bin/chromium")
  [ -n "$found" ] || {
    rm -f "$TOOLS/bin/chromium"
    fail 'the fetched chromium does not run here.' 'Install chromium yourself and set CHROMIUM_BIN=<its full path>.'
  }
  say "chromium $found is ready"
}

install_browser
