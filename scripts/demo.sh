#!/usr/bin/env bash
# Sets up, builds and trains two classifiers of images on real data. Arguments go to the
# program: scripts/demo.sh --epochs 2. See scripts/demo.sh --help.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh build
echo "Building (the first time takes a minute or two)"
scripts/build.sh example-demo
exec build/bin/example-demo --out build/demo "$@"
