#!/usr/bin/env python3
"""The orders of oms_load on PostgreSQL: many clients, few SKUs, no deadlock.

postgres_load checks by itself that nothing is oversold and that every unit is
promised, waits or is cancelled. Ends with 77, which CTest shows as skipped,
where there is no PostgreSQL or postgres_load is not built:

    cmake --build build/release --target postgres_load
    POSTGRES_LOAD=build/release/postgres_load python3 tests/load/postgres_test.py -v
"""

import importlib.machinery
import importlib.util
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
POSTGRES_LOAD = pathlib.Path(os.environ.get("POSTGRES_LOAD", "build/release/postgres_load"))


def compare_script():
    """bench/peers/postgres/compare, which knows how to start a server."""
    sys.dont_write_bytecode = True
    path = str(ROOT / "bench/peers/postgres/compare")
    loader = importlib.machinery.SourceFileLoader("compare", path)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("compare", loader))
    loader.exec_module(module)
    return module


class PostgresLoad(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = tempfile.mkdtemp()
        # The server is another user where this is root.
        os.chmod(cls.place, 0o755)
        os.environ["OMS_BENCH_DIR"] = cls.place
        compare = compare_script()
        # Nothing is measured here, so nothing need reach the disk.
        cls.server = compare.Postgres({**compare.SETTINGS, "fsync": "off", "shared_buffers": "64MB"})

    @classmethod
    def tearDownClass(cls):
        cls.server.close()
        shutil.rmtree(cls.place, ignore_errors=True)

    def load(self, mix, per_call, clients=8):
        return subprocess.run(
            [POSTGRES_LOAD, self.server.database("oms"), "--mix", mix, "--per-call", str(per_call),
             "--clients", str(clients), "--orders", "1500", "--warm-up", "300", "--skus", "20"],
            capture_output=True, text=True, check=False,
        )

    def test_calls_of_many_orders_never_deadlock(self):
        for mix in ("bare", "real", "hot_sku"):
            with self.subTest(mix):
                done = self.load(mix, 50)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(json.loads(done.stdout)["deadlocks"], 0)

    def test_calls_of_one_order(self):
        for mix in ("bare", "real", "hot_sku"):
            with self.subTest(mix):
                done = self.load(mix, 1)
                self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_wrong_schema_is_found(self):
        # A set that takes no stock.
        schema = self.server.folder / "schema.sql"
        right = (ROOT / "bench/peers/postgres/schema.sql").read_text(encoding="utf-8")
        wrong = right.replace("s.committed + taken.units", "s.committed + 0 * taken.units")
        self.assertNotEqual(right, wrong)
        schema.write_text(wrong, encoding="utf-8")
        try:
            done = self.load("bare", 50)
        finally:
            schema.write_text(right, encoding="utf-8")
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("promised units", done.stderr)


if __name__ == "__main__":
    if not POSTGRES_LOAD.exists() or not list(pathlib.Path("/usr/lib/postgresql").glob("*/bin")):
        print("PostgreSQL is not installed, or postgres_load is not built")
        sys.exit(77)
    unittest.main()
