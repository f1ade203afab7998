#!/usr/bin/env python3
"""Counts the results in ctest's JUnit files: the last line of every test script.

count_tests.py FILE...  prints "N passed, M failed". A test that did not run counts as
failed; exit status 1 if any failed or none ran.
"""
import sys
import xml.etree.ElementTree as ElementTree


def count(paths: list[str]) -> tuple[int, int]:
    passed = failed = 0
    for path in paths:
        for case in ElementTree.parse(path).getroot().iter("testcase"):
            if case.get("status") == "run" and case.find("failure") is None:
                passed += 1
            elif case.get("status") != "disabled":
                failed += 1
    return passed, failed


def main() -> int:
    passed, failed = count(sys.argv[1:])
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
