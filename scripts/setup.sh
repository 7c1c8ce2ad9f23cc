#!/usr/bin/env bash
# Installs what is missing and nothing twice: setup.sh run | panel | test | long | chromium | tracer | firefox | firefox_linter
set -euo pipefail
cd "$(dirname "$0")/.."

say() { if [ -t 2 ]; then printf '\033[2m%s\033[0m\n' "$*" >&2; else printf '%s\n' "$*" >&2; fi; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }

# One stamp a step: its file holds the digest of what the step was made from.
fresh() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }
digest() { cat "$@" | sha256sum | cut -d' ' -f1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo "$@"; else return 1; fi
}

# debian PURPOSE PACKAGE…: installs through apt, or says what to install.
debian() {
  local purpose=$1; shift
  command -v apt-get >/dev/null || fail "$purpose is missing: install it ($* on Debian or Ubuntu), then run the same command again."
  say "Installing $purpose ($*) with apt …"
  as_root apt-get update -qq >/dev/null || fail "$purpose is missing and apt needs an administrator: sudo apt-get install $*"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null \
    || fail "apt could not install $*: install $purpose by hand, then run the same command again."
}

find_python() {
  local name
  for name in python3 python3.14 python3.13 python3.12 python3.11; do
    if command -v "$name" >/dev/null && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then echo "$name"; return; fi
  done
  return 1
}

python_environment() {
  local want python; want=$(digest constraints.txt pyproject.toml)
  fresh .venv/.made-from "$want" && return
  python=$(find_python) || fail "Python 3.11 or newer is missing: install it (python3 on Debian 12 or Ubuntu 24.04), then run the same command again."
  "$python" -c 'import ensurepip, venv' 2>/dev/null || debian "Python's venv" python3-venv
  say "Making the Python environment (.venv): two to five minutes the first time …"
  [ -x .venv/bin/python ] || "$python" -m venv .venv
  .venv/bin/python -m pip install -q --disable-pip-version-check "pip>=25"
  torch
  .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes --no-deps -r constraints.txt
  PYTHONWARNINGS=ignore .venv/bin/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
  echo "$want" > .venv/.made-from
}

# The build of torch differs by machine, so it is pinned by version and not by hash; the CPU build is enough.
torch() {
  local pip=".venv/bin/python -m pip install -q --disable-pip-version-check --no-deps"
  .venv/bin/python -c 'import importlib.metadata as m; assert m.version("torch").startswith("2.13.0")' 2>/dev/null && return
  $pip torch==2.13.0+cpu 2>/dev/null && return
  $pip --timeout 15 --retries 1 --index-url https://download.pytorch.org/whl/cpu torch==2.13.0+cpu 2>/dev/null && return
  say "No CPU build of torch 2.13.0 to be had here: taking the registry's own build (large) …"
  .venv/bin/python -m pip install -q --disable-pip-version-check torch==2.13.0
}

node_version() { node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0; }

node_packages() {
  [ "$(node_version)" -ge 18 ] && command -v npm >/dev/null || debian "Node.js 18 or newer" nodejs npm
  [ "$(node_version)" -ge 18 ] || fail "Node.js 18 or newer is needed, and this machine's packages have $(node --version): install a newer one."
  local want; want=$(digest extension/package-lock.json)
  fresh extension/node_modules/.made-from "$want" && return
  say "Installing the panel's build tools …"
  npm --prefix extension ci --silent --no-audit --no-fund
  echo "$want" > extension/node_modules/.made-from
}

panel() {
  node_packages
  local want; want=$(find extension -path extension/node_modules -prune -o -path extension/dist -prune -o -type f -print0 | sort -z | xargs -0 cat | sha256sum | cut -d' ' -f1)
  fresh extension/dist/.made-from "$want" && return
  say "Building the panel …"
  npm --prefix extension --silent run build
  echo "$want" > extension/dist/.made-from
}

chromium() {
  .venv/bin/python -m tests.chromium >/dev/null 2>&1 && return
  grep -qs '^ID=ubuntu$' "${OS_RELEASE:-/etc/os-release}" && fail "Chromium is missing, and Ubuntu's own package is a snap, which tests can't drive. Install Playwright's build, then run the same command again: .venv/bin/python -m playwright install --with-deps chromium"
  debian Chromium chromium fonts-dejavu-core fonts-liberation
}
# Playwright brings a Node.js of its own, and that needs a library which a bare Debian lacks.
driver() { .venv/bin/python -m playwright --version >/dev/null 2>&1 || debian "Playwright's driver" libatomic1; }
# Without it, nobody would see what native code sends: that test would not be one.
tracer() { [ "$(uname)" != Linux ] || command -v strace >/dev/null || debian strace strace; }
postgresql() { command -v postgres >/dev/null || ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || debian PostgreSQL postgresql; }

# django-helpdesk lives in an environment of its own, so that its requirements never bend ours.
helpdesk() {
  local want; want=$(digest tests/helpdesk/requirements.txt)
  fresh .venv-helpdesk/.made-from "$want" && return
  say "Installing django-helpdesk for the browser tests …"
  [ -x .venv-helpdesk/bin/python ] || "$(find_python)" -m venv .venv-helpdesk
  .venv-helpdesk/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r tests/helpdesk/requirements.txt
  echo "$want" > .venv-helpdesk/.made-from
}

# Only `make test-long` drives it: a large package, of which the tests use a private copy of database and settings.
request_tracker() { [ -x /usr/share/request-tracker5/libexec/rt-server ] || debian "Request Tracker 5" request-tracker5 rt5-db-sqlite rt5-standalone; }

# The rich editors that helpdesks use, for the browser tests; the panel's own build tools bundle them.
editors() {
  local want; want=$(digest tests/editors/package-lock.json)
  fresh tests/editors/node_modules/.made-from "$want" && return
  say "Installing the rich editors for the browser tests …"
  npm --prefix tests/editors ci --silent --no-audit --no-fund
  echo "$want" > tests/editors/node_modules/.made-from
}

# A browser with a screen that nobody sees, and keys pressed by the machine.
screen() { command -v xvfb-run >/dev/null && command -v xdotool >/dev/null || debian "A screen for tests" xvfb xauth xdotool; }
# `command -v` would find this function.
firefox() { type -P firefox-esr >/dev/null || type -P firefox >/dev/null || debian Firefox firefox-esr; }
# Mozilla's linter, in a package of its own: it is larger than all that the panel's build needs.
firefox_linter() {
  if [ "$(node_version)" -lt 20 ]; then say "Mozilla's linter is left out: it needs Node.js 20 or newer, and this machine has $(node --version)."; return; fi
  local want; want=$(digest tests/firefox/package-lock.json)
  fresh tests/firefox/node_modules/.made-from "$want" && return
  say "Installing Mozilla's linter for extensions …"
  npm --prefix tests/firefox ci --silent --ignore-scripts --no-audit --no-fund
  echo "$want" > tests/firefox/node_modules/.made-from
}

case "${1:-}" in
  run) python_environment ;;
  panel) panel ;;
  test) python_environment; node_packages; driver; chromium; postgresql; tracer; helpdesk; editors ;;
  long) request_tracker; screen; firefox; firefox_linter ;;
  chromium | tracer | firefox | firefox_linter) "$1" ;;
  *) fail "say what to set up: run, panel, test, long, chromium, tracer, firefox or firefox_linter" ;;
esac
