#!/usr/bin/env python3
"""Stock commands and reads of a running omsd are linearizable, kills included.

Histories of concurrent clients are recorded (history.py) and checked by
porcupine, a public checker (main.go). Faults that are planted in a recorded
history must be found, or the check would say nothing.

OMS_HISTORIES is how many histories are recorded, half of them with kills, and
OMS_HISTORY_S how long each lasts. OMS_SEED is the seed of the first.
Run by hand: OMSD=... CHECK=... python3 linearizability_test.py [-v]
"""

import copy
import os
import pathlib
import subprocess
import tempfile
import unittest

import history

CHECK = os.environ["CHECK"]
HISTORIES = int(os.environ.get("OMS_HISTORIES", "2"))
SECONDS = float(os.environ.get("OMS_HISTORY_S", "6"))
SEED = int(os.environ.get("OMS_SEED", "1"))


def check(recorded, picture=None):
    """Whether it is linearizable, and what the checker said."""
    options = ["-picture", str(picture)] if picture else []
    done = subprocess.run(
        [CHECK, *options],
        input=history.text_of(recorded),
        capture_output=True,
        text=True,
    )
    if done.returncode not in (0, 1):
        raise AssertionError(f"not checked: {done.stdout}{done.stderr}")
    return done.returncode == 0, done.stdout.strip()


def record(kills, seed):
    with tempfile.TemporaryDirectory() as folder:
        return history.record(
            pathlib.Path(folder) / "store", seconds=SECONDS, kills=kills, seed=seed
        )


class Stock(unittest.TestCase):
    def expect_linearizable(self, kills, seed):
        recorded, faults = record(kills, seed)
        self.assertEqual([], faults, f"seed {seed}")
        kinds = {one["kind"] for one in recorded}
        self.assertEqual(
            {"read", "receive", "adjust", "count", "commit", "release"}, kinds
        )
        picture = pathlib.Path(tempfile.gettempdir()) / f"oms-history-{seed}.html"
        good, said = check(recorded, picture)
        self.assertTrue(good, f"seed {seed}: {said}; see {picture}")
        print(f"seed {seed}, {kills} kills: {said}")

    def test_is_linearizable(self):
        for seed in range(SEED, SEED + HISTORIES, 2):
            self.expect_linearizable(0, seed)

    def test_is_linearizable_across_kills(self):
        kills = max(2, int(SECONDS / 3))
        for seed in range(SEED + 1, SEED + HISTORIES, 2):
            self.expect_linearizable(kills, seed)


class Planted(unittest.TestCase):
    """A fault put into a good history is found."""

    @classmethod
    def setUpClass(cls):
        cls.recorded, cls.faults = record(0, SEED + 1000)

    def setUp(self):
        self.assertEqual([], self.faults)
        self.assertTrue(check(self.recorded)[0])
        self.changed = copy.deepcopy(self.recorded)

    def reads_of(self, sku):
        reads = [
            one for one in self.changed if one["kind"] == "read" and one["sku"] == sku
        ]
        return sorted(reads, key=lambda one: one["call"])

    def test_a_stale_read(self):
        """One that shows what another read had seen long before it."""
        reads = self.reads_of("S1")
        reads[-1]["read"] = dict(reads[len(reads) // 4]["read"])
        self.assertNotEqual(reads[-1]["read"], reads[-2]["read"])
        self.assertFalse(check(self.changed)[0])

    def test_a_lost_update(self):
        """A receipt that was answered, and that no read shows."""
        end = self.reads_of("S2")[0]["call"]
        lost = {"kind": "receive", "sku": "S2", "units": 3, "client": 0}
        self.changed.append({**lost, "call": end - 2, "return": end - 1})
        self.assertFalse(check(self.changed)[0])

    def test_units_sold_twice(self):
        """An order that got units which another one has."""
        taken = next(one for one in self.changed if one["kind"] == "commit")
        self.changed.append({**taken, "client": 99})
        self.assertFalse(check(self.changed)[0])

    def test_a_refusal_without_a_reason(self):
        """An adjustment upwards that is said to be refused."""
        up = next(
            one
            for one in self.changed
            if one["kind"] == "adjust" and one["units"] > 0
        )
        up["refused"] = True
        self.assertFalse(check(self.changed)[0])


if __name__ == "__main__":
    unittest.main()
