#!/bin/sh
# Installs Leadbell, or brings it up to date, from the folder that this file is in:
#
#   sh install.sh            installs it
#   sh install.sh demo       and starts `leadbell demo`; any other command likewise
#   sh install.sh --with charts,postgres,socks
#                            with these extras too, or some of them: docs/install.md; those that are there stay
#
# With uv or pipx it uses them, otherwise it makes an environment of its own: for root /opt/leadbell, for everybody else
# ~/.local/share/leadbell. FROM=leadbell-0.2.0-py3-none-any.whl installs that file instead of the folder.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
from=${FROM:-$here}

extras=
if [ "${1:-}" = --with ]; then
  extras=${2:-nothing}
  shift
  [ $# = 0 ] || shift
fi

say() {
  printf '%s\n' "$*" >&2
}

new_enough() {
  command -v "$1" >/dev/null && "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
  for python in python3 python3.14 python3.13 python3.12 python3.11; do
    if new_enough "$python"; then
      return
    fi
  done
  python=
}

has_venv() {
  [ -n "$python" ] && "$python" -c 'import ensurepip, venv' 2>/dev/null
}

# Debian, Ubuntu and Raspberry Pi OS have Python without what makes environments.
fetch_venv() {
  command -v apt-get >/dev/null || return 0
  say 'Python, or what makes environments for it, is missing: apt-get install python3-venv'
  if [ "$(id -u)" = 0 ]; then
    as_root=
  elif command -v sudo >/dev/null; then
    as_root=sudo
  else
    return 0
  fi
  $as_root apt-get update -qq || true
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null || true
  find_python
}

by_venv() {
  has_venv || fetch_venv
  if ! has_venv; then
    say 'Leadbell needs Python 3.11 or newer with its module venv. Debian, Ubuntu, Raspberry Pi OS: apt-get install' \
      'python3-venv. Elsewhere: python.org, or uv (docs.astral.sh/uv), which brings a Python of its own.'
    exit 1
  fi
  if [ "$(id -u)" = 0 ]; then
    venv=/opt/leadbell bin=/usr/local/bin
  else
    venv=${XDG_DATA_HOME:-$HOME/.local/share}/leadbell bin=$HOME/.local/bin
  fi
  keep_extras "$venv/bin/python"
  "$python" -m venv "$venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --upgrade "$from${extras:+[$extras]}"
  mkdir -p "$bin"
  ln -sf "$venv/bin/leadbell" "$bin/leadbell"
}

check_extras() (
  IFS=,
  for extra in $extras; do
    case $extra in
      charts | postgres | socks) ;;
      *)
        say "--with takes charts, postgres and socks, for example --with charts,postgres; it does not know: $extra"
        exit 1
        ;;
    esac
  done
)

# uv and pipx make the environment anew: what its Python finds of the extras is installed again.
keep_extras() {
  [ -x "$1" ] || return 0
  for known in charts:matplotlib postgres:psycopg socks:aiohttp_socks; do
    if "$1" -c "import importlib.util as i, sys; sys.exit(not i.find_spec('${known#*:}'))" 2>/dev/null; then
      extras=${extras:+$extras,}${known%%:*}
    fi
  done
}

check_extras
find_python
if [ "$(id -u)" != 0 ] && command -v uv >/dev/null; then
  keep_extras "$(uv tool dir)/leadbell/bin/python"
  uv tool install --quiet --force --python '>=3.11' "$from${extras:+[$extras]}"
  bin=$(uv tool dir --bin)
elif [ "$(id -u)" != 0 ] && [ -n "$python" ] && command -v pipx >/dev/null; then
  keep_extras "$(pipx environment --value PIPX_LOCAL_VENVS)/leadbell/bin/python"
  pipx install --force --python "$python" "$from${extras:+[$extras]}" >&2
  bin=$(pipx environment --value PIPX_BIN_DIR)
else
  by_venv
fi

say "$("$bin/leadbell" --version) is installed: $bin/leadbell"
case ":$PATH:" in
  *":$bin:"*) ;;
  *) say "To be found as leadbell, it wants a new login, or: export PATH=\"$bin:\$PATH\"" ;;
esac
if [ $# -gt 0 ]; then
  exec "$bin/leadbell" "$@"
fi
say 'See it: leadbell demo. Set it up: leadbell setup, in a folder for its settings and leads.'
