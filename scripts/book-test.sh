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
  echo "== installing Selenium into .venv-book"
  python3 -m venv .venv-book
  .venv-book/bin/pip install --quiet --disable-pip-version-check 'selenium==4.35.0'
fi

status=0
python3 tests/book/check_site.py site || status=1
(cd tests/book && ../../.venv-book/bin/python -m unittest -q test_browser) || status=1
.venv-book/bin/python tests/book/browser_test.py "$@" || status=1
exit $status
