"""What run.py does where the notebooks cannot be run."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path
from unittest import mock

import run


class Missing(unittest.TestCase):
    def test_no_environment(self) -> None:
        lack = run.missing("cling", Path("/nowhere/bin/python"))
        self.assertIn("scripts/notebooks.sh --install --engine cling", lack)

    def test_an_environment_without_the_kernel(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            python = Path(folder, "bin", "python")
            python.parent.mkdir()
            python.write_text("#!/bin/sh\nexit 1\n")
            python.chmod(0o755)
            self.assertIn("the kernel is not installed", run.missing("cling", python))

    def test_no_clang_repl(self) -> None:
        with mock.patch("shutil.which", return_value=None), \
                mock.patch("subprocess.run", return_value=mock.Mock(returncode=0)):
            self.assertIsNone(run.missing("cling", Path(__file__)))
            self.assertIn("there is no clang-repl", run.missing("clang-repl", Path(__file__)))

    def test_in_ci_it_is_a_failure(self) -> None:
        self.assertEqual(run.status_of("nothing there", {"CI": "true"}), 1)
        self.assertEqual(run.status_of("nothing there", {}), run.NOT_RUN)


if __name__ == "__main__":
    unittest.main()
