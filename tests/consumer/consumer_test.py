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
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
MAX_SECONDS, MAX_MEGABYTES, MAX_LIBRARY_MEGABYTES = 1.5, 300, 5


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


def compile_cost(args) -> None:
    """A file that includes <cairn/cairn.h>: seconds of processor time and peak memory."""
    prefix = install(args.build, args.work)
    source = args.work / "include_all.cpp"
    source.write_text("#include <cairn/cairn.h>\nint main() {}\n")
    best = None
    for _ in range(3):
        start = time.monotonic()
        child = os.posix_spawnp(args.cxx, [args.cxx, "-std=c++17", "-c", str(source), "-o", "/dev/null",
                                           f"-I{prefix}/include"], os.environ)
        _, status, usage = os.wait4(child, 0)
        if status != 0:
            sys.exit("it does not compile")
        wall, cpu = time.monotonic() - start, usage.ru_utime + usage.ru_stime
        if best is None or cpu < best[1]:
            best = (wall, cpu, usage.ru_maxrss / 1024)
    wall, cpu, megabytes = best
    print(f"#include <cairn/cairn.h>: {cpu:.2f} s of processor time ({wall:.2f} s by the clock), "
          f"{megabytes:.0f} MB; the limits are {MAX_SECONDS} s and {MAX_MEGABYTES} MB")
    if cpu > MAX_SECONDS or megabytes > MAX_MEGABYTES:
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
