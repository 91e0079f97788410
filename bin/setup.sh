# shellcheck shell=bash
# Sourced by bin/serve, bin/test and bin/lock: makes everything that the next step needs, and
# does only what is missing or has changed since. Needs bash; what else is missing comes from
# Debian by apt, from PyPI and from npm, pinned by the lock files.

set -euo pipefail
unset PYTHONDONTWRITEBYTECODE # or every start would compile everything again

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$root"
log=var/log/setup.log
stamps=.venv/.stamps
ca_bundle=/etc/ssl/certs/ca-certificates.crt
# Pango sets the certificates; Noto has the letters of names that our own font lacks.
packages=(ca-certificates libpango-1.0-0 libpangoft2-1.0-0 fonts-noto-core)

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

# step TITLE COMMAND…: run it, say how long it took, and keep what it says in the log.
step() {
  local title=$1 start=$SECONDS from
  shift
  from=$(($(wc -l <"$log") + 1))
  printf '%s … ' "$title"
  printf '\n== %s: %s\n' "$(date '+%F %T')" "$title" >>"$log"
  # Descriptor 9 is the set-up's lock: a daemon started by a package must not inherit it.
  if "$@" >>"$log" 2>&1 </dev/null 9>&-; then
    printf '%d s\n' $((SECONDS - start))
  else
    printf 'failed\n'
    # Without the places in npm's own code where it gave up.
    sed -n "$((from + 1)),\$p" "$log" | grep -vE '^(npm error)? +at ' | tail -n 12 |
      cut -c 1-300 | sed 's/^/    /' >&2
    fail "This step failed: $title. All of its output: $log"
  fi
}

# is_current STAMP FILE…: whether these files are as they were when the stamp was written; leaves
# what to write there in `fingerprint`, taken before the work and not after it.
is_current() {
  local stamp=$1
  shift
  fingerprint=$(sha256sum -- "$@" | sha256sum)
  [[ -f $stamp && $(<"$stamp") == "$fingerprint" ]]
}

## Debian

has_package() {
  [[ $(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

is_known_to_apt() {
  [[ -n $(apt-cache madison "$1" 2>/dev/null) ]]
}

# The system's own Python comes first: it gets the system's security updates, and Debian's is
# built with profile-guided optimisation, without which a request costs a tenth more (ADR 17). An
# old one will not do; one without venv and ensurepip (Debian's without python3-venv) neither.
find_python() {
  for python in ${PYTHON:+"$PYTHON"} /usr/bin/python3{,.11,.12,.13} \
    python3.11 python3.12 python3.13 python3 python3.14; do
    "$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' \
      2>/dev/null && return
  done
  return 1
}

# A .venv does not survive being moved, nor an interruption while it is made.
venv_works() {
  local made_in=$root
  if [[ -f $stamps/root ]]; then made_in=$(<"$stamps/root"); fi
  [[ $made_in == "$root" && -x .venv/bin/pip ]] &&
    .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

# Fill `missing` with what Debian has to give before we can go on.
find_missing() {
  local package
  missing=()
  if ! venv_works && ! find_python; then
    # Ubuntu 22.04 calls 3.10 python3, and has 3.11 beside it.
    # shellcheck source=/dev/null
    if (. /etc/os-release && [[ ${UBUNTU_CODENAME:-} == jammy ]]) 2>/dev/null; then
      missing+=(python3.11 python3.11-venv)
    else
      missing+=(python3 python3-venv)
    fi
  fi
  # Without dpkg there is nobody to ask, and nobody to install it either.
  command -v dpkg-query >/dev/null || return 0
  for package in "${packages[@]}"; do
    has_package "$package" || missing+=("$package")
  done
  # It makes PDFs quicker; old releases do not have it.
  package=libharfbuzz-subset0
  if ! has_package $package && { is_known_to_apt $package || ! is_known_to_apt libpango-1.0-0; }; then
    missing+=("$package")
  fi
}

# Install `missing` in one go, as root or by sudo; for anybody else, print the line to run.
install_missing() {
  local line="apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
  if ! command -v apt-get >/dev/null; then
    fail "Missing, and no apt-get here to install it: ${missing[*]}" \
      "Install your system's packages of that kind, then start this again."
  elif ((EUID == 0)); then
    as_root=()
  elif ! command -v sudo >/dev/null; then
    fail "Something is missing. Run this line, then start this again:" "" "    su -c '$line'" ""
  elif [[ ! -t 0 ]] && ! sudo -n true 2>/dev/null; then
    fail "Something is missing. Run this line, then start this again:" "" \
      "    sudo sh -c '$line'" ""
  else
    as_root=(sudo)
  fi
  take_lock
  step "Installing from Debian: ${missing[*]}" apt_install
}

# The list of packages may be absent or old, and is fetched only then. No package's daemon is
# started meanwhile (nginx would take port 80): the tests start what they need themselves. In a
# shell of its own, whose end undoes that, Ctrl-C included.
apt_install() (
  policy=/usr/sbin/policy-rc.d
  if [[ ! -e $policy ]]; then
    trap '"${as_root[@]}" rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
    "${as_root[@]}" chmod 755 "$policy"
  fi
  apt_get install -y --no-install-recommends "${missing[@]}" || {
    apt_get update && find_missing &&
      apt_get install -y --no-install-recommends "${missing[@]}"
  }
)

apt_get() {
  # env, because sudo drops the environment.
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 "$@"
}

## The rest

# Two starts at once must not trample on each other: the second waits, and finds all done.
take_lock() {
  [[ -z ${locked:-} ]] || return 0
  # What comes to stand in var/ is nobody else's to read.
  if ! (umask 077 && mkdir -p var/log && touch "$log") 2>/dev/null; then
    fail "$(id -un) may not write here: $root" "Give them the folder, or run this as its owner."
  fi
  exec 9>var/setup.lock
  if ! flock -n 9; then
    echo "Another set-up is at work; waiting for it."
    flock 9
  fi
  locked=yes
}

# None of uv, pip and npm reads the system's certificates by itself, which an office's proxy may
# have added to.
trusting() {
  if [[ -r $ca_bundle ]]; then
    env SSL_CERT_FILE="${SSL_CERT_FILE:-$ca_bundle}" \
      REQUESTS_CA_BUNDLE="${REQUESTS_CA_BUNDLE:-$ca_bundle}" \
      NODE_EXTRA_CA_CERTS="${NODE_EXTRA_CA_CERTS:-$ca_bundle}" "$@"
  else
    "$@"
  fi
}

make_venv() {
  venv_works || {
    rm -rf .venv
    find_python || fail "There is still no Python of at least 3.11."
    step "Making .venv with $("$python" -V)" "$python" -m venv .venv
  }
  mkdir -p "$stamps"
  echo "$root" >"$stamps/root"
}

# install_python TITLE FILE: what the file pins, hash by hash; uv does it faster where it is.
install_python() {
  local title=$1 file=$2 stamp
  stamp=$stamps/${file//\//-}
  is_current "$stamp" "$file" && return
  if command -v uv >/dev/null; then
    step "$title (uv)" trusting uv pip install --python .venv/bin/python --require-hashes \
      --only-binary :all: --compile-bytecode --no-progress -r "$file"
  else
    step "$title" trusting .venv/bin/python -m pip install --require-hashes --only-binary :all: \
      --disable-pip-version-check --no-input --progress-bar off -r "$file"
  fi
  echo "$fingerprint" >"$stamp"
}

# install_npm [dev]: the front end's packages, with the Node.js that came from PyPI. What
# developers need includes what the pages need, never the other way round.
install_npm() {
  local inputs=(package.json package-lock.json .npmrc) kinds=--omit=dev title="packages"
  is_current node_modules/.stamp-dev "${inputs[@]}" && return
  if [[ ${1:-} == dev ]]; then
    kinds=--include=dev title="packages and tools"
  else
    is_current node_modules/.stamp "${inputs[@]}" && return
  fi
  step "Installing the front end's $title" \
    trusting env PATH="$root/.venv/bin:$PATH" npm ci "$kinds"
  echo "$fingerprint" >"node_modules/.stamp${1:+-$1}"
}

build_frontend() {
  local inputs=()
  mapfile -d '' inputs < <(find frontend package-lock.json -type f -not -name '*.py*' -print0 | sort -z)
  if ! is_current "$stamps/frontend" "${inputs[@]}" ||
    [[ ! -f lms/web/static/build/manifest.json ]]; then
    step "Building the front end" .venv/bin/node frontend/build.mjs
    echo "$fingerprint" >"$stamps/frontend"
  fi
}

unpack_print_fonts() {
  if ! is_current "$stamps/print-fonts" frontend/print_fonts.py lms/printing/fonts.py \
    package-lock.json || [[ ! -d lms/printing/typeface ]]; then
    step "Unpacking the fonts for print" .venv/bin/python -m frontend.print_fonts
    echo "$fingerprint" >"$stamps/print-fonts"
  fi
}

unpack_contexts() {
  if ! is_current "$stamps/contexts" frontend/contexts.mjs package-lock.json ||
    [[ ! -d lms/credentials/contexts ]]; then
    step "Unpacking the contexts of credentials" .venv/bin/node frontend/contexts.mjs
    echo "$fingerprint" >"$stamps/contexts"
  fi
}

compile_translations() {
  local inputs=()
  [[ -d lms/translations ]] || return 0
  mapfile -d '' inputs < <(find lms/translations -name '*.po' -print0 | sort -z)
  ((${#inputs[@]})) || return 0
  if ! is_current "$stamps/translations" "${inputs[@]}" || [[ ! -f ${inputs[0]%.po}.mo ]]; then
    step "Compiling the translations" .venv/bin/pybabel compile -d lms/translations
    echo "$fingerprint" >"$stamps/translations"
  fi
}

# Python with its packages, and what the caller has added to Debian's `packages`. `with_authoring`
# adds what `content check --quality` needs, `with_tests` that and the developers' tools.
set_up_python() {
  find_missing
  if ((${#missing[@]})); then install_missing; fi
  take_lock
  make_venv
  install_python "Installing the Python packages" requirements.txt
  install_python "Installing Node.js, to build the front end" requirements-build.txt
  if [[ -n ${with_authoring:-}${with_tests:-} ]]; then
    install_python "Installing the authors' word lists" requirements-authoring.txt
  fi
  if [[ -n ${with_tests:-} ]]; then
    install_python "Installing the developers' tools" tests/requirements.txt
  fi
}

# All that serving needs; what is wished further, as above.
set_up() {
  set_up_python
  install_npm ${with_tests:+dev}
  build_frontend
  unpack_print_fonts
  unpack_contexts
  compile_translations
  exec 9>&-
}
