# What `demo`, `test` and `bench` share: a virtual environment from a lock, and a Chromium.
# Sourced, not run. Works as root on Debian without anything installed; elsewhere it says what to do.

set -eu
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }
fail() { say "$@"; exit 4; }

# Install Debian packages where that is ours to do.
debian() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
  say "Installing $* …"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@"; } >/dev/null 2>&1
}

python() {
  for name in python3.11 python3.12 python3.13 python3.14 python3; do
    if command -v "$name" >/dev/null &&
      "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      printf '%s\n' "$name"
      return
    fi
  done
  return 1
}

# environment LOCK: .venv holds just what the lock names, and Pressrun from this folder.
environment() {
  lock=$1
  made=.venv/made-from
  if [ -f "$made" ] && cmp -s "$lock" "$made"; then return; fi
  python=$(python) || { debian python3 python3-venv && python=$(python); } ||
    fail "Pressrun needs Python 3.11 or newer; install it and run this again."
  say "Setting up .venv (once) …"
  "$python" -m venv .venv >/dev/null 2>&1 ||
    { debian python3-venv && "$python" -m venv .venv; } ||
    fail "Python's venv module is missing; on Debian: apt install python3-venv"
  .venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r "$lock"
  .venv/bin/python -m pip install -qq --disable-pip-version-check --no-deps \
    --no-build-isolation --editable .
  cp "$lock" "$made"
}

# chromium: a Chromium that Pressrun can start.
chromium() {
  .venv/bin/python -m pressrun.browser 2>/dev/null && return
  debian chromium || true
  .venv/bin/python -m pressrun.browser || exit 4
}
