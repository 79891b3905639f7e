#!/usr/bin/env python3
"""omsctl against a running omsd: what it shows, and what it says when it can't.

Run by hand: OMSD=build/release/omsd OMSCTL=build/release/omsctl \
    python3 tests/omsd/omsctl_test.py [-v]
"""

import json
import os
import pathlib
import pty
import signal
import socket
import subprocess
import tempfile
import unittest

from omsd import OMSCTL, OMSD, Omsd, eventually

RULES = {"tiers": [["warehouse"], ["dropship"]], "objectives": ["priority"]}


def omsctl(*arguments, server=None, **environment):
    """A run to its end; by --server where one is given."""
    known = {
        key: value
        for key, value in os.environ.items()
        if key not in ("OMS_SERVER", "OMS_TOKEN")
    }
    options = ["--server", server] if server else []
    return subprocess.run(
        [OMSCTL, *arguments, *options],
        capture_output=True,
        text=True,
        env={**known, **environment},
        timeout=120,
    )


def order(id, quantity, sku="MUG"):
    lines = [{"line": "1", "sku": sku, "quantity": quantity, "unitPrice": 1999}]
    captured = {"captured": 1999 * quantity, "reference": "ch_1"}
    return {"id": id, "lines": lines, "payment": captured}


def set_up(omsd):
    """NYC with ten mugs, of which SO-1 has two; SO-2 waits for fifteen."""
    omsd.put("/v1/locations/NYC", {"country": "US", "name": "New York"})
    omsd.put(
        "/v1/suppliers/DS-1", {"products": [{"sku": "POT", "available": 5}]}
    )
    count = {"sku": "MUG", "quantity": 10, "reference": "PO-1"}
    omsd.post("/v1/locations/NYC/receipts", count)
    for id, quantity in (("SO-1", 2), ("SO-2", 23)):
        omsd.post("/v1/orders", order(id, quantity), X_Actor="shop")
        eventually(lambda: omsd.get(f"/v1/orders/{id}").body["fulfillments"])
    eventually(lambda: omsd.get("/v1/stock/MUG/waiting").body["waiting"])


class Shows(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.store = pathlib.Path(cls.folder.name) / "store"
        cls.omsd = Omsd(store=cls.store)
        cls.server = f"http://127.0.0.1:{cls.omsd.port}"
        set_up(cls.omsd)

    @classmethod
    def tearDownClass(cls):
        cls.omsd.__exit__()
        cls.folder.cleanup()

    def shown(self, *arguments, **environment):
        done = omsctl(*arguments, server=self.server, **environment)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def test_a_server_and_its_store_show_the_same(self):
        for what in (
            ("order", "SO-1"),
            ("order", "SO-2"),
            ("stock", "MUG"),
            ("stock", "MUG", "--location", "NYC"),
            ("stock", "POT"),
            ("location", "NYC"),
            ("supplier", "DS-1"),
        ):
            with self.subTest(what):
                live = self.shown(*what)
                stored = omsctl(*what, "--store", str(self.store))
                self.assertEqual(live, stored.stdout)

    def test_an_order_has_its_timeline_and_its_past(self):
        text = self.shown("order", "SO-1")
        self.assertIn("Order SO-1: awaiting_fulfillment", text)
        self.assertIn("Timeline (sequence, time in UTC)", text)
        self.assertIn("(shop)", text)
        placed = self.omsd.get("/v1/orders/SO-1/timeline").body["events"][0]["at"]
        self.assertIn("pending", self.shown("order", "SO-1", "--at", str(placed)))

    def test_places_and_stock_have_their_past(self):
        events = self.omsd.get("/v1/audit?limit=1000").body["events"]
        kinds = [event["kind"] for event in events]
        arrived = events[kinds.index("stock.received")]["at"]
        for what, now, then in (
            (("stock", "MUG"), "SO-2", "No order waits for it."),
            (("location", "NYC"), "committed  to 2 orders", "committed  to 0 orders"),
        ):
            with self.subTest(what):
                self.assertIn(now, self.shown(*what))
                past = self.shown(*what, "--at", str(arrived))
                self.assertIn(then, past)
                self.assertIn("MUG", past)
                self.assertNotIn(now, past)
        supplier = json.loads(
            self.shown("supplier", "DS-1", "--json", "--at", str(arrived))
        )
        self.assertEqual(supplier["products"][0]["available"], 5)
        self.assertEqual(self.shown("stock", "MUG", "--at", "2999-01-01").count("NYC"), 1)
        for what in (("order", "SO-1"), ("stock", "MUG"), ("location", "NYC")):
            gone = omsctl(*what, "--at", "1999-01-01", server=self.server)
            self.assertEqual(gone.returncode, 1)
            self.assertRegex(gone.stderr, "there (is|was) no")
            wrong = omsctl(*what, "--at", "then", server=self.server)
            self.assertEqual(wrong.returncode, 2)
            self.assertIn("neither a sequence", wrong.stderr)

    def test_output_that_does_not_arrive_is_no_success(self):
        for what in (
            ("--version",),
            ("order", "--help"),
            ("order", "SO-1", "--store", str(self.store)),
            ("stock", "MUG", "--store", str(self.store)),
            ("audit", "verify", "--store", str(self.store)),
            ("audit", "export", "--store", str(self.store)),
            ("export", "--what", "orders", "--store", str(self.store)),
            ("order", "SO-1", "--server", self.server),
        ):
            with self.subTest(what), open("/dev/full", "w") as full:
                done = subprocess.run(
                    [OMSCTL, *what], stdout=full, stderr=subprocess.PIPE, text=True
                )
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertRegex(done.stderr, "can't (write the output|be written)")
                self.assertEqual(len(done.stderr.splitlines()), 1)

    def test_who_waits(self):
        text = self.shown("waiting", "MUG")
        self.assertIn("15 units backordered, for 1 order line", text)
        self.assertIn("SO-2", text)
        self.assertEqual(self.shown("waiting", "NONE"), "No order waits for NONE.\n")

    def test_the_trail_in_parts(self):
        self.assertIn("order.placed", self.shown("notifications"))
        self.assertEqual(self.shown("alerts"), "There are none.\n")
        one = self.shown("notifications", "--limit", "1")
        self.assertEqual(one.count("\n"), 1)
        at = one.split()[0]
        self.assertNotIn(one, self.shown("notifications", "--after", at))

    def test_routing(self):
        text = self.shown("routing")
        self.assertIn("of all brands", text)
        self.assertIn("fewestShipments", text)

    def test_json_is_the_raw_answer(self):
        for what, path in (
            (("order", "SO-1"), "/v1/orders/SO-1"),
            (("stock", "MUG"), "/v1/stock/MUG"),
            (("location", "NYC"), "/v1/locations/NYC"),
            (("waiting", "MUG"), "/v1/stock/MUG/waiting"),
            (("notifications",), "/v1/notifications"),
            (("routing",), "/v1/routing"),
        ):
            with self.subTest(what):
                raw = json.loads(self.shown(*what, "--json"))
                self.assertEqual(raw, self.omsd.get(path).body)

    def test_the_server_may_stand_in_the_environment(self):
        done = omsctl("order", "SO-1", OMS_SERVER=self.server)
        self.assertEqual(done.stdout, self.shown("order", "SO-1"))
        # A store that is named is meant.
        stored = omsctl(
            "order", "SO-1", "--store", str(self.store), OMS_SERVER="http://nowhere"
        )
        self.assertEqual(stored.returncode, 0)

    def test_what_is_not_there_is_said_with_exit_1(self):
        for what, said in (
            (("order", "SO-9"), "there is no order SO-9"),
            (("stock", "NONE"), "there is no stock of NONE"),
            (("location", "MOON"), "there is no location MOON"),
            (("supplier", "MOON"), "there is no supplier MOON"),
        ):
            with self.subTest(what):
                done = omsctl(*what, server=self.server)
                self.assertEqual(done.returncode, 1)
                self.assertEqual(done.stderr, f"omsctl {what[0]}: {said}\n")
                self.assertEqual(done.stdout, "")

    def test_a_problem_is_said_with_its_faults(self):
        done = omsctl("alerts", "--limit", "many", server=self.server)
        self.assertEqual(done.returncode, 1)
        self.assertIn("limit must be a whole number", done.stderr)

    def test_ids_may_hold_anything(self):
        id = "a/b ü?%&#"
        self.omsd.post("/v1/orders", order(id, 1, "CUP"))
        self.assertIn(f"Order {id}:", self.shown("order", id))

    def test_a_note_does_not_command_the_terminal(self):
        self.omsd.post("/v1/orders", order("SO-N", 1, "CUP"))
        note = {"text": "\x1b]0;gotcha\x07\x1b[2Jred"}
        self.omsd.post("/v1/orders/SO-N/notes", note)
        text = self.shown("order", "SO-N")
        self.assertIn("red", text)
        self.assertNotIn("\x1b", text)
        self.assertNotIn("\x07", text)

    # --- colours -------------------------------------------------------------

    def on_terminal(self, *arguments, **environment):
        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            [OMSCTL, *arguments, "--server", self.server],
            stdout=theirs,
            env={**os.environ, "TERM": "xterm", **environment},
        )
        os.close(theirs)
        got = b""
        try:
            while part := os.read(ours, 65536):
                got += part
        except OSError:
            pass  # Linux says so when the other side is closed.
        os.close(ours)
        process.wait()
        return got.decode()

    def test_colour_is_for_terminals(self):
        self.assertNotIn("\x1b", self.shown("order", "SO-1"))
        environment = {"NO_COLOR": ""}
        self.assertIn("\x1b[1m", self.on_terminal("order", "SO-1", **environment))
        plain = self.on_terminal("order", "SO-1", NO_COLOR="1")
        self.assertNotIn("\x1b", plain)
        self.assertIn("Order SO-1", plain)

    # --- following the trail -------------------------------------------------

    def test_the_trail_is_followed(self):
        done = omsctl(
            "audit", "tail", "--after", "0", "--limit", "3", server=self.server
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = done.stdout.splitlines()
        self.assertEqual([line.split()[0] for line in lines], ["1", "2", "3"])
        self.assertIn("NYC", lines[0])
        raw = omsctl(
            "audit", "tail", "--after", "0", "--limit", "3", "--json", server=self.server
        )
        seen = [json.loads(line) for line in raw.stdout.splitlines()]
        self.assertEqual(seen, self.omsd.get("/v1/audit?limit=3").body["events"])

    def test_what_comes_is_printed_and_ctrl_c_ends_it(self):
        last = self.omsd.get("/v1/admin/stats").body["sequence"]
        process = subprocess.Popen(
            [OMSCTL, "audit", "tail", "--server", self.server, "--after", str(last)],
            stdout=subprocess.PIPE,
            text=True,
        )
        self.omsd.post("/v1/orders", order("SO-T", 1, "CUP"), X_Actor="ann")
        line = process.stdout.readline()
        self.assertIn("SO-T", line)
        self.assertIn("(ann)", line)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(timeout=20), 0)
        process.stdout.close()


class Imports(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.omsd = Omsd(store=self.folder / "store")
        self.addCleanup(self.omsd.__exit__)
        self.server = f"http://127.0.0.1:{self.omsd.port}"
        self.network = self.write(
            "network.json",
            json.dumps(
                {
                    "locations": [{"id": "NYC", "country": "US"}, {"id": "LAX"}],
                    "suppliers": [
                        {"id": "DS", "products": [{"sku": "POT", "available": 5}]}
                    ],
                    "products": [{"sku": "MUG", "name": "Mug"}],
                    "routing": {"objectives": ["priority"]},
                }
            ),
        )
        self.stock = self.write(
            "stock.csv",
            "location,sku,onHand,safetyStock\nNYC,MUG,10,2\nLAX,MUG,7,\n",
        )

    def write(self, name, text):
        (self.folder / name).write_text(text)
        return str(self.folder / name)

    def imported(self, *arguments, code=0, **environment):
        done = omsctl("import", *arguments, server=self.server, **environment)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def last(self):
        return self.omsd.get("/v1/admin/stats").body["sequence"]

    def on_hand(self, location="NYC"):
        return self.omsd.get(f"/v1/locations/{location}/stock").body["stock"][0]["onHand"]

    def test_files_go_to_a_server_and_a_second_time_change_nothing(self):
        done = self.imported(self.stock, self.network, "--dry-run")
        self.assertIn("Nothing was written", done.stdout)
        self.assertEqual(self.last(), 0)
        self.imported(self.stock, self.network, "--by", "ann")
        self.assertEqual((self.on_hand(), self.on_hand("LAX")), (10, 7))
        self.assertEqual(self.omsd.get("/v1/products/MUG").body["name"], "Mug")
        rules = self.omsd.get("/v1/routing").body["rules"]
        self.assertEqual(rules["objectives"], ["priority"])
        events = self.omsd.get("/v1/audit?limit=1000").body["events"]
        self.assertIn("ann", {event["by"] for event in events})
        last = self.last()
        again = self.imported(self.stock, self.network)
        self.assertEqual(self.last(), last, again.stdout)
        stored = omsctl("location", "NYC", server=self.server).stdout
        self.assertIn("MUG", stored)

    def test_what_was_sent_before_is_not_done_again(self):
        self.imported(self.network, self.stock)
        sold = {"sku": "MUG", "delta": -4}
        self.omsd.post("/v1/locations/NYC/adjustments", sold)
        self.omsd.kill()
        with Omsd(store=self.folder / "store") as omsd:
            self.omsd = omsd
            self.server = f"http://127.0.0.1:{omsd.port}"
            again = self.imported(self.stock)
            self.assertIn("1 counted as unchanged", again.stdout)
            self.assertEqual(self.on_hand(), 6)
            # Another count is another file.
            self.imported(self.write("stock.csv", "location,sku,onHand\nNYC,MUG,10\n"))
            self.assertEqual(self.on_hand(), 10)

    def test_faults_and_refusals_name_file_and_row(self):
        self.imported(self.network)
        wrong = self.write("wrong.csv", "location,sku,onHand\nMOON,MUG,1\n")
        done = self.imported(wrong, code=2)
        self.assertIn("wrong.csv:2:location: MOON is neither", done.stderr)
        tokens = self.folder / "tokens"
        made = omsctl("token", "--tokens", str(tokens), "--name", "x", "--role", "stock")
        with Omsd("--tokens", str(tokens)) as omsd:
            self.server = f"http://127.0.0.1:{omsd.port}"
            token = made.stdout.strip()
            done = self.imported(self.network, code=1, OMS_TOKEN=token)
            self.assertIn("network.json:locations[0]: refused: this needs", done.stderr)
            self.assertEqual(
                omsd.get("/v1/products/MUG", Authorization=f"Bearer {token}").status, 200
            )
            done = self.imported(self.network, code=2, OMS_TOKEN="nobody")
            self.assertIn("the token is not known", done.stderr)

    def test_a_server_that_is_lost_is_said_and_the_rest_is_sent_later(self):
        rows = "".join(f"NYC,S-{i},{i + 1}\n" for i in range(3_000))
        many = self.write("many.csv", "location,sku,onHand\n" + rows)
        self.imported(self.network)
        process = subprocess.Popen(
            [OMSCTL, "import", many, "--server", self.server],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        begun = self.last()
        eventually(lambda: self.last() > begun + 20)
        self.omsd.kill()
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 1, out + err)
        self.assertRegex(err, r"many\.csv:\d+: .*\n\d+ of 3000 changes were not made")
        with Omsd(store=self.folder / "store") as omsd:
            self.omsd = omsd
            self.server = f"http://127.0.0.1:{omsd.port}"
            self.imported(many)
            stock = omsd.get("/v1/locations/NYC/stock").body["stock"]
            self.assertEqual(len(stock), 3_000)
            events = omsd.get("/v1/audit?limit=1000&after=2000").body["events"]
            counted = [each for each in events if each["kind"] == "stock.counted"]
            self.assertEqual(len({each["sku"] for each in counted}), len(counted))

    def test_nowhere_to_go_is_said(self):
        done = omsctl("import", self.stock)
        self.assertEqual(done.returncode, 2)
        self.assertIn("--store DIR", done.stderr)
        self.assertIn("OMS_SERVER", done.stderr)


class Reaches(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def test_a_server_that_is_not_there_is_exit_2_with_advice(self):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            server = f"http://127.0.0.1:{unused.getsockname()[1]}"
            for what in (("order", "SO-1"), ("alerts",), ("audit", "tail")):
                done = omsctl(*what, server=server)
                self.assertEqual(done.returncode, 2, what)
                self.assertIn(server, done.stderr)
                self.assertIn("is omsd running there?", done.stderr)

    def test_no_place_to_look_or_two_are_exit_2(self):
        done = omsctl("order", "SO-1")
        self.assertEqual(done.returncode, 2)
        self.assertIn("--store DIR", done.stderr)
        self.assertIn("OMS_SERVER", done.stderr)
        done = omsctl("order", "SO-1", "--store", "x", server="http://localhost")
        self.assertEqual(done.returncode, 2)
        done = omsctl("order", "SO-1", server="localhost:8080")
        self.assertEqual(done.returncode, 2)
        self.assertIn("a server must be http://HOST:PORT", done.stderr)

    def test_an_author_must_have_a_name_and_a_number_no_sign(self):
        store = str(self.folder / "none")
        for what in (
            ("erase", "--customer", "C-1", "--by", "", "--store", store),
            ("import", "--by", "", "--store", store, "network.json"),
            ("audit", "export", "--after", "-5", "--store", store),
            ("simulate", "--only", "-1"),
            ("simulate", "--only", "3,0"),
        ):
            with self.subTest(what):
                done = omsctl(*what)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertRegex(done.stderr, "must not be empty|is not a whole number")

    def test_errors_name_the_program_and_the_help_no_braces(self):
        done = omsctl("order", "SO-1", "--nowhere")
        self.assertEqual(done.returncode, 2)
        self.assertTrue(done.stderr.startswith("omsctl: "), done.stderr)
        shown = omsctl("replay", "--help")
        self.assertIn("--no-verify", shown.stdout)
        self.assertNotIn("{false}", shown.stdout)

    def test_a_unix_socket(self):
        path = f"unix:{self.folder}/omsd.sock"
        with Omsd("--listen", path) as omsd:
            omsd.put("/v1/locations/NYC", {})
            done = omsctl("location", "NYC", server=path)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIn("NYC: warehouse", done.stdout)

    def test_a_token_that_cannot_be_printed_is_not_kept(self):
        tokens = self.folder / "kept"
        make = ("token", "--tokens", str(tokens), "--role", "read", "--name")
        self.assertEqual(omsctl(*make, "ann").returncode, 0)
        before = tokens.read_text()
        with open("/dev/full", "w") as full:
            done = subprocess.run(
                [OMSCTL, *make, "bob"], stdout=full, stderr=subprocess.PIPE, text=True
            )
        self.assertEqual(done.returncode, 2)
        self.assertEqual(
            done.stderr,
            "omsctl token: standard output: can't be written: "
            "No space left on device\n",
        )
        self.assertEqual(tokens.read_text(), before)

    def test_a_token_from_a_file_or_the_environment(self):
        tokens = self.folder / "tokens"
        made = omsctl(
            "token", "--tokens", str(tokens), "--name", "ann", "--role", "read"
        )
        token = made.stdout.strip()
        (self.folder / "token").write_text(token + "\n")
        with Omsd("--tokens", str(tokens)) as omsd:
            server = f"http://127.0.0.1:{omsd.port}"
            self.assertEqual(omsctl("alerts", server=server).returncode, 1)
            known = omsctl("alerts", server=server, OMS_TOKEN=token)
            self.assertEqual(known.stdout, "There are none.\n")
            file = str(self.folder / "token")
            known = omsctl("alerts", "--token-file", file, server=server)
            self.assertEqual(known.returncode, 0, known.stderr)
            none = omsctl("alerts", "--token-file", file + "x", server=server)
            self.assertEqual(none.returncode, 2)

    def test_tls_with_a_certificate_that_is_named(self):
        certificate = self.folder / "certificate.pem"
        key = self.folder / "key.pem"
        made = subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
            + ["-subj", "/CN=localhost", "-addext"]
            + ["subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
            capture_output=True,
        )
        if made.returncode != 0:
            self.skipTest("openssl makes no certificate here")
        pair = ("--tls-certificate", str(certificate), "--tls-key", str(key))
        with Omsd(*pair) as omsd:
            server = f"https://127.0.0.1:{omsd.port}"
            done = omsctl("alerts", server=server)
            self.assertEqual(done.returncode, 2)
            self.assertIn("--ca-file", done.stderr)
            done = omsctl("alerts", "--ca-file", str(certificate), server=server)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            plain = omsctl("alerts", server=server.replace("https", "http"))
            self.assertEqual(plain.returncode, 2)

    def test_the_trail_goes_on_when_the_server_comes_back(self):
        store = self.folder / "store"
        with Omsd(store=store) as omsd:
            port = omsd.port
            omsd.put("/v1/locations/NYC", {})
            process = subprocess.Popen(
                [OMSCTL, "audit", "tail", "--server", f"http://127.0.0.1:{port}"],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            self.assertIn("NYC", process.stdout.readline())
            self.assertEqual(omsd.stop(), 0)
        self.assertIn("waiting for the server", process.stderr.readline())
        with Omsd("--listen", f"127.0.0.1:{port}", store=store) as omsd:
            omsd.put("/v1/locations/LAX", {})
            self.assertIn("LAX", process.stdout.readline())
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(timeout=20), 0)
        process.stdout.close()
        process.stderr.close()


class Brands(unittest.TestCase):
    """An id that brands share is resolved alike in a server and in its store."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.store = pathlib.Path(cls.folder.name) / "store"
        cls.omsd = Omsd(store=cls.store)
        for id, brands in (
            ("SHARED", ("zeta", "acme")),
            ("ALONE", ("acme",)),
            ("PLAIN", ("acme", "")),
        ):
            for brand in brands:
                cls.omsd.post("/v1/orders", {**order(id, 1), "brand": brand})
        eventually(lambda: len(cls.omsd.get("/v1/orders").body["orders"]) == 5)

    @classmethod
    def tearDownClass(cls):
        cls.omsd.__exit__()
        cls.folder.cleanup()

    def both(self, *arguments):
        """The outcome, which is the same for the server and its store."""
        live = omsctl(*arguments, server=f"http://127.0.0.1:{self.omsd.port}")
        stored = omsctl(*arguments, "--store", str(self.store))
        found = [(one.returncode, one.stdout, one.stderr) for one in (live, stored)]
        self.assertEqual(*found)
        return live

    def test_one_that_several_brands_have_is_refused_with_their_names(self):
        done = self.both("order", "SHARED")
        self.assertEqual(
            (done.returncode, done.stdout, done.stderr),
            (
                1,
                "",
                "omsctl order: several brands have an order SHARED (acme, zeta); "
                "choose one with --brand\n",
            ),
        )

    def test_one_that_a_single_brand_has_is_found(self):
        self.assertIn("acme", self.both("order", "ALONE").stdout)

    def test_one_without_a_brand_comes_first(self):
        self.assertEqual(
            self.both("order", "PLAIN").stdout,
            self.both("order", "PLAIN", "--brand", "").stdout,
        )

    def test_a_brand_that_is_named_is_the_only_one(self):
        self.assertIn("zeta", self.both("order", "SHARED", "--brand", "zeta").stdout)
        for arguments in (("ALONE", "--brand", "zeta"), ("NONE",)):
            live = omsctl(
                "order", *arguments, server=f"http://127.0.0.1:{self.omsd.port}"
            )
            stored = omsctl("order", *arguments, "--store", str(self.store))
            self.assertEqual((live.returncode, stored.returncode), (1, 1))


class CommandLine(unittest.TestCase):
    def test_an_unknown_subcommand_is_named_with_the_nearest(self):
        done = omsctl("scenarioo", "x.json")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn('unknown subcommand "scenarioo"', done.stderr)
        self.assertIn('did you mean "scenario"?', done.stderr)

    def test_a_misspelt_option_is_named(self):
        done = omsctl("--verson")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn('unknown option "--verson"', done.stderr)
        self.assertIn('did you mean "--version"?', done.stderr)

    def test_an_id_that_can_not_be_is_exit_2_at_a_store_and_a_server(self):
        for id in (" OK1", "", "x" * 129):
            for where in (["--store", "none"], ["--server", "http://127.0.0.1:1"]):
                done = omsctl("order", id, *where)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertIn("ID: ", done.stderr)

    def test_its_words_do_not_command_the_terminal(self):
        for words in (
            ["\x1b[31mx"],
            ["--\x1b[31mx"],
            ["order", "A", "\x1b[31mx", "--store", "none"],
            ["export", "--store", "none", "--what", "a\x1b[31m"],
            ["scenario", "x.json", "--seeds", "a\x1b[31m"],
            ["scenario", "none\x1b[31m.json"],
        ):
            done = omsctl(*words)
            self.assertEqual(done.returncode, 2, words)
            self.assertIn("[31m", done.stdout + done.stderr)
            self.assertNotIn("\x1b", done.stdout + done.stderr)

    def test_the_version_is_printed(self):
        done = omsctl("--version")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, r"^omsctl \d+\.\d+\.\d+\n$")
        omsd = subprocess.run([OMSD, "--version"], capture_output=True, text=True)
        self.assertEqual(omsd.returncode, 0)
        self.assertRegex(omsd.stdout, r"^omsd \d+\.\d+\.\d+\n$")


class Networks(unittest.TestCase):
    """What `omsctl export --what network` writes starts everything."""

    def test_an_export_starts_an_omsd_a_replay_and_a_scenario(self):
        with tempfile.TemporaryDirectory() as folder:
            at = pathlib.Path(folder)
            with Omsd(store=at / "store") as omsd:
                set_up(omsd)
                omsd.put("/v1/routing?brand=b1", RULES)
            exported = omsctl("export", "--store", str(at / "store"), "--what", "network")
            self.assertEqual((exported.returncode, exported.stderr), (0, ""))
            network = at / "network.json"
            network.write_text(exported.stdout)

            with Omsd("--network", str(network), store=at / "copy") as omsd:
                self.assertEqual(omsd.get("/v1/stock/MUG").body["locations"][0]["onHand"], 10)
            again = omsctl("export", "--store", str(at / "copy"), "--what", "network")
            self.assertEqual(again.stdout, exported.stdout)

            orders = at / "orders.csv"
            orders.write_text(
                "order,sku,quantity,unit_price,placed_at\nO1,MUG,2,1.50,2026-01-05\n"
            )
            replayed = omsctl(
                "replay", "--orders", str(orders), "--network", str(network), "--memory"
            )
            self.assertEqual(replayed.returncode, 0, replayed.stderr)

            scenario = at / "scenario.json"
            step = {
                "expect": {
                    "stock": {"location": "NYC", "sku": "MUG"},
                    "onHand": 10,
                    "available": 10,
                }
            }
            scenario.write_text(json.dumps({**json.loads(exported.stdout), "steps": [step]}))
            played = omsctl("scenario", str(scenario))
            self.assertEqual((played.returncode, played.stderr), (0, ""), played.stdout)


if __name__ == "__main__":
    unittest.main()
