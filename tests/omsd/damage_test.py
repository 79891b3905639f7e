"""omsd on a damaged store: it serves what was written, or refuses.

Bits are flipped in the log entry of an order, in a record of personal data and
in the tables of the checkpoint, with the tables in place and without them.
Whatever omsd then answers with 200 must be what it answered before.
"""

import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from omsd import OMSCTL, Omsd, eventually

PATHS = [
    "/v1/orders/WAIT-1",
    "/v1/orders/WAIT-2",
    "/v1/orders/DONE-1",
    "/v1/orders/WAIT-2/timeline",
    "/v1/orders/DONE-1/timeline",
    "/v1/stock/MUG",
    "/v1/locations/NYC/stock",
    "/v1/fulfillments",
]
MARK = b"Heidestrasse"


def order(number, sku, line1):
    return {
        "id": number,
        "shipTo": {"name": "E. Mustermann", "line1": line1, "country": "US"},
        "lines": [{"line": "1", "sku": sku, "quantity": 5, "unitPrice": 5}],
        "payment": {"captured": 25, "reference": "REF-" + number},
    }


def deliver(omsd, id):
    eventually(lambda: omsd.get(f"/v1/orders/{id}").body["fulfillments"])
    parcel = {"shipment": f"{id}-PARCEL"}
    for path, body in (
        (f"/v1/fulfillments/{id}:1/pick", {}),
        (f"/v1/fulfillments/{id}:1/ship", parcel),
        (f"/v1/shipments/{id}-PARCEL/tracking", {"status": "delivered"}),
    ):
        done = omsd.post(path, body)
        assert done.status == 200, done.text


def read_all(omsd):
    return {path: omsd.get(path) for path in PATHS}


def what_is_shown(answer):
    """Without how far it is true: an alert is an event, too."""
    return {key: value for key, value in answer.body.items() if key != "upto"}


class DamagedStore(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.whole = pathlib.Path(cls.folder.name) / "whole"
        with Omsd(store=cls.whole) as omsd:
            omsd.put("/v1/locations/NYC", {"id": "NYC"})
            omsd.put("/v1/products/CUP", {"name": "A cup"})
            omsd.post(
                "/v1/locations/NYC/receipts",
                {"sku": "CUP", "quantity": 10, "reference": "R-1"},
            )
            for id in ("PAST-1", "DONE-1"):
                omsd.post("/v1/orders", order(id, "CUP", id.capitalize()))
                deliver(omsd, id)
            # In an entry of its own, without which omsd can start.
            omsd.post("/v1/orders/DONE-1/notes", {"text": "NOTE-DONE-1"})
            for i in (1, 2):
                line1 = f"Heidestrasse {i}"
                omsd.post("/v1/orders", order(f"WAIT-{i}", "MUG", line1))
            omsd.stop()
        with Omsd(store=cls.whole) as omsd:
            cls.expected = read_all(omsd)
            timeline = cls.expected["/v1/orders/DONE-1/timeline"].body
            cls.note = timeline["events"][-1]["at"]
            omsd.stop()
        cls.log = (cls.whole / "data.mdb").read_bytes()
        cls.tables = (cls.whole / "checkpoint" / "data.mdb").read_bytes()

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def copy(self):
        store = pathlib.Path(self.folder.name) / "damaged"
        shutil.rmtree(store, ignore_errors=True)
        shutil.copytree(self.whole, store)
        return store

    def damaged_at(self, *places, mask=4):
        """A copy of the store with a bit flipped in each of these bytes."""
        store = self.copy()
        damaged = bytearray(self.log)
        for at in places:
            damaged[at] ^= mask
        (store / "data.mdb").write_bytes(damaged)
        return store

    def omsctl(self, *arguments):
        return subprocess.run(
            [OMSCTL, *map(str, arguments)], capture_output=True, text=True, timeout=60
        )

    def check(self, file, whole, at, with_tables=True):
        """Flips a bit; True if omsd started."""
        store = pathlib.Path(self.folder.name) / "damaged"
        shutil.rmtree(store, ignore_errors=True)
        shutil.copytree(self.whole, store)
        if not with_tables:
            shutil.rmtree(store / "checkpoint")
        damaged = bytearray(whole)
        damaged[at] ^= 1 << at % 8
        (store / file).write_bytes(damaged)
        try:
            omsd = Omsd(store=store)
        except RuntimeError as refused:
            self.assertIn("restore a backup", str(refused).lower())
            return False
        with omsd:
            for path, found in read_all(omsd).items():
                before = self.expected[path]
                if found.status == 200:
                    self.assertEqual(
                        what_is_shown(found), what_is_shown(before), f"{path} {at}"
                    )
                else:
                    self.assertEqual(found.status, 503, f"{path} {at}")
                    self.assertEqual(found.code, "storageUnavailable")
        return True

    def is_part_of_the_log(self, at):
        """Pages that are no longer in use have copies of what was there."""
        store = pathlib.Path(self.folder.name) / "looked-at"
        shutil.rmtree(store, ignore_errors=True)
        shutil.copytree(self.whole, store)
        damaged = bytearray(self.log)
        damaged[at] ^= 1
        (store / "data.mdb").write_bytes(damaged)
        found = subprocess.run(
            [OMSCTL, "audit", "verify", "--store", str(store)],
            capture_output=True,
        )
        return found.returncode == 1

    def place_in_log(self, mark):
        for found in re.finditer(mark, self.log):
            if self.is_part_of_the_log(found.start()):
                return found.start()
        self.fail(f"{mark} is not in the log")

    def test_an_entry_of_an_open_order(self):
        place = self.place_in_log(b"REF-WAIT-2")
        for with_tables in (True, False):
            for at in range(place - 200, place + 40, 29):
                self.check("data.mdb", self.log, at, with_tables)

    def test_a_record_of_personal_data(self):
        place = self.place_in_log(MARK)
        for at in range(place - 120, place + 40, 13):
            self.check("data.mdb", self.log, at)

    def test_a_list_leaves_nothing_out(self):
        listed = self.expected["/v1/fulfillments"].body["fulfillments"]
        self.assertEqual([each["order"] for each in listed], ["DONE-1", "PAST-1"])
        for mark in (b"NOTE-DONE-1", b"Done-1"):
            at = self.place_in_log(mark)
            self.assertTrue(self.check("data.mdb", self.log, at + 2))

    def test_rows_of_the_tables(self):
        for found in list(re.finditer(b"WAIT-2", self.tables))[-3:]:
            for at in range(found.start() - 40, found.start() + 20, 13):
                self.assertTrue(
                    self.check("checkpoint/data.mdb", self.tables, at),
                    "the tables are made anew",
                )

    def test_the_trail_after_a_damaged_entry(self):
        store = self.damaged_at(self.place_in_log(b"NOTE-DONE-1") + 2)
        with Omsd(store=store) as omsd:
            self.assertEqual(omsd.get("/v1/orders/DONE-1").status, 503)

            def alerts():
                return omsd.get("/v1/alerts").body["events"]

            # The alert about it comes after it.
            self.assertEqual(
                [each["alert"] for each in eventually(alerts)], ["storage.refused"]
            )
            for path in ("/v1/alerts", "/v1/notifications"):
                page = omsd.get(path).body
                (gap,) = page["unreadable"]
                self.assertIn(self.note, range(gap["first"], gap["last"] + 1))
                self.assertGreater(page["upto"], gap["last"])
            before = omsd.get("/v1/audit?limit=1000").body
            self.assertEqual(before["upto"], gap["first"] - 1)
            self.assertEqual(before["events"][-1]["at"], before["upto"])
            self.assertEqual(before["unreadable"], [gap])
            there = omsd.get(f"/v1/audit?after={before['upto']}")
            self.assertEqual((there.status, there.code), (503, "storageUnavailable"))
            self.assertIn(f"continue with ?after={gap['last']}", there.body["detail"])
            rest = omsd.get(f"/v1/audit?after={gap['last']}").body
            self.assertEqual(rest["events"][0]["at"], gap["last"] + 1)
            text = omsd.get("/v1/alerts", Accept="text/plain").text
            self.assertIn("can't be read", text)

    def test_a_product_is_not_lost_with_another_entry(self):
        store = self.copy()
        with Omsd(store=store) as omsd:
            note = b"a note unavailable read"
            omsd.post("/v1/orders/WAIT-1/notes", {"text": note.decode()})
            with open(store / "data.mdb", "r+b") as file:
                for found in list(re.finditer(note, file.read())):
                    file.seek(found.start())
                    file.write(b"A")
            shown = omsd.get("/v1/products/CUP")
            self.assertEqual((shown.status, shown.code), (503, "storageUnavailable"))
            for path in ("products/NONE", "admin/actors/product/CUP"):
                self.assertEqual(omsd.get(f"/v1/{path}").status, 503, path)

    def test_a_log_that_is_gone(self):
        store = self.copy()
        (store / "data.mdb").unlink()
        with self.assertRaisesRegex(RuntimeError, "data.mdb is missing.*restore a backup"):
            Omsd(store=store).__exit__()
        self.assertFalse((store / "data.mdb").exists())

    def test_omsctl_trusts_no_damaged_page(self):
        head = pathlib.Path(self.folder.name) / "head"
        head.write_text(self.omsctl("audit", "head", "--store", self.whole).stdout)
        # A page says where its nodes end: 14 bytes after its begin.
        page = self.place_in_log(b"NOTE-DONE-1") // 4096 * 4096
        store = self.damaged_at(page + 15, mask=128)
        for what in (
            ("order", "WAIT-1"),
            ("stock", "MUG"),
            ("location", "NYC"),
            ("export", "--what", "orders"),
            ("audit", "export"),
            ("audit", "verify"),
            ("audit", "verify", "--against", head),
            ("backup", "--to", f"{store}-copy"),
        ):
            with self.subTest(what):
                done = self.omsctl(*what, "--store", store)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertIn("a page has wrong bounds", done.stderr)
                self.assertIn("restore a backup", done.stderr)

    def test_a_time_that_is_not_readable(self):
        store = self.damaged_at(self.place_in_log(b"NOTE-DONE-1") + 2)
        found = self.omsctl("order", "PAST-1", "--at", self.note, "--store", store)
        self.assertEqual(found.returncode, 1, found.stderr)
        self.assertIn(f"the time of event {self.note} can't be read", found.stderr)
        self.assertIn("whose time can't be read", found.stdout)

    def test_omsctl_says_what_is_missing(self):
        store = pathlib.Path(self.folder.name) / "damaged"
        shutil.rmtree(store, ignore_errors=True)
        shutil.copytree(self.whole, store)
        damaged = bytearray(self.log)
        damaged[self.place_in_log(b"REF-WAIT-1") + 2] ^= 4
        (store / "data.mdb").write_bytes(damaged)
        found = subprocess.run(
            [OMSCTL, "order", "WAIT-2", "--store", str(store)],
            capture_output=True,
            text=True,
        )
        self.assertEqual(found.returncode, 1)
        self.assertIn("WAIT-1", found.stderr)
        stock = subprocess.run(
            [OMSCTL, "stock", "MUG", "--store", str(store)],
            capture_output=True,
            text=True,
        )
        self.assertEqual(stock.returncode, 1)
        self.assertIn("WAIT-1", stock.stderr)


if __name__ == "__main__":
    unittest.main()
