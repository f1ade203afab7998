"""Turns, ratios, goals, pages, and what becomes of a peer that is absent, wrong or dies."""

from __future__ import annotations

import json
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "benchmarks"))

import report  # noqa: E402
from suite import cases, goals, measure, peers, processor, run, table  # noqa: E402
from suite.worker import Sample, Skipped, Worker, WorkerDied  # noqa: E402

FAKE = (sys.executable, str(HERE / "fake_worker.py"))


class Turns(unittest.TestCase):
    def test_pairs_share_the_turns_between_them_and_every_second_round_runs_back(self) -> None:
        order: list[str] = []

        def take(name: str, seconds: float):
            return lambda: order.append(name) or seconds

        mine, theirs = measure.take_turns(take("A", 1.0), {"B": take("B", 2.0), "C": take("C", 4.0)}, 2)
        self.assertEqual("".join(order), "ABBACCA" "ACCABBA")
        self.assertEqual(theirs["B"].ratios, [2.0, 2.0])
        self.assertEqual(theirs["C"].median(), 4.0)
        self.assertEqual(mine.median(), 1.0)

    def test_a_drift_that_is_even_cancels(self) -> None:
        clock = iter(range(100, 1000))
        mine, theirs = measure.take_turns(lambda: float(next(clock)), {"B": lambda: float(next(clock))}, 3)
        self.assertEqual(theirs["B"].ratios, [1.0] * 3)

    def test_a_disturbed_sample_is_taken_again(self) -> None:
        samples = iter([Sample(9.0, 0.5), Sample(1.0, 0.99), Sample(7.0, 1.0)])
        self.assertEqual(measure.undisturbed(lambda: next(samples), 1), 1.0)

    def test_of_samples_that_are_all_disturbed_the_least_disturbed_counts(self) -> None:
        samples = iter([Sample(9.0, 0.5), Sample(5.0, 0.8), Sample(7.0, 0.6)])
        self.assertEqual(measure.undisturbed(lambda: next(samples), 1), 5.0)

    def test_two_threads_are_taken_as_they_come(self) -> None:
        self.assertEqual(measure.undisturbed(lambda: Sample(3.0, 0.5), 2), 3.0)

    def test_spread(self) -> None:
        self.assertEqual(measure.spread([3.0, 1.0, 2.0]), (1.0, 3.0))
        self.assertEqual(measure.spread([1.0, 2.0, 3.0, 4.0, 5.0]), (2.0, 4.0))


class Workers(unittest.TestCase):
    def start(self, *arguments: str) -> Worker:
        worker = Worker("fake", (*FAKE, *arguments))
        self.addCleanup(worker.close)
        return worker

    def test_conversation(self) -> None:
        worker = self.start("2e-3", "1e-7")
        self.assertEqual(worker.about, "fake 1.0")
        self.assertEqual(worker.prepare("gemm NN 1 1 1"), (1e-7, "as it is"))
        self.assertEqual(worker.sample(0.02), Sample(2e-3, 1.0))
        self.assertEqual(worker.losses(3), [2.0, 1.5, 1.25])
        with self.assertRaisesRegex(Skipped, "there is none of it"):
            worker.prepare("conv forward")

    def test_a_death_is_told_with_its_last_words(self) -> None:
        worker = self.start("1", "0", "dies")
        worker.prepare("gemm NN 1 1 1")
        with self.assertRaisesRegex(WorkerDied, "status 3: out of stones"):
            worker.sample(0.02)

    def test_silence_ends(self) -> None:
        with self.assertRaisesRegex(WorkerDied, "no answer"):
            Worker("mute", (sys.executable, "-c", "import time; time.sleep(60)"), patience=0.2)

    def test_an_absent_program_is_named(self) -> None:
        with self.assertRaisesRegex(WorkerDied, "/nowhere/x is not there"):
            peers.start("x", ("/nowhere/x",), 1)


class Runs(unittest.TestCase):
    """A whole run with made-up workers."""

    def run_suite(self, others: dict[str, tuple[str, ...]], cairn: tuple[str, ...] = ("1e-3", "1e-7")) -> dict:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / "absent.txt").write_text("gone: no libgone; install it\n")
            commands = {"cairn": (*FAKE, *cairn), "peak": (*FAKE, *cairn)}
            known = [peers.Peer(name, (*FAKE, *arguments) if arguments else ("/nowhere/gone",), frozenset({"gemm"}))
                     for name, arguments in others.items()]

            def start(name: str, command: tuple[str, ...], threads: int, settings=None) -> Worker:
                command = commands.get(name, command)
                if command[0] == "/nowhere/gone":
                    raise WorkerDied("not there")
                return Worker(name, command)

            settings = run.Settings(root, root, root, root / "cairn", [1], rounds=2, seconds=0.002)
            case = cases.gemm("NT", 4, 4, 4, "tiny", everyday=True)
            with mock.patch.object(peers, "known_peers", lambda *_: known), mock.patch.object(peers, "start", start):
                return run.run([case], settings, lambda entry, report: None, say=lambda text: None)

    def test_ratios_and_versions(self) -> None:
        report = self.run_suite({"slow": ("3e-3", "0")})
        [entry] = report["results"]
        self.assertEqual(entry["peers"]["slow"]["ratio"], 3.0)
        self.assertEqual(entry["cairn"]["seconds"], 1e-3)
        self.assertEqual(report["versions"]["slow"], "fake 1.0")
        self.assertEqual(entry["peak_gflops"], 1000.0)

    def test_an_absent_peer_is_named_with_the_reason(self) -> None:
        report = self.run_suite({"gone": (), "slow": ("3e-3", "0")})
        self.assertEqual(report["absent"], {"gone": "no libgone; install it"})
        self.assertEqual(list(report["results"][0]["peers"]), ["slow"])

    def test_a_wrong_result_is_left_out_and_told(self) -> None:
        for error in ("0.5", "nan", "inf"):
            [entry] = self.run_suite({"liar": ("1e-9", error), "slow": ("3e-3", "0")})["results"]
            self.assertNotIn("liar", entry["peers"])
            self.assertIn("wrong result", entry["out"]["liar"])
            self.assertIn("liar left out: wrong", table.line(entry))

    def test_a_peer_that_dies_while_timed_is_left_out(self) -> None:
        [entry] = self.run_suite({"dier": ("1e-3", "0", "dies"), "slow": ("3e-3", "0")})["results"]
        self.assertEqual(list(entry["peers"]), ["slow"])
        self.assertIn("out of stones", entry["out"]["dier"])

    def test_the_short_form_leaves_out_what_takes_minutes(self) -> None:
        def settings(**more) -> run.Settings:
            return run.Settings(Path(), Path(), Path(), Path(), [1], rounds=1, seconds=0.01, **more)

        large, small = cases.gemm("NN", 512, 512, 512, "square", True), cases.gemm("NN", 16, 16, 16, "square", True)
        rare = cases.gemm("NN", 24, 24, 24, "square")
        self.assertEqual(run.chosen([large, small, rare], settings()), [large, small])
        self.assertEqual(run.chosen([large, small, rare], settings(), threads=2), [large])
        self.assertEqual(run.chosen([large, small, rare], settings(long=True), threads=2), [large, small, rare])
        self.assertEqual(run.chosen([large, small, rare], settings(only=["24"]), threads=2), [rare])

        jax = peers.Peer("jax", (), frozenset({"train"}), everyday_text="mlp")
        mlp, lenet = (case for case in cases.all_cases() if case.text in ("train mlp 784-128-10 adam 32", "train lenet adam 64"))
        self.assertEqual([run.takes(jax, case, settings()) for case in (mlp, lenet, large)], [True, False, False])
        for more in ({"long": True}, {"only": ["lenet"]}, {"peers": ["jax"]}):
            self.assertTrue(run.takes(jax, lenet, settings(**more)))

    def test_a_wrong_cairn_is_not_timed(self) -> None:
        [entry] = self.run_suite({"slow": ("3e-3", "0")}, cairn=("1e-3", "0.5"))["results"]
        self.assertIn("wrong result", entry["cairn_missing"])


def entry(ratio: float, case: str = "gemm NN 512 512 512", peer: str = "onednn", **more: object) -> dict:
    return {"case": case, "group": "gemm", "title": "square", "threads": 1, "work": 1e9, "tags": ["large", "NN"],
            "peak_gflops": 100.0, "cairn": {"seconds": 0.0101, "note": ""}, "out": {},
            "peers": {peer: {"seconds": 0.0101 * ratio, "ratio": ratio, "low": ratio, "high": ratio, "note": ""}}, **more}


class Goals(unittest.TestCase):
    def verdict(self, *results: dict, **more: object) -> goals.Verdict:
        goal = goals.Goal("work", goals.tagged("gemm", "large"), (), 1.0, 0.93, **more)
        return goals.judge(goal, list(results))

    def test_met(self) -> None:
        verdict = self.verdict(entry(1.0), entry(1.21), share_of_peak=0.95)
        self.assertAlmostEqual(verdict.mean, 1.1)
        self.assertTrue(verdict.met)
        self.assertEqual(goals.told(verdict), "met")

    def test_missed_by_the_mean(self) -> None:
        verdict = self.verdict(entry(0.95), entry(0.95))
        self.assertFalse(verdict.met)
        self.assertIn("mean 0.95, 5 % short of 1.00", goals.told(verdict))

    def test_missed_by_the_least(self) -> None:
        verdict = self.verdict(entry(2.0), entry(0.8, "gemm NT 256 256 256"))
        self.assertEqual(goals.told(verdict), "missed: gemm NT 256 256 256 at 0.80, below 0.93")

    def test_missed_by_the_share_of_the_peak(self) -> None:
        slow = entry(1.5, cairn={"seconds": 0.02, "note": ""})
        self.assertIn("50 % of the peak", goals.told(self.verdict(slow, share_of_peak=0.95)))

    def test_nothing_to_judge(self) -> None:
        self.assertIsNone(self.verdict(entry(1.0, tags=["small"])))
        self.assertIsNone(self.verdict(entry(1.0, threads=2)))
        self.assertIsNone(self.verdict(entry(1.0, peers={})))

    def test_another_run_of_cairn_is_no_peer(self) -> None:
        both = entry(1.9, peer="cairn-1-thread")
        self.assertIsNone(table.best_peer(both))
        self.assertEqual(goals.lead(both, ("cairn-1-thread",)), 1.9)

    def test_every_goal_selects_something(self) -> None:
        everything = [{"case": case.text, "group": case.group, "tags": sorted(case.tags)} for case in cases.all_cases()]
        for goal in goals.GOALS:
            self.assertTrue(any(goal.selects(one) for one in everything), goal.work)


class Pages(unittest.TestCase):
    def test_page(self) -> None:
        result = {
            "format": 1, "processor": {"slug": "x", "name": "X 1", "model": "The X", "cores": 2, "caches": {"L1": "32K"}},
            "date": "2026-01-02", "commit": "abc", "long": True, "rounds": 7, "sample_seconds": 0.02,
            "versions": {"cairn": "Cairn avx2", "onednn": "oneDNN 2"}, "tuning": {"onednn": "as it is"},
            "absent": {"mkl": "no MKL"},
            "results": [entry(0.9), entry(1.5, "gemm NN 256 256 256", out={"blis": "wrong result: off by 1"})]}
        older = json.loads(json.dumps({**result, "date": "2025-01-02"}))
        older["processor"] |= {"slug": "y", "name": "Y 2"}
        text = report.page([older, result], {"x": "The L3 is far.\n", "z": "Nobody's."})
        self.assertIn("### Why\n\nThe L3 is far.\n\n### Matrix", text)
        self.assertEqual(text.count("### Why"), 1)
        self.assertNotIn("Nobody's", text)
        self.assertLess(text.index("## X 1"), text.index("## Y 2"))
        self.assertIn("| square: NN 512×512×512 | 99.0 | 99 % | **0.90 (0.90–0.90)** |", text)
        self.assertIn("missed: gemm NN 512 512 512 at 0.90, below 0.93", text)
        self.assertIn("| mkl | absent: no MKL |", text)
        self.assertIn("- blis, gemm NN 256 256 256, 1 threads: wrong result: off by 1", text)
        self.assertIn("1.16 times, geometric mean of 2; least 0.90", text)


class Lists(unittest.TestCase):
    def test_cases_are_told_apart_and_their_work_is_counted(self) -> None:
        every = cases.all_cases()
        self.assertEqual(len({case.text for case in every}), len(every))
        self.assertTrue(all(case.work > 0 for case in every))
        stride2 = next(case for case in every if case.text.startswith("conv forward 2 3 224 224 64 7 7 2 3"))
        self.assertEqual(stride2.work, 2 * 2 * 64 * 112 * 112 * 3 * 49)

    def test_every_step_has_its_losses(self) -> None:
        expected = json.loads((HERE.parents[1] / "benchmarks/suite/expected_losses.json").read_text())
        asked = {case.text for case in cases.all_cases() if case.group in ("train", "infer")}
        self.assertEqual(set(expected), asked)

    def test_processors(self) -> None:
        def info(vendor: str, family: int, model: int) -> str:
            return (f"processor\t: 0\nvendor_id\t: {vendor}\ncpu family\t: {family}\nmodel\t\t: {model}\n"
                    "model name\t: Some EPYC 7B13 @ 2 GHz\n")
        self.assertEqual(processor.describe(info("AuthenticAMD", 25, 1))["slug"], "zen3")
        self.assertEqual(processor.describe(info("AuthenticAMD", 25, 0x11))["slug"], "zen4")
        self.assertEqual(processor.describe(info("GenuineIntel", 6, 143))["slug"], "sapphire-rapids")
        self.assertEqual(processor.describe(info("Other", 1, 1))["slug"], "some-epyc-7b13-2-ghz")
        self.assertEqual(processor.describe("")["slug"], "unknown-processor")


if __name__ == "__main__":
    unittest.main()
