#!/usr/bin/env python3
"""The command line of oms_load: what it refuses, and what it prints.

    OMS_LOAD=build/release/oms_load OMSD=build/release/omsd \\
      python3 tests/load/command_line_test.py -v
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "omsd"))

from omsd import Omsd  # noqa: E402

OMS_LOAD = os.environ.get("OMS_LOAD", "build/release/oms_load")
SMALL = ["--orders", "40", "--warm-up", "10", "--batch", "10", "--skus", "20", "--quiet"]


def load(*arguments):
    with tempfile.TemporaryDirectory() as folder:
        return subprocess.run(
            [OMS_LOAD, *arguments],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "OMS_BENCH_DIR": folder},
        )


class WrongUsage(unittest.TestCase):
    def assert_refused(self, arguments, *words):
        done = load(*arguments)
        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)
        self.assertEqual(done.stdout, "")

    def test_a_word_that_is_not_known(self):
        self.assert_refused(["--work", "sleep"], "--work")
        self.assert_refused(["--over", "pigeon"], "--over")

    def test_options_that_do_not_go_together(self):
        self.assert_refused(["--connect", "127.0.0.1:1"], "--connect", "--over")
        self.assert_refused(["--omsd", "omsd"], "--omsd", "--over")
        self.assert_refused(["--over", "rpc", "--check"], "--check")
        self.assert_refused(["--over", "http", "--no-checkpoints"], "--no-checkpoints")
        self.assert_refused(
            ["--over", "rpc", "--omsd", "omsd", "--connect", "127.0.0.1:1"], "--connect"
        )
        self.assert_refused(["--work", "lifecycle", "--mix", "real"], "--mix bare")
        self.assert_refused(["--work", "reads", "--warm-up", "0"], "--warm-up")

    def test_numbers_out_of_range(self):
        self.assert_refused(["--connections", "0"], "--connections")
        self.assert_refused(["--read-rate", "0"], "--read-rate")

    def test_no_omsd(self):
        for over in ("rpc", "http"):
            self.assert_refused(
                ["--over", over, "--connect", "127.0.0.1:1", *SMALL], "127.0.0.1:1"
            )
            self.assert_refused(["--over", over, "--omsd", "/nowhere/omsd", *SMALL], "omsd")

    def test_the_help_names_all_options(self):
        done = load("--help")
        self.assertEqual(done.returncode, 0)
        for option in ("--work", "--over", "--omsd", "--connect", "--connections", "--read-rate"):
            self.assertIn(option, done.stdout)


class Reports(unittest.TestCase):
    def report(self, *arguments):
        done = load("--json", *SMALL, *arguments)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return json.loads(done.stdout)

    def test_a_lifecycle_has_percentiles_of_each_kind(self):
        got = self.report("--work", "lifecycle", "--check")
        self.assertTrue(got["all_delivered"])
        for kind in ("place", "pay", "pick", "ship", "deliver"):
            self.assertGreater(got[f"{kind}_p99_s"], 0)

    def test_reads_have_percentiles_of_each_kind(self):
        got = self.report("--work", "reads")
        self.assertGreaterEqual(got["questions"], 4)
        for kind in ("place", "order", "timeline", "list", "stock"):
            self.assertGreater(got[f"{kind}_p99_s"], 0)

    def test_an_omsd_that_runs_already(self):
        for over in ("rpc", "http"):
            with self.subTest(over), tempfile.TemporaryDirectory() as store:
                with Omsd("--rpc", "127.0.0.1:0", store=store) as omsd:
                    address = f"127.0.0.1:{omsd.port}"
                    if over == "rpc":
                        line = omsd.process.stdout.readline()
                        address = line.strip().removeprefix("omsd listens on capnp://")
                    got = self.report("--over", over, "--connect", address)
                    self.assertTrue(got["all_routed"])
                    # Of a process that it did not start it knows nothing.
                    self.assertNotIn("cpu_us/order", got)
                    again = load("--over", over, "--connect", address, *SMALL)
                    self.assertEqual(again.returncode, 2)
                    self.assertIn("has orders of a run before", again.stderr)


if __name__ == "__main__":
    unittest.main()
