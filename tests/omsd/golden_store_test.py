#!/usr/bin/env python3
"""A store that an earlier version wrote reads the same, and is written on.

tests/golden/store is a backup of what the README's `omsctl replay` leaves, and
beside it is what `omsctl` showed of it then. tests/golden/store-1 is of a format
that no release has written.

Run by hand: OMSCTL=build/release/omsctl python3 tests/omsd/golden_store_test.py
"""

import pathlib
import shutil
import subprocess
import tempfile
import unittest

from omsd import OMSCTL

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "golden" / "store"
TABLES = ("data.mdb", "checkpoint/data.mdb")
SHOWN = {
    "order.json": ("order", "--json", "A-2"),
    "stock.json": ("stock", "--json", "MUG-1"),
    "head.json": ("audit", "head"),
    "trail.ndjson": ("audit", "export"),
}


class GoldenStore(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.store = pathlib.Path(folder.name) / "store"

    def copy(self, tables):
        shutil.rmtree(self.store, ignore_errors=True)
        for table in tables:
            (self.store / table).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(GOLDEN / table, self.store / table)

    def test_refuses_the_format_before_with_its_number(self):
        shutil.copytree(GOLDEN.with_name("store-1"), self.store)
        done = subprocess.run(
            [OMSCTL, "order", "A-2", "--store", str(self.store)],
            capture_output=True,
            text=True,
        )
        self.assertEqual(done.returncode, 2)
        self.assertIn("has format 1", done.stderr)

    def omsctl(self, *arguments):
        done = subprocess.run(
            [OMSCTL, *arguments, "--store", str(self.store)],
            capture_output=True,
            text=True,
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_shows_what_it_showed_then(self):
        # The tables beside the log are made anew where they are missing.
        for tables in (TABLES, TABLES[:1]):
            self.copy(tables)
            for name, command in SHOWN.items():
                with self.subTest(name, tables=tables):
                    expected = (GOLDEN / name).read_text(encoding="utf-8")
                    self.assertEqual(self.omsctl(*command), expected)

    def test_takes_new_events_after_the_old_ones(self):
        self.copy(TABLES)
        more = self.store.parent / "stock.csv"
        more.write_text("location,sku,onHand\nLON,MUG-1,41\n", encoding="utf-8")
        self.omsctl("import", str(more))
        self.omsctl("audit", "verify")
        trail = self.omsctl("audit", "export")
        then = (GOLDEN / "trail.ndjson").read_text(encoding="utf-8")
        self.assertTrue(trail.startswith(then))
        self.assertIn("stock.counted", trail[len(then) :])


if __name__ == "__main__":
    unittest.main()
