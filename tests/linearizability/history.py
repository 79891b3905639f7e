"""Records what concurrent clients of an omsd asked for and were answered.

Each operation becomes a line of JSON for main.go: its kind, the SKU, the units,
when it was called and when it was answered, in nanoseconds of one clock.

A receipt, an adjustment and a count are operations as they are; without an
answer, because omsd was killed, nobody knows whether they took effect. Placing
a prepaid order commits stock after its answer, so that operation lasts until
the order shows what it got; after a kill the order itself says whether it was
placed. A cancellation releases what it had: that operation lasts until the
audit trail has the release.
"""

import http.client
import json
import pathlib
import random
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "omsd"))

from omsd import Omsd, eventually  # noqa: E402

LOCATION = "HUB"
# Orders take from these and never find enough.
SOLD = ("S1", "S2")
# These are adjusted and counted, which would revoke what is promised.
COUNTED = ("C1",)


class NoAnswer(Exception):
    """omsd was killed, or it did not say what it did."""


class Recorder:
    """An omsd, its clients, and what they saw."""

    def __init__(self, store, clients, seed):
        self.store = store
        self.clients = clients
        self.seed = seed
        self.history = []
        self.released = {}
        self.up = threading.Event()
        self.over = threading.Event()
        self.lock = threading.Lock()
        self.faults = []
        self.start()
        self.omsd.put(f"/v1/locations/{LOCATION}", {})
        for sku in (*SOLD, *COUNTED):
            self.omsd.put(f"/v1/products/{sku}", {"backorderable": False})

    def start(self):
        self.omsd = Omsd(store=self.store)
        self.up.set()

    def kill(self):
        self.up.clear()
        self.omsd.kill()
        self.omsd.__exit__()
        self.start()

    # --- calls ---------------------------------------------------------------

    def call(self, method, path, body=None):
        """The answer; what omsd may or may not have done raises NoAnswer."""
        self.up.wait()
        try:
            answer = self.omsd.call(method, path, body)
        except (OSError, http.client.HTTPException, ValueError) as failure:
            raise NoAnswer from failure
        if answer.status >= 500:
            raise NoAnswer
        return answer

    def surely(self, method, path):
        """Repeats a read until it is answered."""
        while True:
            try:
                return self.call(method, path)
            except NoAnswer:
                time.sleep(0.01)

    def add(self, client, kind, sku, units, call, end, **more):
        with self.lock:
            self.history.append(
                {
                    "kind": kind,
                    "sku": sku,
                    "units": units,
                    "client": client,
                    "call": call,
                    "return": end,
                    **more,
                }
            )

    # --- operations ----------------------------------------------------------

    def change(self, client, kind, sku, units, body, path):
        call = time.monotonic_ns()
        try:
            answer = self.call("POST", f"/v1/locations/{LOCATION}/{path}", body)
        except NoAnswer:
            return self.add(client, kind, sku, units, call, None)
        end = time.monotonic_ns()
        refused = answer.status == 409
        if answer.status != 200 and not (refused and kind == "adjust"):
            self.faults.append(f"{kind}: {answer.status} {answer.text}")
        self.add(client, kind, sku, units, call, end, refused=refused)

    def read(self, client, sku, by_location):
        path = f"/v1/locations/{LOCATION}/stock" if by_location else f"/v1/stock/{sku}"
        call = time.monotonic_ns()
        try:
            answer = self.call("GET", path)
        except NoAnswer:
            return
        end = time.monotonic_ns()
        if answer.status == 404:
            found = []
        else:
            found = answer.body["stock" if by_location else "locations"]
        seen = next((one for one in found if one["sku"] == sku), {})
        keys = ("onHand", "available", "reserved", "committed")
        stock = {key: seen.get(key, 0) for key in keys}
        self.add(client, "read", sku, 0, call, end, read=stock)

    def place(self, client, sku, units, id):
        """The units that the order got, and None when it was not placed."""
        body = {
            "id": id,
            "lines": [{"line": "1", "sku": sku, "quantity": units, "unitPrice": 1}],
            "payment": {"captured": units, "reference": id},
        }
        call = time.monotonic_ns()
        try:
            self.call("POST", "/v1/orders", body)
        except NoAnswer:
            pass
        while True:
            answer = self.surely("GET", f"/v1/orders/{id}")
            if answer.status == 404:
                return None
            line = answer.body["lines"][0]
            if line["allocated"] + line["unfillable"] == units:
                break
            if time.monotonic_ns() - call > 60e9:
                self.faults.append(f"{id} was never planned: {line}")
                return None
            time.sleep(0.002)
        got = line["allocated"]
        if got:
            self.add(client, "commit", sku, got, call, time.monotonic_ns())
        return got

    def cancel(self, client, sku, units, id):
        call = time.monotonic_ns()
        try:
            self.call("POST", f"/v1/orders/{id}/cancellations", {"reason": "test"})
        except NoAnswer:
            pass
        if self.surely("GET", f"/v1/orders/{id}").body["status"] != "cancelled":
            return False
        # Its end is filled in from the trail.
        self.add(client, "release", sku, units, call, None, order=id)
        return True

    # --- threads -------------------------------------------------------------

    def client(self, number):
        pick = random.Random(f"{self.seed}/{number}")
        orders = []
        step = 0
        while not self.over.is_set():
            step += 1
            name = f"{number}-{step}"
            sku = pick.choice(SOLD + COUNTED)
            what = pick.random()
            if what < 0.4:
                self.read(number, sku, pick.random() < 0.5)
            elif what < 0.6:
                units = pick.randint(1, 6)
                body = {"sku": sku, "quantity": units, "reference": name}
                self.change(number, "receive", sku, units, body, "receipts")
            elif sku in COUNTED and what < 0.8:
                units = pick.randint(-5, 5) or 1
                body = {"sku": sku, "delta": units, "reason": name}
                self.change(number, "adjust", sku, units, body, "adjustments")
            elif sku in COUNTED:
                units = pick.randint(0, 9)
                self.change(
                    number, "count", sku, units, {"sku": sku, "onHand": units}, "counts"
                )
            elif orders and what < 0.75:
                order = orders.pop(pick.randrange(len(orders)))
                if not self.cancel(number, *order):
                    orders.append(order)
            else:
                got = self.place(number, sku, pick.randint(1, 8), f"O-{name}")
                if got:
                    orders.append((sku, got, f"O-{name}"))

    def follow(self):
        """Notes when the trail shows each release."""
        after = 0
        while not (self.over.is_set() and self.caught_up.is_set()):
            answer = self.surely("GET", f"/v1/audit?after={after}&limit=1000")
            seen = time.monotonic_ns()
            events = answer.body["events"]
            for event in events:
                after = event.get("sequence", event.get("at"))
                if event["kind"] == "stock.decommitted":
                    self.released.setdefault(event["order"], seen)
            if not events:
                self.at_end = after
                time.sleep(0.005)

    def guarded(self, work, *arguments):
        try:
            work(*arguments)
        except Exception as failure:  # Told by the caller, in its thread.
            self.faults.append(repr(failure))

    def run(self, seconds, kills):
        self.caught_up = threading.Event()
        self.at_end = 0
        threads = [
            threading.Thread(target=self.guarded, args=(self.client, number))
            for number in range(self.clients)
        ]
        tail = threading.Thread(target=self.guarded, args=(self.follow,))
        for thread in (*threads, tail):
            thread.start()
        for _ in range(kills):
            time.sleep(seconds / (kills + 1))
            self.kill()
        time.sleep(seconds / (kills + 1))
        self.over.set()
        for thread in threads:
            thread.join()
        self.settle(tail)

    def settle(self, tail):
        """Reads everything once more when nothing is under way."""
        def missing():
            return [
                one["order"]
                for one in self.history
                if one["kind"] == "release" and one["order"] not in self.released
            ]

        end = time.monotonic() + 20
        while missing() and time.monotonic() < end:
            time.sleep(0.02)
        self.caught_up.set()
        tail.join()
        self.faults += [f"{order} never released its units" for order in missing()]
        now = time.monotonic_ns()
        for one in self.history:
            if one["kind"] == "release":
                one["return"] = self.released.get(one["order"], now)
        for sku in (*SOLD, *COUNTED):
            for by_location in (True, False):
                self.read(0, sku, by_location)

    def stop(self):
        self.omsd.__exit__()


def record(store, clients=5, seconds=6, kills=0, seed=1):
    """The history as a list, and what went wrong otherwise."""
    recorder = Recorder(store, clients, seed)
    try:
        recorder.run(seconds, kills)
    finally:
        recorder.stop()
    return recorder.history, recorder.faults


def text_of(history):
    return "".join(json.dumps(one) + "\n" for one in history)
