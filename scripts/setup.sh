#!/usr/bin/env bash
# Installs what forumapp needs: system packages when allowed, .venv, browser libraries, compiled translations.
# `--tests` adds what only tests and checks need. PYTHON=... names the Python to use.
# What is already in place is known by the stamps in .setup/, so that a second run costs next to nothing.
set -euo pipefail
cd "$(dirname "$0")/.."

TESTS=""
[ "${1:-}" = "--tests" ] && TESTS="--tests"
export PIP_DISABLE_PIP_VERSION_CHECK=1 UV_PYTHON_DOWNLOADS=never

say() { echo "setup: $*"; }
refuse() { echo "setup: $*" >&2; exit 1; }
runs() { "$@" >/dev/null 2>&1; }
is_recent() { runs "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; }
identity() { "$1" -c 'import sys; print(sys.version, sys.base_prefix)'; }
stamped() { [ "$(cat ".setup/$1" 2>/dev/null)" = "$2" ]; }
stamp() { printf '%s\n' "$2" >".setup/$1"; }
digest() { { printf '%s\n' "$@"; cat -- "${@:2}"; } | sha256sum | cut -d' ' -f1; }

find_python() {
  local candidate
  if [ -n "${PYTHON:-}" ]; then
    is_recent "$PYTHON" || refuse "PYTHON=$PYTHON is not Python 3.11 or newer."
    echo "$PYTHON"
    return
  fi
  for candidate in .venv/bin/python python3 python3.13 python3.12 python3.11; do
    if is_recent "$candidate"; then
      echo "$candidate"
      return
    fi
  done
  refuse "Python 3.11 or newer is needed and was not found. Install it (Debian 12, Ubuntu 24.04 or newer:" \
    "sudo apt-get install python3) or name one: make PYTHON=/path/to/python3 ..."
}

# A .venv that is a link belongs to someone else: it is used as it is.
is_borrowed() { [ -L .venv ]; }

make_venv() {
  say "making .venv with $("$1" --version)"
  if [ -n "$UV" ]; then
    uv venv -q --clear --python "$1" .venv
  else
    "$1" -m venv --clear .venv
  fi
}

install_python_packages() {
  local file arguments=()
  for file in "$@"; do arguments+=(-r "$file"); done
  say "installing from $*"
  if [ -n "$UV" ]; then
    uv pip install -q --compile-bytecode --python .venv/bin/python --require-hashes "${arguments[@]}"
    uv pip install -q --python .venv/bin/python --no-deps --no-build-isolation -e .
  else
    .venv/bin/python -m pip install -q --require-hashes "${arguments[@]}"
    .venv/bin/python -m pip install -q --no-deps --no-build-isolation -e .
  fi
}

# The key holds the folder too: the commands in .venv/bin name it and break when it moves.
set_up_python() {
  local python=$1 base tests
  base=$(digest "$PWD $(identity "$python")" requirements.txt requirements-build.txt pyproject.toml)
  tests=$(digest "$base" requirements-test.txt)
  if [ ! -x .venv/bin/forumapp ] || ! stamped python "$base"; then
    rm -f .setup/python .setup/python-tests
    make_venv "$python"
    install_python_packages requirements.txt requirements-build.txt
    stamp python "$base"
  fi
  if [ -n "$TESTS" ] && ! stamped python-tests "$tests"; then
    install_python_packages requirements-test.txt requirements-build.txt
    stamp python-tests "$tests"
  fi
}

set_up_browser_libraries() {
  local key source
  key=$(digest browser package-lock.json .npmrc scripts/setup.sh)
  if [ -d static/vendor ] && [ -d node_modules ] && stamped browser "$key"; then return; fi
  rm -f .setup/browser # an interrupted run must not look finished
  say "installing browser libraries from package-lock.json"
  [ -L node_modules ] || npm ci --ignore-scripts --silent # a link, as of .venv, is used as it is
  rm -rf static/vendor
  mkdir -p static/vendor
  for source in @tabler/core/dist/css/tabler.min.css @tabler/core/dist/js/tabler.min.js htmx.org/dist/htmx.min.js; do
    # without the line that names a source map: the maps are not copied
    sed -e 's|/\*# sourceMappingURL=[^*]*\*/||' -e 's|^//# sourceMappingURL=.*||' \
      "node_modules/$source" >"static/vendor/$(basename "$source")"
  done
  cp node_modules/zxing-wasm/dist/iife/reader/index.js static/vendor/zxing_reader.js
  cp node_modules/zxing-wasm/dist/reader/zxing_reader.wasm static/vendor/
  stamp browser "$key"
}

# Tried once: where it cannot be installed, the tests take Chromium.
install_optional_packages() {
  if [ -z "$TESTS" ] || [ -f .setup/optional ]; then return; fi
  "$1" scripts/system_packages.py --optional
  stamp optional tried
}

compile_translations() {
  local key catalogs
  if [ ! -d translations ]; then return; fi
  catalogs=$(find translations -name '*.po' | sort)
  if [ -z "$catalogs" ]; then return; fi
  # shellcheck disable=SC2086 # catalogs is a list; the paths are ours and hold no spaces
  key=$(digest translations $catalogs)
  if stamped translations "$key" && [ -f "${catalogs%%.po*}.mo" ]; then return; fi
  say "compiling translations"
  .venv/bin/python -m babel.messages.frontend -q compile -d translations
  stamp translations "$key"
}

main() {
  local python
  python=$(find_python)
  UV=""
  if runs uv --version; then UV=uv; fi
  local venv=--venv
  if [ -n "$UV" ] || [ -x .venv/bin/python ]; then venv=""; fi
  # shellcheck disable=SC2086 # an empty flag must vanish
  "$python" scripts/system_packages.py $TESTS $venv
  mkdir -p .setup
  exec 9>.setup/lock
  flock 9
  install_optional_packages "$python"
  if is_borrowed; then
    say ".venv is a link to $(readlink .venv): used as it is, nothing installed into it"
  else
    set_up_python "$python"
  fi
  set_up_browser_libraries
  compile_translations
}

main
