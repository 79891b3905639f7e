#!/usr/bin/env python3
"""A store that fills up, or is swapped or deleted, under a running omsd.

Run by hand: OMSD=build/release/omsd OMSCTL=build/release/omsctl \
    python3 tests/omsd/storage_test.py [-v]

OMS_SWAPS is how often a store is swapped under load, default 4.
"""

import errno
import os
import pathlib
import random
import resource
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import unittest

import omsd as omsd_module
from omsd import OMSCTL, Omsd, eventually

SWAPS = int(os.environ.get("OMS_SWAPS", "4"))
# What a call may take that does not wait for the disk, on a loaded machine; one
# that waits takes 30 s.
AT_ONCE_S = 10


def receipt(reference, quantity=1, sku="A"):
    return {"sku": sku, "quantity": quantity, "reference": reference}


def order(id, sku="A"):
    lines = [{"line": "1", "sku": sku, "quantity": 1, "unitPrice": 1}]
    return {"id": id, "lines": lines, "payment": {"captured": 1, "reference": "p"}}


def omsctl(*arguments):
    done = subprocess.run(
        [OMSCTL, *map(str, arguments)], capture_output=True, text=True, timeout=60
    )
    return done.returncode, done.stdout + done.stderr


def trail(store):
    code, text = omsctl("audit", "export", "--store", store)
    assert code == 0, text
    return text


class Waiting:
    """A call in a thread of its own."""

    def __init__(self, omsd, method, path, body, **headers):
        self.answer = None

        def run():
            self.answer = omsd.call(method, path, body, timeout=60, **headers)

        self.thread = threading.Thread(target=run)
        self.thread.start()

    def join(self):
        self.thread.join(90)
        assert not self.thread.is_alive(), "a call is never answered"
        return self.answer


class OnDisk(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.store = self.folder / "store"

    def begin(self):
        omsd = Omsd(store=self.store)
        self.addCleanup(omsd.__exit__)
        for place in ("NYC", "LAX"):
            self.ok(omsd.put(f"/v1/locations/{place}", {}))
            self.ok(omsd.post(f"/v1/locations/{place}/receipts", receipt("r0", 5)))
        for id in ("O1", "O2"):
            self.ok(omsd.post("/v1/orders", order(id)))
        eventually(lambda: omsd.get("/v1/orders/O2").body["fulfillments"])
        return omsd

    def ok(self, answer):
        self.assertIn(answer.status, (200, 201), answer.text)
        return answer

    def limit_files(self, omsd, size=resource.RLIM_INFINITY):
        resource.prlimit(
            omsd.process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY)
        )

    def metric(self, omsd, name):
        for line in omsd.get("/metrics").text.splitlines():
            if line.startswith(name + " "):
                return float(line.split()[1])
        self.fail(f"there is no metric {name}")


class FullDisk(OnDisk):
    """Reads of durable data keep working while the store can't be written."""

    reason = "File too large"
    everything = (
        "/v1/orders/O2 /v1/orders/O2/timeline /v1/orders /v1/fulfillments "
        "/v1/stock/A?location=LAX /v1/stock/A/waiting /v1/locations/LAX "
        "/v1/locations/LAX/stock /v1/locations /v1/suppliers /v1/audit /v1/alerts "
        "/v1/notifications /v1/admin/stats /v1/admin/actors /metrics /healthz"
    ).split()
    what_waits = "/v1/locations/NYC /v1/locations/NYC/stock /v1/stock/A".split()

    def fill(self, omsd):
        self.limit_files(omsd, 4096)

    def make_room(self, omsd):
        self.limit_files(omsd)

    def look_around(self, omsd):
        """Everything that nobody changed is shown, and what waits says so."""
        for path in self.everything:
            begun = time.monotonic()
            answer = omsd.get(path, timeout=AT_ONCE_S)
            self.assertEqual(answer.status, 200, f"{path}: {answer.text}")
            self.assertLess(time.monotonic() - begun, AT_ONCE_S, path)
        for path in self.what_waits:
            answer = omsd.get(path, timeout=AT_ONCE_S)
            self.assertEqual((answer.status, answer.code), (503, "storageUnavailable"), path)
            self.assertIn("is waiting for the disk; try again", answer.body["detail"])
        ready = omsd.get("/readyz", timeout=AT_ONCE_S)
        self.assertEqual((ready.status, ready.code), (503, "storageUnavailable"))
        self.assertIn(self.reason, ready.body["detail"])
        stats = omsd.get("/v1/admin/stats").body
        self.assertEqual((stats["storageOk"], stats["storageLost"]), (False, False))
        self.assertEqual(self.metric(omsd, "oms_storage_ok"), 0)
        self.assertEqual(self.metric(omsd, "oms_storage_lost"), 0)

    def test_reads_go_on_and_what_waits_says_so(self):
        omsd = self.begin()
        self.fill(omsd)
        # The only one under way, so it is the one that waits. It is told at once.
        receiving = omsd.post(
            "/v1/locations/NYC/receipts",
            receipt("full"),
            Idempotency_Key="k",
            timeout=AT_ONCE_S,
        )
        self.assertEqual((receiving.status, receiving.code), (503, "storageUnavailable"))
        self.assertIn("may still take effect", receiving.body["detail"])
        self.look_around(omsd)
        # The same key waits for the same command, which is not done twice.
        again = omsd.post(
            "/v1/locations/NYC/receipts",
            receipt("full"),
            Idempotency_Key="k",
            timeout=AT_ONCE_S,
        )
        self.assertEqual(again.status, 503)
        self.assertIn("may still take effect", again.body["detail"])
        refused = omsd.post("/v1/orders/O2/notes", {"text": "y"}, timeout=AT_ONCE_S)
        self.assertEqual((refused.status, refused.code), (503, "storageUnavailable"))
        self.assertIn("nothing was changed", refused.body["detail"])

        self.make_room(omsd)
        eventually(lambda: omsd.get("/readyz").status == 200)
        self.assertEqual(omsd.get("/v1/locations/NYC/stock").status, 200)
        done = omsd.post(
            "/v1/locations/NYC/receipts", receipt("full"), Idempotency_Key="k"
        )
        self.ok(done)
        # The alert is written behind what has waited.
        eventually(lambda: omsd.get("/v1/alerts").body["events"])
        written = omsd.get("/v1/audit?limit=1000").text
        self.assertEqual(written.count('"full"'), 1)
        # The alert, and its end: the store writes again.
        kinds = [each["kind"] for each in omsd.get("/v1/audit?limit=1000").body["events"]]
        for kind in ("alert", "alert.resolved"):
            self.assertEqual(kinds.count(kind), 1, kind)
        self.assertEqual(omsd.stop(), 0)


class FullDiskUnderOmsctl(OnDisk):
    """A command that writes a store says that it waits for the disk."""

    def test_erase_and_import_say_so(self):
        omsd = self.begin()
        person = {"id": "C1", "name": "Erika Mustermann"}
        self.ok(omsd.post("/v1/orders", {**order("O3"), "customer": person}))
        self.assertEqual(omsd.stop(), 0)
        before = trail(self.store)
        network = self.folder / "network.json"
        network.write_text('{"locations": [{"id": "ORD"}]}')
        for what in (
            ("erase", "--customer", "C1", "--by", "me"),
            ("import", "--by", "me", str(network)),
        ):
            with self.subTest(what[0]):
                waiting = subprocess.Popen(
                    [OMSCTL, *what, "--store", str(self.store)],
                    stderr=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    text=True,
                    preexec_fn=lambda: resource.setrlimit(
                        resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY)
                    ),
                )
                said = waiting.stderr.readline()
                self.assertIn(f"omsctl {what[0]}: the store can't be written", said)
                self.assertIn("File too large; waiting until it can be", said)
                # Nobody else may take its place while it waits.
                self.assertIsNone(waiting.poll())
                waiting.kill()
                waiting.communicate()
                self.assertEqual(trail(self.store), before)


    def test_a_replay_says_so_and_ends_at_ctrl_c(self):
        store = self.folder / "replayed"
        waiting = subprocess.Popen(
            [OMSCTL, "replay", "--store", str(store), "--quiet"]
            + ["--demo-orders", "50000"],
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
            preexec_fn=lambda: resource.setrlimit(
                resource.RLIMIT_FSIZE, (8_000_000, resource.RLIM_INFINITY)
            ),
        )
        said = waiting.stderr.readline()
        self.assertIn("omsctl replay: the store can't be written", said)
        self.assertIn("waiting until it can be, Ctrl-C quits", said)
        time.sleep(0.1)
        self.assertIsNone(waiting.poll())
        waiting.send_signal(signal.SIGINT)
        self.assertEqual(waiting.communicate(timeout=10)[1], "")
        self.assertEqual(waiting.returncode, 130)
        self.assertEqual(list(self.folder.glob("replayed.rejects*")), [])
        self.assertTrue(trail(store))


class FullFileSystem(FullDisk):
    """The same with a small file system of omsd's own, which is full."""

    reason = "No space left on device"
    mounted_at = "disk"
    size = "24m"

    def begin(self):
        where = self.folder / self.mounted_at
        self.store = self.folder / "disk" / "store"
        where.mkdir(parents=True)
        small = self.folder / "small_omsd"
        mount = f"mount -t tmpfs -o size={self.size} none {where}"
        if subprocess.run(["unshare", "-rm", "sh", "-c", mount]).returncode != 0:
            self.skipTest("no user and mount namespace with a tmpfs here")
        small.write_text(
            f"#!/bin/sh\nexec unshare -rm sh -c '{mount} && exec \"$0\" \"$@\"'"
            f" {os.path.abspath(omsd_module.OMSD)} \"$@\"\n"
        )
        small.chmod(0o755)
        real, omsd_module.OMSD = omsd_module.OMSD, str(small)
        try:
            return super().begin()
        finally:
            omsd_module.OMSD = real

    def ballast(self, omsd):
        seen_from_here = pathlib.Path(f"/proc/{omsd.process.pid}/root")
        return seen_from_here / str(self.folder / self.mounted_at)[1:] / "ballast"

    def fill(self, omsd):
        try:
            with open(self.ballast(omsd), "wb", buffering=0) as out:
                while out.write(bytes(4096)) == 4096:
                    pass
        except OSError as failure:
            self.assertEqual(failure.errno, errno.ENOSPC)

    def make_room(self, omsd):
        self.ballast(omsd).unlink()

    def test_reads_go_on_and_what_waits_says_so(self):
        omsd = self.begin()
        before = omsd.get("/v1/fulfillments")
        self.assertEqual(len(before.body["fulfillments"]), 2)
        self.fill(omsd)
        # Small commits find free pages in the file; long texts need new ones.
        for i in range(500):
            text = {"text": f"note {i} " + "x" * 3_000}
            answer = omsd.post("/v1/orders/O1/notes", text, timeout=AT_ONCE_S)
            if answer.status != 201 and answer.status != 200:
                break
        self.assertEqual((answer.status, answer.code), (503, "storageUnavailable"))
        self.assertIn("may still take effect", answer.body["detail"])
        self.what_waits = ("/v1/orders/O1", "/v1/orders/O1/timeline")
        self.look_around(omsd)
        self.ok(omsd.get("/v1/locations/NYC/stock", timeout=AT_ONCE_S))
        self.ok(omsd.get("/v1/stock/A", timeout=AT_ONCE_S))
        # The order that waits is in the list, as it was written before.
        listed = omsd.get("/v1/fulfillments", timeout=AT_ONCE_S)
        self.assertEqual((listed.status, listed.text), (200, before.text))
        self.make_room(omsd)
        eventually(lambda: omsd.get("/readyz").status == 200)
        self.assertEqual(omsd.get("/v1/audit?limit=1000").text.count(f"note {i} "), 1)
        self.assertEqual(omsd.stop(), 0)


class FullTables(FullFileSystem):
    """The log can be written; the tables beside it, on another disk, can't."""

    mounted_at = "disk/store/checkpoint"

    def test_reads_go_on_and_what_waits_says_so(self):
        omsd = self.begin()
        self.fill(omsd)
        for i in range(3):
            self.ok(omsd.post("/v1/orders", order(f"N{i}"), timeout=AT_ONCE_S))
            # Its list may be old, and says how far it goes.
            for path in self.everything + self.what_waits + ["/readyz"]:
                self.assertEqual(omsd.get(path, timeout=AT_ONCE_S).status, 200, path)
        self.make_room(omsd)
        eventually(lambda: '"N2"' in omsd.get("/v1/orders").text)
        self.assertEqual(omsd.stop(), 0)


class FileSizeLimit(OnDisk):
    def test_no_program_ends_by_SIGXFSZ(self):
        """Each begins with that signal's own default, which would end it."""
        self.begin().stop()

        def small():
            resource.setrlimit(resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))

        for arguments in (
            ["backup", "--store", self.store, "--to", self.folder / "copy"],
            ["import", "--store", self.folder / "new", "--network", os.devnull],
        ):
            done = subprocess.run(
                [OMSCTL, *map(str, arguments)], preexec_fn=small, capture_output=True, text=True
            )
            self.assertGreater(done.returncode, 0, done)


class Swapped(OnDisk):
    """A store that was deleted or replaced is never written again."""

    def rename_and_copy(self):
        os.rename(self.store, self.old)
        shutil.copytree(self.old, self.store)

    def rename_and_restore(self):
        os.rename(self.store, self.old)
        shutil.copytree(self.backup, self.store)

    def delete(self):
        shutil.rmtree(self.store)

    def replace_log(self):
        copy = self.folder / "copy.mdb"
        shutil.copy(self.store / "data.mdb", copy)
        os.rename(copy, self.store / "data.mdb")

    def delete_log(self):
        os.remove(self.store / "data.mdb")

    def replace_tables(self):
        copy = self.folder / "copy.mdb"
        shutil.copy(self.store / "checkpoint" / "data.mdb", copy)
        os.rename(copy, self.store / "checkpoint" / "data.mdb")

    def replace_tables_folder(self):
        os.rename(self.store / "checkpoint", self.folder / "tables")
        shutil.copytree(self.folder / "tables", self.store / "checkpoint")

    def delete_tables(self):
        shutil.rmtree(self.store / "checkpoint")

    def replace_lock(self):
        os.remove(self.store / "LOCK")
        (self.store / "LOCK").touch()

    def turn_link(self):
        shutil.copytree(self.real, self.folder / "other")
        link = self.folder / "link"
        link.symlink_to(self.folder / "other")
        os.rename(link, self.store)

    ways = (
        rename_and_copy,
        rename_and_restore,
        delete,
        replace_log,
        delete_log,
        replace_tables,
        replace_tables_folder,
        delete_tables,
        replace_lock,
        turn_link,
    )

    def begin_for(self, way):
        for each in self.folder.iterdir():
            each.unlink() if each.is_symlink() or each.is_file() else shutil.rmtree(each)
        self.old = self.folder / "store.old"
        self.backup = self.folder / "backup"
        self.real = self.folder / "real"
        if way is Swapped.turn_link:
            self.real.mkdir()
            self.store.symlink_to(self.real)
        omsd = self.begin()
        if way is Swapped.rename_and_restore:
            code, text = omsctl("backup", "--store", self.store, "--to", self.backup)
            self.assertEqual(code, 0, text)
            self.ok(omsd.post("/v1/locations/NYC/receipts", receipt("after the backup")))
        return omsd

    def files(self):
        """What is in the store's place now; the locks change when it is read."""
        found = {}
        for each in sorted(self.store.rglob("*")):
            if each.is_file() and each.name not in ("LOCK", "lock.mdb", "OPENED"):
                found[str(each.relative_to(self.store))] = each.read_bytes()
        return found

    def see_it_lost(self, omsd):
        # Until it looks at its files again, a store that waits for room only
        # says so.
        eventually(lambda: "put the right store in place"
                   in str(omsd.get("/readyz").body))
        refused = omsd.post("/v1/orders/O2/notes", {"text": "LATER"}, timeout=AT_ONCE_S)
        self.assertEqual((refused.status, refused.code), (503, "storageUnavailable"))
        self.assertIn("Stop the process", refused.body["detail"])
        stats = omsd.get("/v1/admin/stats", timeout=AT_ONCE_S).body
        self.assertEqual((stats["storageOk"], stats["storageLost"]), (False, True))
        self.assertEqual(self.metric(omsd, "oms_storage_ok"), 0)
        self.assertEqual(self.metric(omsd, "oms_storage_lost"), 1)
        self.assertIn("put the right store in place", omsd.said())

    def test_an_idle_omsd_notices(self):
        for way in self.ways:
            with self.subTest(way.__name__):
                omsd = self.begin_for(way)
                way(self)
                there = self.files()
                self.see_it_lost(omsd)
                alerts = omsd.get("/v1/alerts", timeout=AT_ONCE_S).body["events"]
                self.assertEqual([each["alert"] for each in alerts], ["storage.refused"])
                self.assertEqual(omsd.stop(), 0)
                if way not in (Swapped.replace_tables, Swapped.replace_tables_folder,
                               Swapped.delete_tables, Swapped.replace_lock):
                    self.assertEqual(self.files(), there, "it wrote to another store")
                if (self.store / "data.mdb").exists():
                    self.assertEqual(omsctl("audit", "verify", "--store", self.store)[0], 0)

    def test_it_stays_refused_when_the_store_comes_back(self):
        omsd = self.begin_for(Swapped.delete)
        os.rename(self.store, self.old)
        eventually(lambda: omsd.get("/readyz").status == 503)
        os.rename(self.old, self.store)
        time.sleep(0.5)
        self.see_it_lost(omsd)
        self.assertEqual(omsd.stop(), 0)
        with Omsd(store=self.store) as again:
            self.ok(again.post("/v1/orders/O2/notes", {"text": "x"}))

    def test_an_omsd_that_waits_for_room_notices(self):
        for way in self.ways:
            with self.subTest(way.__name__):
                omsd = self.begin_for(way)
                self.limit_files(omsd, 4096)
                waiting = Waiting(
                    omsd, "POST", "/v1/locations/NYC/receipts", receipt("WAITING")
                )
                eventually(lambda: omsd.get("/readyz").status == 503)
                way(self)
                there = self.files()
                self.limit_files(omsd)
                self.assertEqual(waiting.join().status, 503)
                eventually(lambda: omsd.get("/v1/admin/stats").body["storageLost"])
                self.see_it_lost(omsd)
                self.assertEqual(omsd.stop(), 0)
                for store in (self.store, self.old):
                    if (store / "data.mdb").exists():
                        self.assertNotIn("LATER", trail(store))
                        self.assertEqual(omsctl("audit", "verify", "--store", store)[0], 0)
                if way in (Swapped.rename_and_copy, Swapped.rename_and_restore,
                           Swapped.delete, Swapped.turn_link):
                    self.assertEqual(self.files(), there, "it wrote to another store")

    def test_another_omsd_goes_on_with_a_copy(self):
        omsd = self.begin_for(Swapped.rename_and_copy)
        self.limit_files(omsd, 4096)
        waiting = Waiting(omsd, "POST", "/v1/locations/NYC/receipts", receipt("WAITING"))
        eventually(lambda: omsd.get("/readyz").status == 503)
        self.rename_and_copy()
        with Omsd(store=self.store) as other:
            for i in range(20):
                self.ok(other.post("/v1/locations/NYC/receipts", receipt(f"b{i}")))
            self.limit_files(omsd)
            self.assertEqual(waiting.join().status, 503)
            self.see_it_lost(omsd)
            self.ok(other.post("/v1/locations/NYC/receipts", receipt("last")))
            other.stop()
        self.assertEqual(omsctl("audit", "verify", "--store", self.store)[0], 0)
        self.assertNotIn("WAITING", trail(self.store))

    def test_under_load_nothing_is_answered_that_is_in_no_store(self):
        rng = random.Random(1)
        for round in range(SWAPS):
            way = rng.choice((Swapped.rename_and_copy, Swapped.rename_and_restore,
                              Swapped.turn_link))
            with self.subTest(f"{round} {way.__name__}"):
                omsd = self.begin_for(way)
                first = self.old if way is not Swapped.turn_link else self.real
                done, ended = [], threading.Event()

                def load(worker):
                    number = 0
                    while not ended.is_set():
                        number += 1
                        reference = f"w{worker}-{number}"
                        got = omsd.post("/v1/locations/NYC/receipts", receipt(reference))
                        if got.status == 503:
                            return
                        done.append(reference)

                workers = [threading.Thread(target=load, args=(i,)) for i in range(4)]
                for each in workers:
                    each.start()
                time.sleep(rng.uniform(0.05, 0.5))
                way(self)
                for each in workers:
                    each.join(60)
                ended.set()
                self.see_it_lost(omsd)
                self.assertEqual(omsd.stop(), 0)
                text = trail(first)
                for reference in done:
                    self.assertIn(f'"{reference}"', text, "it was answered and is nowhere")
                self.assertEqual(omsctl("audit", "verify", "--store", first)[0], 0)


if __name__ == "__main__":
    unittest.main()
