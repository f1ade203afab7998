#!/usr/bin/env python3
"""Uses Cairn as other people's projects do, and measures what it costs them.

consumer_test.py find_package|fetch_content|pkg_config|compile_cost|library_size
                 --source DIR --build DIR --work DIR --cxx COMPILER
"""
import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
MAX_SECONDS, MAX_MEGABYTES, MAX_LIBRARY_MEGABYTES = 1.5, 300, 5
# What cairn.h may cost on a machine of any speed, beside a file of these headers alone: it
# brings most of them. On a Zen 3 it is 1.4 times as much.
STANDARD, MAX_TIMES_STANDARD = ("algorithm", "functional", "iostream", "map", "memory", "string", "vector"), 1.9


def run(*command: str | Path, **more) -> str:
    result = subprocess.run([str(part) for part in command], text=True, capture_output=True, **more)
    if result.returncode != 0:
        sys.exit(f"failed: {' '.join(map(str, command))}\n{result.stdout}{result.stderr}")
    return result.stdout


def fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def install(build: Path, work: Path) -> Path:
    """Installs, then moves the whole prefix: what was installed must not know where it lies."""
    first = fresh(work) / "first"
    run("cmake", "--install", build, "--prefix", first)
    moved = work / "moved"
    first.rename(moved)
    return moved


def library_folder(prefix: Path) -> Path:
    return next(prefix.rglob("libcairn.so")).parent


def find_package(args) -> None:
    prefix = install(args.build, args.work)
    build = args.work / "build"
    run("cmake", "-S", HERE / "find_package", "-B", build, f"-DCMAKE_PREFIX_PATH={prefix}",
        f"-DCMAKE_CXX_COMPILER={args.cxx}")
    run("cmake", "--build", build)
    print(run(build / "consumer"))


def fetch_content(args) -> None:
    # The library is compiled once more, without optimisation and what debuggers ask for:
    # that it can be is a proof of its own, and it takes a sixth of the time.
    build = fresh(args.work)
    run("cmake", "-S", HERE / "fetch_content", "-B", build, "-G", "Ninja", f"-DCAIRN_SOURCE_DIR={args.source}",
        f"-DCMAKE_CXX_COMPILER={args.cxx}", "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_CXX_FLAGS_DEBUG=-O0",
        f"-DCMAKE_CXX_COMPILER_LAUNCHER={shutil.which('ccache') or ''}")
    run("cmake", "--build", build)
    print(run(build / "consumer"))


def pkg_config(args) -> None:
    prefix = install(args.build, args.work)
    folder = library_folder(prefix)
    environment = os.environ | {"PKG_CONFIG_PATH": str(folder / "pkgconfig"), "LD_LIBRARY_PATH": str(folder)}
    flags = run("pkg-config", "--cflags", "--libs", "cairn", env=environment).split()
    program = args.work / "consumer"
    run(args.cxx, "-std=c++17", HERE / "program.cpp", "-o", program, *flags)
    print(run(program, env=environment))


def least_cost(cxx: str, source: Path, *options: str) -> tuple[float, float]:
    """Compiling a file: seconds of processor time and peak megabytes, the least of three."""
    costs = []
    for _ in range(3):
        child = os.posix_spawnp(cxx, [cxx, "-std=c++17", "-c", str(source), "-o", "/dev/null", *options], os.environ)
        _, status, usage = os.wait4(child, 0)
        if status != 0:
            sys.exit("it does not compile")
        costs.append((usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024))
    return min(costs)


def compile_cost(args) -> None:
    """A file that includes <cairn/cairn.h>: seconds of processor time and peak memory."""
    prefix = install(args.build, args.work)
    source = args.work / "include_all.cpp"
    source.write_text("#include <cairn/cairn.h>\nint main() {}\n")
    seconds, megabytes = least_cost(args.cxx, source, f"-I{prefix}/include")
    allowed = MAX_SECONDS
    if seconds > allowed:  # or is the machine slow? The standard library's headers say it.
        plain = args.work / "include_standard.cpp"
        plain.write_text("".join(f"#include <{name}>\n" for name in STANDARD) + "int main() {}\n")
        allowed = max(allowed, MAX_TIMES_STANDARD * least_cost(args.cxx, plain)[0])
    print(f"#include <cairn/cairn.h>: {seconds:.2f} s of processor time, {megabytes:.0f} MB; "
          f"the limits are {allowed:.2f} s and {MAX_MEGABYTES} MB")
    if seconds > allowed or megabytes > MAX_MEGABYTES:
        sys.exit(1)


def library_size(args) -> None:
    prefix = install(args.build, args.work)
    library = (library_folder(prefix) / "libcairn.so").resolve()
    run("strip", library)
    megabytes = library.stat().st_size / 1e6
    print(f"libcairn.so, stripped: {megabytes:.2f} MB; the limit is {MAX_LIBRARY_MEGABYTES} MB")
    if megabytes > MAX_LIBRARY_MEGABYTES:
        sys.exit(1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    tests = {f.__name__: f for f in (find_package, fetch_content, pkg_config, compile_cost, library_size)}
    parser.add_argument("test", choices=tests)
    for name in ("source", "build", "work"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--cxx", required=True)
    args = parser.parse_args()
    tests[args.test](args)


if __name__ == "__main__":
    main()
