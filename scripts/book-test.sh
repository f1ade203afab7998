#!/usr/bin/env bash
# Checks the built site (scripts/book.sh builds it): links and leftovers, then every page in
# a real browser. Installs Debian's Chromium and, into .venv-book, Selenium.
#
#   scripts/book-test.sh [--only TEXT]     only pages whose path holds TEXT
set -euo pipefail
cd "$(dirname "$0")/.."

[ -f site/book/index.html ] || { echo "book-test: no site yet; run scripts/book.sh first" >&2; exit 1; }

scripts/setup.sh book-test
if ! .venv-book/bin/python -c 'import selenium' 2>/dev/null; then
  echo "Installing Selenium into .venv-book"
  python3 -m venv .venv-book
  .venv-book/bin/pip install --quiet --disable-pip-version-check 'selenium==4.35.0'
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
part() { "$@" 2>&1 | tee -a "$log" || status=1; }

part python3 tests/book/check_site.py site
part .venv-book/bin/python tests/book/test_browser.py --quiet
part .venv-book/bin/python tests/book/browser_test.py "$@"

# One line over all: the parts' own counts, and unittest's "Ran N tests" with its failures.
awk -v status="$status" '
  match($0, /[0-9]+ passed, [0-9]+ failed/) {
    split(substr($0, RSTART, RLENGTH), n, /[^0-9]+/); passed += n[1]; failed += n[2]
  }
  /^Ran [0-9]+ test/ { passed += $2 }
  /^FAILED \((failures|errors)=/ {
    rest = $0
    while (match(rest, /=[0-9]+/)) {
      count = substr(rest, RSTART + 1, RLENGTH - 1); failed += count; passed -= count
      rest = substr(rest, RSTART + RLENGTH)
    }
  }
  END {
    if (status != 0 && failed == 0) failed = 1  # a part ended without saying what failed
    printf "%d passed, %d failed\n", passed, failed
  }' "$log"
exit "$status"
