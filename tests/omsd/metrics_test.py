#!/usr/bin/env python3
"""What omsd says of itself: its actors, its metrics, the dashboard over them,
and omsctl top.

Run by hand: OMSD=build/release/omsd OMSCTL=build/release/omsctl \
    python3 tests/omsd/metrics_test.py [-v]
"""

import json
import os
import pathlib
import pty
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

from omsd import OMSCTL, Omsd, eventually

DASHBOARD = pathlib.Path(__file__).resolve().parents[2] / "docs" / "grafana.json"


def order(id, quantity):
    lines = [{"line": "1", "sku": "MUG", "quantity": quantity, "unitPrice": 100}]
    captured = {"captured": 100 * quantity, "reference": "r"}
    return {"id": id, "lines": lines, "payment": captured}


def samples(text):
    """{name: {labels as text: value}}"""
    found = {}
    for line in text.splitlines():
        if match := re.match(r"([a-z_:]+)(?:\{(.*)\})? ([^ ]+)", line):
            found.setdefault(match[1], {})[match[2] or ""] = float(match[3])
    return found


class Watched(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.omsd = Omsd()
        cls.server = f"http://127.0.0.1:{cls.omsd.port}"
        cls.omsd.put("/v1/locations/NYC", {"country": "US"})
        cls.omsd.put(
            "/v1/suppliers/DS-1", {"products": [{"sku": "POT", "available": 5}]}
        )
        cls.omsd.put("/v1/products/MUG", {"name": "Mug"})
        cls.omsd.post("/v1/locations/NYC/counts", {"sku": "MUG", "onHand": 10})
        for id, quantity in (("SO-1", 2), ("SO-2", 23)):
            assert cls.omsd.post("/v1/orders", order(id, quantity)).status == 201
            eventually(lambda: cls.omsd.get(f"/v1/orders/{id}").body["fulfillments"])
        eventually(lambda: cls.omsd.get("/v1/stock/MUG/waiting").body["waiting"])
        eventually(cls.is_at_rest)

    @classmethod
    def is_at_rest(cls):
        """Whether nothing was written for a while, and all of it is counted."""

        def numbers():
            now = samples(cls.omsd.get("/metrics").text)
            return (
                now["oms_journal_commit_seconds_count"][""],
                now["oms_journal_commit_events_sum"][""],
                now["oms_log_sequence"][""],
            )

        before = numbers()
        time.sleep(0.1)
        return before == numbers() and before[1] == before[2]

    @classmethod
    def tearDownClass(cls):
        cls.omsd.__exit__()

    def get(self, path, status=200, **headers):
        answer = self.omsd.get(path, **headers)
        self.assertEqual(answer.status, status, answer.text)
        return answer

    def omsctl(self, *arguments):
        done = subprocess.run(
            [OMSCTL, *arguments, "--server", self.server],
            capture_output=True,
            text=True,
            timeout=60,
        )
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    # --- actors --------------------------------------------------------------

    def test_actors_by_kind(self):
        def all_answered():
            kinds = self.get("/v1/admin/actors").body["kinds"]
            named = {one["kind"]: one for one in kinds}
            for kind in ("directory", "router", "journal", "location"):
                if not all(one["answered"] for one in named[kind]["actors"]):
                    return None
            return named

        # Not at once on a machine that is busy with other work.
        kinds = eventually(all_answered)
        self.assertEqual(kinds["order"]["count"], 2)
        self.assertEqual(kinds["location"]["count"], 1)
        self.assertEqual(kinds["supplier"]["count"], 1)
        self.assertEqual(kinds["waitingLine"]["keeps"], 1)
        for kind in ("journal", "checkpointer", "deadlines", "network"):
            self.assertEqual(kinds[kind]["count"], 1, kind)
        for kind in ("directory", "router", "journal", "location"):
            for one in kinds[kind]["actors"]:
                self.assertGreaterEqual(one["waitUs"], 0)
                self.assertGreaterEqual(one["mailbox"], 0)
        only = self.get("/v1/admin/actors?kind=router").body["kinds"]
        self.assertEqual([one["kind"] for one in only], ["router"])
        self.get("/v1/admin/actors?kind=unicorn", 400)

    def test_one_actor(self):
        at = "/v1/admin/actors"
        self.assertEqual(
            self.get(f"{at}/order/SO-1").body, self.get("/v1/orders/SO-1").body
        )
        place = self.get(f"{at}/location/NYC").body
        self.assertEqual(place["settings"]["country"], "US")
        self.assertEqual(place["stock"][0]["onHand"], 10)
        offer = self.get(f"{at}/supplier/DS-1").body
        self.assertEqual(offer["stock"][0]["available"], 5)
        self.assertEqual(
            self.get(f"{at}/waitingLine/MUG").body["waiting"],
            self.get("/v1/stock/MUG/waiting").body["waiting"],
        )
        self.assertEqual(self.get(f"{at}/product/MUG").body["settings"]["name"], "Mug")
        self.assertEqual(self.get(f"{at}/journal/0").body["kind"], "journal")
        for nobody in (
            "order/SO-9",
            "location/X",
            "supplier/X",
            "product/X",
            "router/99",
            "unicorn/1",
        ):
            self.get(f"{at}/{nobody}", 404)

    def test_actors_as_text(self):
        text = self.omsctl("actors")
        self.assertIn("2 orders in memory, 0 passivated", text)
        self.assertRegex(text, r"journal +1 ")
        self.assertIn("NYC", self.omsctl("actors", "location"))
        one = json.loads(self.omsctl("actors", "location", "NYC"))
        self.assertEqual(one["id"], "NYC")
        self.assertIn("kinds", json.loads(self.omsctl("actors", "--json")))

    # --- metrics -------------------------------------------------------------

    def test_commits_waiting_lines_and_orders_are_measured(self):
        first = samples(self.get("/metrics").text)
        commits = first["oms_journal_commit_seconds_count"][""]
        self.assertGreater(commits, 0)
        self.assertEqual(
            first["oms_journal_commit_seconds_bucket"]['le="+Inf"'], commits
        )
        self.assertGreater(first["oms_journal_commit_seconds_sum"][""], 0)
        self.assertEqual(
            first["oms_journal_commit_events_sum"][""], first["oms_log_sequence"][""]
        )
        self.assertEqual(first["oms_waiting_units"]['sku="MUG"'], 15)
        self.assertEqual(first["oms_backordered_units"][""], 15)
        self.assertEqual(first["oms_orders_stuck"][""], 0)
        self.assertEqual(first["oms_orders_asleep"][""], 0)
        self.assertIn('kind="journal"', first["oms_actor_wait_seconds"])
        # Counted once, however often it is looked at.
        again = samples(self.get("/metrics").text)
        self.assertEqual(again["oms_journal_commit_seconds_count"][""], commits)
        self.omsd.post("/v1/orders/SO-1/notes", {"text": "x"})
        more = samples(self.get("/metrics").text)
        self.assertGreater(more["oms_journal_commit_seconds_count"][""], commits)

    def test_a_status_that_no_order_has_is_zero(self):
        with Omsd() as omsd:
            omsd.post("/v1/orders", dict(order("SO-G", 1), payment=None))

            def pending():
                return samples(omsd.get("/metrics").text)["oms_orders"][
                    'status="pending"'
                ]

            eventually(lambda: pending() == 1)
            omsd.post("/v1/orders/SO-G/cancellations", {})
            eventually(lambda: pending() == 0)

    def test_promtool_finds_nothing_wrong(self):
        promtool = shutil.which("promtool")
        if not promtool:
            self.skipTest("promtool is not here: apt-get install prometheus")
        done = subprocess.run(
            [promtool, "check", "metrics"],
            input=self.get("/metrics").text,
            capture_output=True,
            text=True,
        )
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))

    def test_the_dashboard_names_metrics_that_are_there(self):
        dashboard = json.loads(DASHBOARD.read_text(encoding="utf-8"))
        known = set(samples(self.get("/metrics").text))
        ids, named = set(), set()
        for panel in dashboard["panels"]:
            self.assertNotIn(panel["id"], ids)
            ids.add(panel["id"])
            for target in panel["targets"]:
                metrics = set(re.findall(r"\boms_[a-z_]+", target["expr"]))
                self.assertTrue(metrics, target["expr"])
                self.assertLessEqual(metrics, known, target["expr"])
                named |= metrics
        # And none is forgotten.
        bare = {re.sub(r"_(bucket|sum|count)$", "", name) for name in known}
        seen = {re.sub(r"_(bucket|sum|count)$", "", name) for name in named}
        self.assertEqual({name for name in bare if name.startswith("oms_")} - seen, set())

    # --- omsctl top ----------------------------------------------------------

    def test_top_prints_a_plain_snapshot_where_there_is_no_terminal(self):
        for option in ([], ["--once"]):
            text = self.omsctl("top", "--interval", "0.2", *option)
            self.assertNotIn("\x1b", text)
            self.assertIn("storage ok", text)
            self.assertRegex(text, r"awaiting_fulfillment +\d")
            self.assertRegex(text, r"MUG +15")
            self.assertRegex(text, r"commands +\d+\.\d")
            self.assertRegex(text, r"journal +\d+ +\d")

    def test_top_without_a_server_is_exit_2(self):
        done = subprocess.run(
            [OMSCTL, "top", "--server", "http://127.0.0.1:1"],
            capture_output=True,
            text=True,
        )
        self.assertEqual(done.returncode, 2)
        self.assertIn("is omsd running there?", done.stderr)


class Screen:
    """omsctl top on a terminal of its own."""

    def __init__(self, server):
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            arguments = [OMSCTL, "top", "--server", server, "--interval", "0.1"]
            os.execvp(OMSCTL, arguments)
        self.seen = ""

    def until(self, text, patience_s=20):
        """Reads on until `text` was drawn; what came before it."""
        end = time.monotonic() + patience_s
        while text not in self.seen:
            if time.monotonic() > end:
                raise AssertionError(f"{text!r} was not drawn: {self.seen[-3000:]!r}")
            self.seen += os.read(self.terminal, 65536).decode(errors="replace")
        before, self.seen = self.seen.split(text, 1)
        return before

    def end(self):
        """The rest of what it drew, and its exit code."""
        try:
            while part := os.read(self.terminal, 65536):
                self.seen += part.decode(errors="replace")
        except OSError:
            pass
        os.close(self.terminal)
        return self.seen, os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


class LiveScreen(unittest.TestCase):
    restored = "\x1b[?25h\x1b[?1049l"

    def test_ends_by_q_and_by_signals_and_leaves_the_terminal_as_it_was(self):
        with Omsd() as omsd:
            for end in ("q", signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                with self.subTest(end):
                    screen = Screen(f"http://127.0.0.1:{omsd.port}")
                    screen.until("\x1b[?1049h")
                    screen.until("storage")
                    if end == "q":
                        os.write(screen.terminal, b"q")
                    else:
                        os.kill(screen.pid, end)
                    seen, code = screen.end()
                    self.assertEqual(code, 0)
                    self.assertTrue(seen.endswith(self.restored), seen[-200:])

    def test_goes_on_when_the_server_goes_away_and_comes_back(self):
        with tempfile.TemporaryDirectory() as folder:
            store = pathlib.Path(folder) / "store"
            with Omsd(store=store) as omsd:
                port = omsd.port
                omsd.put("/v1/locations/NYC", {})
                screen = Screen(f"http://127.0.0.1:{port}")
                screen.until("storage")
                omsd.kill()
            screen.until("no answer since")
            with Omsd("--listen", f"127.0.0.1:{port}", store=store):

                def is_well():
                    screen.until("omsd")
                    return "no answer" not in screen.until("storage")

                eventually(is_well)
                os.write(screen.terminal, b"q")
                self.assertEqual(screen.end()[1], 0)


if __name__ == "__main__":
    unittest.main()
