#!/usr/bin/env bash
# Installs what Goodorder needs: system programs, a Python environment in .venv, Kafka's jars in .cache.
# Asks nothing; says what it does; does nothing that is done already.
#   GOODORDER_REQUIREMENTS=run.txt   install less: without the tools of a developer (default dev.txt)
#   PYTHON=/path/to/python3          which Python the environment is made with (3.11 or newer)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly UV_VERSION=0.13.8
readonly REQUIREMENTS="requirements/${GOODORDER_REQUIREMENTS:-dev.txt}"
readonly LANGUAGES=(eng osd fra swe msa)
readonly LIBRARIES=.cache/kafka-libs
readonly CLASSES=.cache/kafka-classes.jsa

worked=no
say() {
  worked=yes
  printf 'setup  %s\n' "$*"
}
fail() { printf 'setup  %s\n' "$@" >&2; exit 1; }
hash_of() { cat "$@" | sha256sum | cut -c1-64; }
is_done() { [[ -f $1 && $(<"$1") == "$2" ]]; }

# --- system programs ---------------------------------------------------------------------------------------------

java_is_new_enough() {
  local version
  version=$(java -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1) || return 1
  [[ -n $version && $version -ge 17 ]]
}

jars_stamp() { hash_of infra/kafka/pom.xml; }
jars_are_there() { is_done "$LIBRARIES/.stamp" "$(jars_stamp)"; }

python_program() {
  local candidate
  for candidate in "${PYTHON:-}" python3 python3.13 python3.12 python3.11; do
    if [[ -n $candidate ]] && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  return 1
}

# Tesseract's data for the languages that forms are in, and for the way up of a page.
missing_languages() {
  local language
  local -A there=()
  # Asked once: Tesseract takes a while, and is not there at all on a fresh machine.
  while read -r language; do there[$language]=yes; done < <(tesseract --list-langs 2>/dev/null | tail -n +2)
  for language in "${LANGUAGES[@]}"; do
    [[ -n ${there[$language]:-} ]] || echo "tesseract-ocr-$language"
  done
}

# In Debian's words; other systems are told the list.
missing_packages() {
  local python
  command -v tesseract >/dev/null || echo tesseract-ocr
  missing_languages
  command -v java >/dev/null && java_is_new_enough || echo openjdk-17-jre-headless
  jars_are_there || command -v mvn >/dev/null || echo maven
  command -v kcat >/dev/null || echo kcat
  command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || echo chromium
  if ! python=$(python_program); then
    echo python3
    echo python3-venv
  elif [[ ! -x .venv/bin/python ]] && ! "$python" -c 'import ensurepip' 2>/dev/null; then
    echo python3-venv
  fi
}

install_packages() {
  local -a packages as_root=()
  mapfile -t packages < <(missing_packages)
  if [[ ${#packages[@]} -eq 0 ]]; then return; fi
  if ! command -v apt-get >/dev/null; then
    fail "This system has no apt-get. Install these by its own means, then run \`make setup\` again:" \
      "  ${packages[*]} (Debian's names; Java 17 or newer, Tesseract 5 with its languages, Python 3.11 or newer)"
  fi
  if [[ $(id -u) -ne 0 ]]; then
    sudo -n true 2>/dev/null || fail "These programs are missing. Run this, then \`make setup\` again:" \
      "  sudo apt-get install -y --no-install-recommends ${packages[*]}"
    as_root=(sudo -n)
  fi
  say "installing with apt-get: ${packages[*]}"
  apt_install "${packages[@]}" && return
  say "apt-get failed; once more with fresh package lists"
  "${as_root[@]}" apt-get update -q || true
  apt_install "${packages[@]}" || fail "apt-get can't install: ${packages[*]}. Its own words are above."
}

apt_install() {
  local -a packages=("$@")
  # Debian 13 has no Java 17 any more; its default is newer, which Kafka runs on as well.
  if ! apt-cache show openjdk-17-jre-headless >/dev/null 2>&1; then
    packages=("${packages[@]/openjdk-17-jre-headless/default-jre-headless}")
  fi
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -q --no-install-recommends "${packages[@]}"
}

# --- Python ------------------------------------------------------------------------------------------------------

install_python() {
  local python stamp
  python=$(python_program) || fail "No Python 3.11 or newer was found. Install one, or name it: PYTHON=/path make setup"
  [[ -f $REQUIREMENTS ]] || fail "$REQUIREMENTS is not there; GOODORDER_REQUIREMENTS names a file in requirements/."
  stamp=$(echo "$UV_VERSION" | hash_of - "$REQUIREMENTS" pyproject.toml)
  if is_done .venv/.setup-stamp "$stamp"; then return; fi
  if [[ ! -x .venv/bin/pip ]]; then
    say "making .venv with $("$python" --version)"
    "$python" -m venv .venv
  fi
  if [[ $(.venv/bin/uv --version 2>/dev/null) != "uv $UV_VERSION"* ]]; then
    say "installing uv $UV_VERSION"
    .venv/bin/pip install --quiet --disable-pip-version-check "uv==$UV_VERSION"
  fi
  follow_pip
  say "installing $REQUIREMENTS, every file checked by its hash"
  .venv/bin/uv pip install --quiet --python .venv/bin/python --require-hashes -r "$REQUIREMENTS"
  .venv/bin/uv pip install --quiet --python .venv/bin/python --no-deps -e .
  echo "$stamp" >.venv/.setup-stamp
}

# uv does not read pip's configuration: behind a mirror, pip works and uv would not.
follow_pip() {
  local index
  index=${PIP_INDEX_URL:-$(.venv/bin/pip config get global.index-url 2>/dev/null || true)}
  if [[ -n $index && -z ${UV_DEFAULT_INDEX:-} ]]; then export UV_DEFAULT_INDEX=$index; fi
}

# --- Kafka -------------------------------------------------------------------------------------------------------

install_kafka() {
  if ! jars_are_there; then
    say "fetching Kafka's jars with Maven"
    rm -rf "$LIBRARIES.new"
    mvn -B -q -f infra/kafka/pom.xml dependency:copy-dependencies \
      -DincludeScope=runtime "-DoutputDirectory=$PWD/$LIBRARIES.new" >/dev/null
    jars_stamp >"$LIBRARIES.new/.stamp"
    rm -rf "$LIBRARIES"
    mv "$LIBRARIES.new" "$LIBRARIES"
    rm -f "$CLASSES"
  fi
  if [[ ! -f $CLASSES ]]; then
    say "trying Kafka out"
    .venv/bin/python -m infra.stack.kafka
  fi
}

[[ $(uname -s) == Linux ]] || fail "The local stack runs on Linux only (on Windows: in WSL; on a Mac: in a Linux VM)."
mkdir -p .cache
exec 9>.cache/setup.lock
flock 9 # one at a time: two terminals, or a build server's two jobs
install_packages
install_python
install_kafka
if [[ $worked == yes ]]; then
  say "done: \`make up\` starts everything, \`make demo\` shows it, \`make help\` lists the rest"
else
  say "everything is there"
fi
