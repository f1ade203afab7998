#!/usr/bin/env bash
# clang-tidy over the library's sources by the rules of .clang-tidy: scripts/tidy.sh [TEXT...]
# TEXT: only sources whose path contains one of these. Without: all of src/cairn but the
# kernels for AVX2 and AVX-512, which take long and say what the scalar ones say, being
# made from the same text. Ends with an error if there is a warning.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh build
# One version, since each knows other rules.
scripts/setup.sh packages clang-tidy-19
mkdir -p build/tidy
if [ ! -f build/compile_commands.json ]; then
  cmake --preset release > build/tidy/configure.log || { cat build/tidy/configure.log >&2; exit 1; }
fi
# GCC's own options are errors to clang; only these say what the source means.
mapfile -t sources < <(python3 - "$@" <<'PYTHON'
import json, shlex, sys
from pathlib import Path

KEPT = ("-I", "-D", "-isystem", "-std", "-m", "-f")
GCC_ONLY = ("-fvect-cost-model", "-fno-semantic-interposition", "-fno-tree-loop-vectorize")
chosen = []
for entry in json.loads(Path("build/compile_commands.json").read_text()):
    path = Path(entry["file"]).resolve().relative_to(Path.cwd()).as_posix()
    wanted = (any(text in path for text in sys.argv[1:]) if sys.argv[1:]
              else not path.endswith(("_avx2.cpp", "_avx512.cpp")))
    if not path.startswith("src/cairn/") or not wanted:
        continue
    words = shlex.split(entry["command"])
    flags, follows = [], False
    for word in words:
        if follows or (word.startswith(KEPT) and not word.startswith(GCC_ONLY)):
            flags.append(word)
        follows = word == "-isystem"
    entry["arguments"] = ["clang++", *flags, "-c", entry["file"]]
    del entry["command"]
    chosen.append(entry)
    print(path)
Path("build/tidy/compile_commands.json").write_text(json.dumps(chosen, indent=1))
PYTHON
)
if [ ${#sources[@]} -eq 0 ]; then
  echo "tidy.sh: no source of src/cairn has a path with $*" >&2
  exit 2
fi
if ! printf '%s\0' "${sources[@]}" | xargs -0 -n 1 -P "$(nproc)" \
    clang-tidy-19 -p build/tidy --quiet --warnings-as-errors='*' 2> build/tidy/log; then
  echo "tidy.sh: what clang-tidy itself had to say is in build/tidy/log" >&2
  exit 1
fi
echo "clang-tidy: ${#sources[@]} sources, no warning"
