#!/usr/bin/env python3
"""Every call of the API over a real socket, with what it refuses.

Run by hand: OMSD=build/release/omsd python3 tests/omsd/http_test.py [-v]
"""

import gzip
import http.client
import json
import pathlib
import re
import socket
import subprocess
import tempfile
import threading
import unittest
from urllib.parse import quote

from omsd import OMSCTL, OMSD, Omsd, eventually


def order(id, quantity=2, **more):
    lines = [{"line": "1", "sku": "A", "quantity": quantity, "unitPrice": 1000}]
    return {"id": id, "lines": lines, **more}


def paid(id, quantity=2, **more):
    return order(
        id, quantity, payment={"captured": 1000 * quantity, "reference": "r"}, **more
    )


class Calls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.omsd = Omsd()
        cls.number = 0

    @classmethod
    def tearDownClass(cls):
        code = cls.omsd.stop()
        cls.omsd.__exit__()
        assert code == 0, f"omsd ended with {code}"

    def setUp(self):
        self.expect(200, self.omsd.put("/v1/locations/NYC", {"country": "US"}))
        self.expect(
            200,
            self.omsd.post("/v1/locations/NYC/counts", {"sku": "A", "onHand": 1000}),
        )

    def expect(self, status, answer, code=None):
        self.assertEqual((answer.status, answer.code), (status, code), answer.text)
        return answer

    def fresh(self):
        type(self).number += 1
        return f"O-{self.number}"

    def paid_order(self, quantity=2):
        """A paid order whose units are allocated at NYC."""
        id = self.fresh()
        self.expect(201, self.omsd.post("/v1/orders", paid(id, quantity)))
        eventually(lambda: self.seen(id)["fulfillments"])
        return id

    def seen(self, id):
        return self.expect(200, self.omsd.get(f"/v1/orders/{id}")).body

    def work(self, id, action, body, number=1):
        return self.omsd.post(f"/v1/fulfillments/{id}:{number}/{action}", body)

    # --- orders -------------------------------------------------------------

    def test_an_order_is_placed_and_read_as_it_was_sent(self):
        id = self.fresh()
        sent = order(
            id,
            channel="web",
            placedAt="2026-01-05T10:00:00+01:00",
            currency="EUR",
            customer={"id": "C-1", "name": "Ann", "email": "ann@example.com"},
            shipTo={
                "name": "Ann",
                "line1": "1 Main St",
                "city": "Springfield",
                "region": "IL",
                "postalCode": "62701",
                "country": "US",
                "latitude": 39.8,
                "longitude": -89.6,
            },
            shipping={"service": "standard", "price": 500},
            policy="shipComplete",
            priority=7,
        )
        placed = self.expect(201, self.omsd.post("/v1/orders", sent))
        self.assertEqual(placed.headers["Location"], f"/v1/orders/{id}")
        self.assertGreater(placed.body["sequence"], 0)
        seen = self.seen(id)
        for key in ("channel", "currency", "customer", "shipTo", "shipping", "policy"):
            self.assertEqual(seen[key], sent[key], key)
        self.assertEqual(seen["placedAt"], "2026-01-05T09:00:00Z")
        self.assertEqual(seen["priority"], 7)
        self.assertEqual(seen["status"], "pending")
        self.assertEqual(seen["total"], 2500)
        self.assertEqual(seen["lines"][0]["unrouted"], 2)

    def test_each_fault_of_a_body_is_named_by_its_path(self):
        bad = {
            "id": 5,
            "lines": [{"sku": "A", "quantity": 0}, 7],
            "policy": "sometimes",
            "shipTo": {"latitude": "north"},
            "colour": "red",
        }
        answer = self.expect(400, self.omsd.post("/v1/orders", bad), "invalid")
        paths = {fault["path"] for fault in answer.body["faults"]}
        self.assertEqual(
            paths,
            {
                "id",
                "lines[0].line",
                "lines[0].quantity",
                "lines[1]",
                "policy",
                "shipTo.latitude",
                "colour",
            },
        )

    def test_what_is_no_json_is_refused(self):
        for body in ("", "{", "[]", "nonsense", '{"id":"a"} x', '{"id":\x00}'):
            with self.subTest(body):
                answer = self.omsd.post("/v1/orders", body)
                self.expect(400, answer, "invalid")

    def test_json_may_be_deep_but_not_bottomless(self):
        deep = '{"id":' + "[" * 10_000 + "]" * 10_000 + "}"
        self.expect(400, self.omsd.post("/v1/orders", deep), "invalid")

    def test_the_same_order_again_changes_nothing_and_another_is_a_conflict(self):
        id = self.fresh()
        self.expect(201, self.omsd.post("/v1/orders", order(id)))
        again = self.expect(201, self.omsd.post("/v1/orders", order(id)))
        self.assertEqual(self.seen(id)["version"], 2)
        other = order(id, quantity=3)
        self.expect(409, self.omsd.post("/v1/orders", other), "conflict")
        self.assertIsNotNone(again.body)

    def test_an_order_that_is_not_there_is_not_found(self):
        for path in ("", "/timeline", "/decisions"):
            self.expect(404, self.omsd.get(f"/v1/orders/nobody{path}"), "notFound")
        self.expect(
            404, self.omsd.post("/v1/orders/nobody/notes", {"text": "x"}), "notFound"
        )

    def test_an_id_may_hold_anything(self):
        id = "SO/1 ü?%"
        self.expect(201, self.omsd.post("/v1/orders", order(id)))
        seen = self.expect(200, self.omsd.get("/v1/orders/SO%2F1%20%C3%BC%3F%25"))
        self.assertEqual(seen.body["id"], id)

    def test_payments(self):
        id = self.fresh()
        self.omsd.post("/v1/orders", order(id))
        pay = f"/v1/orders/{id}/payments"
        self.expect(200, self.omsd.post(pay, {"event": "started"}))
        self.assertEqual(self.seen(id)["status"], "payment_processing")
        self.expect(200, self.omsd.post(pay, {"event": "captured", "amount": 500}))
        self.assertEqual(self.seen(id)["payment"]["captured"], 500)
        self.expect(200, self.omsd.post(pay, {"event": "captured"}))
        self.assertEqual(self.seen(id)["payment"]["captured"], 2000)
        self.expect(400, self.omsd.post(pay, {"event": "lost"}), "invalid")
        self.expect(400, self.omsd.post(pay, {}), "invalid")

    def test_cancellations(self):
        id = self.paid_order()
        cancel = f"/v1/orders/{id}/cancellations"
        some = {"lines": [{"line": "1", "quantity": 1}], "reason": "changed"}
        self.expect(200, self.omsd.post(cancel, some))
        self.assertEqual(self.seen(id)["lines"][0]["cancelled"], 1)
        too_many = {"lines": [{"line": "1", "quantity": 9}]}
        self.expect(409, self.omsd.post(cancel, too_many), "quantityTooGreat")
        self.expect(200, self.omsd.post(cancel, {}))
        self.assertEqual(self.seen(id)["status"], "cancelled")
        again = self.expect(200, self.omsd.post(cancel, {}))
        self.assertEqual(again.body["sequence"], 0, "there is nothing left to go")

    def test_holds(self):
        id = self.paid_order()
        holds = f"/v1/orders/{id}/holds"
        self.expect(200, self.omsd.post(holds, {"hold": "fraud", "reason": "odd"}))
        self.assertEqual(
            self.seen(id)["holds"], [{"hold": "fraud", "reason": "odd"}]
        )
        self.expect(200, self.omsd.call("DELETE", f"{holds}/fraud"))
        self.assertEqual(self.seen(id)["holds"], [])
        self.assertGreaterEqual(self.omsd.call("DELETE", f"{holds}/none").status, 200)

    def test_notes_and_who_wrote_them_stand_in_the_timeline(self):
        id = self.fresh()
        self.omsd.post("/v1/orders", order(id))
        self.expect(
            200,
            self.omsd.post(f"/v1/orders/{id}/notes", {"text": "call"}, X_Actor="ann"),
        )
        events = self.omsd.get(f"/v1/orders/{id}/timeline").body["events"]
        note = events[-1]
        self.assertEqual((note["kind"], note["by"], note["note"]), ("note.added", "ann", "call"))
        text = self.omsd.get(f"/v1/orders/{id}/timeline", Accept="text/plain")
        self.assertIn("call", text.text)
        self.assertIn("(ann)", text.text)

    def test_plan(self):
        id = self.paid_order()
        self.expect(200, self.omsd.post(f"/v1/orders/{id}/plan", {}))
        eventually(
            lambda: len(self.omsd.get(f"/v1/orders/{id}/decisions").body["decisions"])
            == 2
        )

    def test_an_order_is_shown_as_it_was(self):
        id = self.fresh()
        placed = self.omsd.post("/v1/orders", order(id)).body["sequence"]
        self.omsd.post(f"/v1/orders/{id}/payments", {"event": "captured"})
        then = self.expect(200, self.omsd.get(f"/v1/orders/{id}?at={placed}"))
        self.assertEqual(then.body["status"], "pending")
        self.expect(400, self.omsd.get(f"/v1/orders/{id}?at=yesterday"), "invalid")
        missing = self.omsd.get(f"/v1/orders/{id}?at=0")
        self.expect(404, missing, "notFound")
        self.assertIn(f"there was no order {id} then", str(missing.body))

    def test_lists(self):
        id = self.fresh()
        self.omsd.post("/v1/orders", order(id, customer={"id": f"C-{id}"}))
        page = eventually(
            lambda: self.omsd.get(f"/v1/orders?customer=C-{id}").body["orders"]
        )
        self.assertEqual([row["id"] for row in page], [id])
        seen = set()
        cursor = ""
        while True:
            page = self.expect(
                200, self.omsd.get(f"/v1/orders?limit=1&cursor={cursor}")
            ).body
            self.assertLessEqual(len(page["orders"]), 1)
            for row in page["orders"]:
                self.assertNotIn(row["id"], seen)
                seen.add(row["id"])
            cursor = page.get("cursor", "")
            if not cursor:
                break
        self.assertIn(id, seen)
        for wrong in ("limit=x", "limit=0", "limit=1001", "limit=5000", "status=odd", "placedAfter=x", "cursor=zz", "foo=1"):
            with self.subTest(wrong):
                self.expect(400, self.omsd.get(f"/v1/orders?{wrong}"), "invalid")

    # --- fulfilment ---------------------------------------------------------

    def test_from_acceptance_to_delivery(self):
        id = self.paid_order()
        self.expect(200, self.work(id, "accept", {}))
        one = {"lines": [{"sku": "A", "quantity": 1}]}
        self.expect(200, self.work(id, "pick", one))
        self.expect(200, self.work(id, "unpick", one))
        self.expect(200, self.work(id, "pick", {}))
        self.expect(400, self.work(id, "ship", {}), "invalid")
        self.expect(
            200,
            self.work(
                id, "ship", {"shipment": f"S-{id}", "carrier": "UPS", "tracking": "1Z"}
            ),
        )
        seen = self.seen(id)
        self.assertEqual(seen["fulfillments"][0]["id"], f"{id}:1")
        self.assertEqual(seen["shipments"][0]["fulfillment"], f"{id}:1")
        track = f"/v1/shipments/S-{id}/tracking"
        self.expect(200, self.omsd.post(track, {"status": "inTransit"}))
        self.expect(404, self.omsd.post("/v1/shipments/none/tracking", {"status": "lost"}), "notFound")
        track = f"/v1/shipments/{id}:S-{id}/tracking"
        self.expect(200, self.omsd.post(track, {"status": "delivered"}))
        self.expect(400, self.omsd.post(track, {"status": "eaten"}), "invalid")
        self.assertEqual(self.seen(id)["status"], "delivered")
        self.expect(409, self.work(id, "pick", {}), "invalidTransition")

    def test_a_shipment_id_belongs_to_one_order(self):
        first, second = self.paid_order(), self.paid_order()
        box = {"shipment": f"BOX-{first}"}
        self.expect(200, self.work(first, "ship", box))
        refused = self.expect(409, self.work(second, "ship", box), "conflict")
        self.assertIn(first, refused.text)
        self.assertEqual(self.seen(second)["shipments"], [])
        self.expect(200, self.work(first, "ship", box))
        self.omsd.post(f"/v1/shipments/BOX-{first}/tracking", {"status": "lost"})
        self.assertEqual(self.seen(first)["shipments"][0]["status"], "lost")
        track = f"/v1/shipments/BOX-{first}/tracking?order="
        self.expect(200, self.omsd.post(track + first, {"status": "delivered"}))
        self.expect(404, self.omsd.post(track + second, {"status": "lost"}), "notFound")

    def test_an_order_placed_again_for_another_person_is_a_conflict(self):
        id = self.fresh()
        at = {"name": "Ann", "line1": "1 Elm St"}
        self.expect(201, self.omsd.post("/v1/orders", order(id, shipTo=at)))
        again = self.omsd.post("/v1/orders", order(id, shipTo=at))
        self.assertLess(again.status, 300, again.text)
        at["line1"] = "2 Elm St"
        refused = self.omsd.post("/v1/orders", order(id, shipTo=at))
        self.expect(409, refused, "conflict")

    def test_money_beyond_the_total_is_shown(self):
        id = self.fresh()
        self.expect(201, self.omsd.post("/v1/orders", order(id)))
        total = self.seen(id)["total"]
        self.assertEqual((self.seen(id)["due"], self.seen(id)["overpaid"]), (total, 0))
        pay = {"event": "captured", "amount": total + 7, "reference": "r1"}
        self.expect(200, self.omsd.post(f"/v1/orders/{id}/payments", pay))
        self.assertEqual((self.seen(id)["due"], self.seen(id)["overpaid"]), (0, 7))
        late = {"event": "failed", "reference": "r0"}
        late = self.omsd.post(f"/v1/orders/{id}/payments", late)
        self.expect(409, late, "invalidTransition")

    def test_rejections_and_short_picks_go_back_to_planning(self):
        id = self.paid_order()
        done = self.expect(
            200,
            self.work(
                id,
                "reject",
                {"lines": [{"line": "1", "quantity": 1}], "reason": "damaged"},
            ),
        )
        change = done.body["stock"][0]
        self.assertEqual(
            [change[key] for key in ("location", "onHand", "committed", "damaged")],
            ["NYC", 0, -1, 1],
        )
        self.assertEqual(
            sum(
                line["quantity"]
                for work in self.seen(id)["fulfillments"]
                for line in work["lines"]
            )
            >= 1,
            True,
        )
        self.expect(400, self.work(id, "reject", {}), "invalid")
        self.expect(400, self.work(id, "reject", {"reason": "none"}), "invalid")
        self.expect(400, self.work(id, "reject", {"reason": "unable"}), "invalid")
        other = self.paid_order()
        self.expect(200, self.work(other, "pick", {}))
        self.expect(
            200, self.work(other, "shortPick", {"lines": [{"sku": "A", "quantity": 1}]})
        )
        self.expect(404, self.work("nobody", "accept", {}), "notFound")
        unknown = self.expect(404, self.work(other, "pick", {}, number=9), "notFound")
        self.assertEqual(unknown.body["detail"], f"there is no fulfillment {other}:9")
        self.assertNotIn("faults", unknown.body)
        self.expect(404, self.omsd.post("/v1/fulfillments/odd/accept", {}), "notFound")
        nothing = {"lines": []}
        for action in ("pick", "unpick", "shortPick"):
            self.expect(400, self.work(other, action, nothing), "invalid")
        self.expect(400, self.omsd.post("/v1/fulfillments/odd/pick", nothing), "invalid")

    def test_a_request_to_cancel_is_answered(self):
        supplier = {"products": [{"sku": "D", "available": 5}]}
        self.expect(200, self.omsd.put("/v1/suppliers/DS-1", supplier))
        id = self.fresh()
        body = paid(id)
        body["lines"][0]["sku"] = "D"
        self.omsd.post("/v1/orders", body)
        eventually(lambda: self.seen(id)["fulfillments"])
        self.expect(200, self.work(id, "accept", {}))
        self.expect(200, self.omsd.post(f"/v1/orders/{id}/cancellations", {}))
        self.expect(400, self.work(id, "cancelAnswer", {}), "invalid")
        self.expect(200, self.work(id, "cancelAnswer", {"agreed": True}))
        self.assertEqual(self.seen(id)["status"], "cancelled")

    def test_a_label_is_recorded_and_taken_back(self):
        id = self.paid_order()
        label = {
            "carrier": "UPS",
            "service": "ground",
            "tracking": "1Z",
            "cost": 695,
            "currency": "USD",
            "document": "https://labels.example/1",
        }
        self.expect(200, self.work(id, "labels/L%201", label))
        self.expect(200, self.work(id, "labels/L%201", label))
        self.expect(409, self.work(id, "labels/L%201", {"carrier": "DHL"}), "conflict")
        self.expect(400, self.work(id, "labels/L2", {"label": "L2"}), "invalid")
        self.expect(400, self.work(id, "labels/L2", {"currency": "DOLLAR"}), "invalid")
        self.expect(400, self.work(id, "labels/L2", {"shipment": "P"}), "invalid")
        self.expect(404, self.work("nobody", "labels/L2", {}), "notFound")
        path = f"/v1/fulfillments/{id}:1/labels"
        self.expect(404, self.omsd.call("DELETE", f"{path}/L2"), "notFound")
        shown = {"label": "L 1", **label, "voided": False}
        self.assertEqual(self.seen(id)["fulfillments"][0]["labels"], [shown])
        self.expect(200, self.omsd.call("DELETE", f"{path}/L%201"))
        self.expect(200, self.omsd.call("DELETE", f"{path}/L%201"))
        self.assertTrue(self.seen(id)["fulfillments"][0]["labels"][0]["voided"])

    def test_units_move_and_are_consolidated(self):
        far = {"country": "US", "priority": 9}
        self.expect(200, self.omsd.put("/v1/locations/FAR", far))
        id = self.paid_order()
        move = {"to": "FAR", "reason": "staff"}
        self.expect(409, self.work(id, "move", move), "insufficientStock")
        received = {"sku": "A", "quantity": 2, "reference": f"far-{id}"}
        self.expect(200, self.omsd.post("/v1/locations/FAR/receipts", received))
        for bad in ({}, {"to": "FAR"}, {"reason": "x"}, {**move, "to": "NYC"}):
            self.expect(400, self.work(id, "move", bad), "invalid")
        self.expect(404, self.work(id, "move", {**move, "to": "NOWHERE"}), "notFound")
        self.expect(404, self.work("nobody", "move", move), "notFound")
        lines = {"lines": [{"line": "1", "quantity": 1}]}
        self.expect(200, self.work(id, "move", {**move, **lines}))
        parcels = [
            (each["source"]["id"], each["lines"][0]["quantity"])
            for each in self.seen(id)["fulfillments"]
        ]
        self.assertEqual(sorted(parcels), [("FAR", 1), ("NYC", 1)])

        what = self.expect(200, self.omsd.post(f"/v1/orders/{id}/whatif", {})).body
        self.assertEqual(len(what["today"]["parcels"]), 2)
        self.assertEqual(len(what["planned"]["parcels"]), 1)
        without = {"without": ["NYC"]}
        what = self.expect(200, self.omsd.post(f"/v1/orders/{id}/whatif", without)).body
        self.assertEqual(
            [each["source"]["id"] for each in what["planned"]["parcels"]], ["FAR"]
        )
        unknown = {"without": ["NOWHERE"]}
        path = f"/v1/orders/{id}/whatif"
        self.expect(404, self.omsd.post(path, unknown), "notFound")
        self.expect(400, self.omsd.post(path, {"with": []}), "invalid")
        self.expect(404, self.omsd.post("/v1/orders/nobody/whatif", {}), "notFound")

        consolidate = "/v1/orders/consolidate"
        shown = self.expect(200, self.omsd.post(consolidate, {"preview": True})).body
        self.assertGreaterEqual(shown["consolidation"]["orders"], 1)
        self.assertEqual(len(self.seen(id)["fulfillments"][1]["lines"]), 1)
        moved = self.expect(200, self.omsd.post(consolidate, {"sku": "A"})).body
        self.assertGreaterEqual(moved["consolidation"]["orders"], 1)
        live = [
            each["source"]["id"]
            for each in self.seen(id)["fulfillments"]
            if each["lines"][0]["quantity"] > 0
        ]
        self.assertEqual(live, ["NYC"])
        self.expect(400, self.omsd.post(consolidate, {"limit": -1}), "invalid")
        self.expect(200, self.omsd.put("/v1/locations/FAR", {"active": False}))

    def test_an_order_names_others_and_has_attributes_of_lines(self):
        first = self.paid_order()
        id = self.fresh()
        body = order(id, relatesTo=[{"order": first, "kind": "exchange"}])
        body["lines"][0]["attributes"] = {"engraving": "For Anna"}
        self.expect(201, self.omsd.post("/v1/orders", body))
        self.assertEqual(self.seen(id)["lines"][0]["attributes"], {"engraving": "For Anna"})
        (link,) = eventually(
            lambda: [
                each
                for each in self.omsd.get(f"/v1/orders/{first}/timeline").body["events"]
                if each["kind"] == "order.related"
            ]
        )
        self.assertEqual((link["related"], link["relation"]), (id, "exchange"))
        body["lines"][0]["attributes"] = {"engraving": "For Otto"}
        self.expect(409, self.omsd.post("/v1/orders", body), "conflict")

    def test_a_backorder_is_answered(self):
        id = self.fresh()
        body = paid(id, 3)
        body["lines"][0]["sku"] = f"gone-{id}"
        self.expect(201, self.omsd.post("/v1/orders", body))
        eventually(lambda: self.seen(id)["queue"])
        path = f"/v1/orders/{id}/backorders/answer"
        self.expect(200, self.omsd.post(path, {"line": "1", "answer": "wait"}))
        (waiting,) = self.seen(id)["queue"]
        self.assertEqual((waiting["quantity"], waiting["answer"]), (3, "wait"))
        for bad in ({"line": "1"}, {"answer": "wait"}, {"line": "1", "answer": "perhaps"}):
            self.expect(400, self.omsd.post(path, bad), "invalid")
        self.expect(200, self.omsd.post(path, {"line": "1", "answer": "cancel"}))
        self.expect(409, self.omsd.post(path, {"line": "1", "answer": "cancel"}), "quantityTooGreat")
        self.assertEqual(self.seen(id)["status"], "cancelled")

    def test_an_order_is_changed_after_a_look_at_the_result(self):
        id = self.paid_order()
        path = f"/v1/orders/{id}/edits"
        edit = {"lines": [{"line": "1", "quantity": 3}], "customer": {"name": "Ada"}}
        before = self.seen(id)
        shown = self.omsd.post(path, {**edit, "preview": True})
        self.expect(200, shown)
        self.assertEqual(shown.body["sequence"], 0)
        self.assertEqual(self.seen(id), before)
        self.expect(200, self.omsd.post(path, edit))
        after = self.seen(id)
        self.assertEqual(after["customer"]["name"], "Ada")
        for key in ("total", "due"):
            self.assertEqual(after[key], shown.body["edit"][key])
        self.assertEqual(after["lines"][0]["quantity"], 3)
        self.assertGreater(after["lines"][0]["awaitingPayment"], 0)
        self.expect(200, self.omsd.post(path, {"customer": {"name": None}}))
        self.assertNotIn("name", self.seen(id).get("customer", {}))
        self.expect(400, self.omsd.post(path, {"lines": []}), "invalid")
        self.expect(400, self.omsd.post(path, {"gift": "yes"}), "invalid")
        too_few = {"lines": [{"line": "1", "quantity": -1}]}
        self.expect(400, self.omsd.post(path, too_few), "invalid")
        self.expect(404, self.omsd.post("/v1/orders/nobody/edits", edit), "notFound")

    def event_of(self, id, key, kind):
        """The sequence of the order's newest notification or alert of a kind."""
        events = self.omsd.get(f"/v1/orders/{id}/timeline").body["events"]
        return max(each["at"] for each in events if each.get(key) == kind)

    def test_what_became_of_a_notification_and_who_has_seen_the_alert(self):
        id = self.paid_order()
        told = self.event_of(id, "notification", "order.placed")
        deliveries = f"/v1/notifications/{told}/deliveries"
        dead = {"channel": "email", "outcome": "dead", "attempt": 2, "reason": "550"}
        self.expect(200, self.omsd.post(deliveries, dead))
        self.expect(200, self.omsd.post(deliveries, dead))
        for bad in ({}, {**dead, "outcome": "lost"}, {**dead, "attempt": 0}):
            self.expect(400, self.omsd.post(deliveries, bad), "invalid")
        for none in (told - 1 if told > 1 else 0, 0, 10**9, "x"):
            path = f"/v1/notifications/{none}/deliveries"
            self.expect(404, self.omsd.post(path, dead), "notFound")
        events = self.omsd.get(f"/v1/orders/{id}/timeline").body["events"]
        self.assertEqual(len([e for e in events if e["kind"] == "notification.attempted"]), 1)
        alert = self.event_of(id, "alert", "delivery.dead")
        path = f"/v1/alerts/{alert}/acknowledgement"
        seen = self.omsd.post(path, {"note": "phoned"}, **{"X-Actor": "anna"})
        self.expect(200, seen)
        self.expect(200, self.omsd.post(path, {"note": "again"}))
        self.expect(404, self.omsd.post(f"/v1/alerts/{told}/acknowledgement", {}), "notFound")
        events = self.omsd.get(f"/v1/orders/{id}/timeline").body["events"]
        (one,) = [e for e in events if e["kind"] == "alert.acknowledged"]
        self.assertEqual(
            (one["alert"], one["alertKind"], one["by"], one["note"]),
            (alert, "delivery.dead", "anna", "phoned"),
        )

    def test_an_alert_of_a_location_is_acknowledged(self):
        self.expect(200, self.omsd.put("/v1/locations/SHORT", {}))
        path = "/v1/locations/SHORT/counts"
        sku = f"short-{self.fresh()}"
        self.expect(200, self.omsd.post(path, {"sku": sku, "onHand": 2}))
        id = self.fresh()
        body = paid(id)
        body["lines"][0]["sku"] = sku
        self.expect(201, self.omsd.post("/v1/orders", body))
        eventually(lambda: self.seen(id)["fulfillments"])
        at = self.expect(200, self.omsd.post(path, {"sku": sku, "onHand": 1})).body["sequence"]
        alerts = self.omsd.get(f"/v1/alerts?after={at - 10}").body["events"]
        (alert,) = [e["at"] for e in alerts if e["subject"].startswith(sku)]
        still_open = lambda: [
            e["at"]
            for e in self.omsd.get(f"/v1/alerts?open=true&after={at - 10}").body["events"]
            if e["subject"].startswith(sku)
        ]
        self.assertEqual(still_open(), [alert])
        self.expect(200, self.omsd.post(f"/v1/alerts/{alert}/acknowledgement", {}))
        self.assertEqual(still_open(), [])
        self.expect(400, self.omsd.get("/v1/alerts?open=maybe"), "invalid")

    def test_what_is_on_its_way_is_announced_transferred_and_listed(self):
        self.expect(200, self.omsd.put("/v1/locations/FROM", {}))
        self.expect(200, self.omsd.put("/v1/locations/TO", {}))
        sku = f"way-{self.fresh()}"
        order = f"PO-{sku}"
        body = {"lines": [{"sku": sku, "quantity": 3}], "expected": "2099-01-09"}
        path = f"/v1/locations/TO/incoming/{order}"
        self.expect(200, self.omsd.put(path, body))
        self.expect(400, self.omsd.put(path, {"lines": []}), "invalid")
        receipts = "/v1/locations/FROM/receipts"
        lines = [{"sku": sku, "quantity": 2}, {"sku": f"{sku}-b", "quantity": 1}]
        done = self.expect(200, self.omsd.post(receipts, {"reference": order, "lines": lines}))
        self.assertEqual(sorted(each["onHand"] for each in done.body["stock"]), [1, 2])
        self.expect(400, self.omsd.post(receipts, {"sku": sku}), "invalid")
        move = {
            "transfer": f"T-{sku}",
            "from": "FROM",
            "to": "TO",
            "lines": [{"sku": sku, "quantity": 2}],
        }
        eventually(lambda: self.omsd.post("/v1/transfers", move).status == 200)
        self.expect(409, self.omsd.post("/v1/transfers", {**move, "from": "TO", "to": "FROM"}), "conflict")

        def rows(query=""):
            seen = self.omsd.get(f"/v1/incoming?sku={sku}{query}")
            return self.expect(200, seen).body

        eventually(lambda: len(rows()["incoming"]) == 2)
        first = rows("&limit=1")
        self.assertEqual(first["incoming"][0]["reference"], order)
        cursor = quote(first["cursor"])
        (second,) = rows(f"&limit=1&cursor={cursor}")["incoming"]
        self.assertEqual((second["reference"], second["quantity"]), (f"T-{sku}", 2))
        self.assertEqual(rows("&overdue=true")["incoming"], [])
        self.expect(200, self.omsd.post(f"/v1/transfers/T-{sku}/close", None))
        self.expect(404, self.omsd.post("/v1/transfers/nothing/close", None), "notFound")
        self.expect(200, self.omsd.call("DELETE", path))
        self.assertEqual(rows()["incoming"], [])

    def test_fulfillments_are_listed_by_place_and_status(self):
        id = self.paid_order()
        eventually(
            lambda: any(
                row["order"] == id
                for row in self.omsd.get(
                    "/v1/fulfillments?location=NYC&status=open&limit=1000"
                ).body["fulfillments"]
            )
        )
        none = self.omsd.get("/v1/fulfillments?supplier=nobody").body
        self.assertEqual(none["fulfillments"], [])
        self.expect(400, self.omsd.get("/v1/fulfillments?status=odd"), "invalid")
        self.expect(400, self.omsd.get("/v1/fulfillments?limit=0"), "invalid")

    def test_a_page_of_fulfillments_keeps_its_limit(self):
        for place in ("P1", "P2", "P3"):
            self.omsd.put(f"/v1/locations/{place}", {"country": "US"})
            for sku in ("X", "Y"):
                count = {"sku": f"{sku}{place}", "onHand": 5}
                self.omsd.post(f"/v1/locations/{place}/counts", count)
        wanted = set()
        for number, skus in enumerate((("XP1", "XP2", "XP3"), ("YP1", "YP2"), ("YP3",))):
            id = f"page {number}:%"
            lines = [
                {"line": sku, "sku": sku, "quantity": 1, "unitPrice": 100} for sku in skus
            ]
            paid = {"captured": 100 * len(skus)}
            body = {"id": id, "brand": "pages", "lines": lines, "payment": paid}
            self.expect(201, self.omsd.post("/v1/orders", body))
            at = "/v1/orders/page%20" + f"{number}%3A%25?brand=pages"
            eventually(
                lambda: len(self.omsd.get(at).body["fulfillments"]) == len(skus)
            )
            wanted |= {f"{id}:{n + 1}" for n in range(len(skus))}

        def pages(limit):
            cursor = ""
            while True:
                query = f"brand=pages&limit={limit}&cursor={quote(cursor)}"
                page = self.expect(200, self.omsd.get(f"/v1/fulfillments?{query}")).body
                self.assertLessEqual(len(page["fulfillments"]), limit)
                self.assertGreater(page["upto"], 0)
                yield from (row["id"] for row in page["fulfillments"])
                cursor = page.get("cursor", "")
                if not cursor:
                    break

        eventually(lambda: set(pages(1000)) == wanted)
        for limit in (1, 2, 3, 4):
            with self.subTest(limit):
                seen = list(pages(limit))
                self.assertEqual((len(seen), set(seen)), (len(wanted), wanted))
        for made_up in ("x", ":1:a:b", ":x:pages:b", "::::"):
            with self.subTest(made_up):
                at = f"/v1/fulfillments?brand=pages&cursor={quote(made_up)}"
                self.expect(400, self.omsd.get(at), "invalid")

    # --- numbers and texts that must be there --------------------------------

    def test_a_number_that_is_rounded_is_refused(self):
        count = '{"sku": "ROUNDED", "onHand": %s}'
        counts = "/v1/locations/NYC/counts"
        self.expect(200, self.omsd.post(counts, count % "40"))
        for number in ("1e400", "-1e400", "1e-400", "9" * 400, "0.99999999999999999999", "40.5"):
            with self.subTest(number):
                got = self.expect(400, self.omsd.post(counts, count % number), "invalid")
                self.assertEqual(got.body["faults"][0]["path"], "onHand")
        for number in ("40.0", "4e1", "0.4E+2", "400e-1", "4.00e01"):
            with self.subTest(number):
                self.expect(200, self.omsd.post(counts, count % number))
        on_hand = self.omsd.get("/v1/stock/ROUNDED").body["locations"][0]["onHand"]
        self.assertEqual(on_hand, 40)
        for part in ('"latitude": 1e400', '"latitude": -1e400'):
            got = self.omsd.put("/v1/locations/FAR", '{"country": "US", "longitude": 1, %s}' % part)
            self.expect(400, got, "invalid")

    def test_an_id_that_must_be_there_is_not_empty(self):
        id = self.paid_order()
        at = f"/v1/fulfillments/{id}:1/ship"
        got = self.expect(400, self.omsd.post(at, {"shipment": ""}), "invalid")
        self.assertEqual(got.body["faults"][0]["path"], "shipment")
        got = self.omsd.post(f"/v1/orders/{id}/returns", {"return": ""})
        self.expect(400, got, "invalid")
        refused = {"reason": "unable", "text": "  "}
        got = self.omsd.post(f"/v1/fulfillments/{id}:1/reject", refused)
        self.assertEqual(self.expect(400, got, "invalid").body["faults"][0]["path"], "text")

    def test_routing_without_tiers_or_objectives_is_refused(self):
        whole = {"tiers": [["warehouse"]], "objectives": ["priority"]}
        for part in ({"tiers": []}, {"tiers": [[]]}, {"objectives": []}):
            with self.subTest(part):
                self.expect(400, self.omsd.put("/v1/routing?brand=b", {**whole, **part}), "invalid")

    # --- refunds and returns ------------------------------------------------

    def delivered_order(self):
        id = self.paid_order()
        self.work(id, "ship", {"shipment": f"S-{id}"})
        self.omsd.post(f"/v1/shipments/{id}:S-{id}/tracking", {"status": "delivered"})
        return id

    def test_refunds(self):
        id = self.delivered_order()
        refunds = f"/v1/orders/{id}/refunds"
        self.expect(200, self.omsd.post(refunds, {"amount": 300, "reason": "sorry"}))
        refund = self.seen(id)["refunds"][0]
        self.assertEqual((refund["amount"], refund["status"]), (300, "requested"))
        settle = f"{refunds}/{refund['id']}/settlement"
        self.expect(200, self.omsd.post(settle, {"succeeded": True}))
        self.assertEqual(self.seen(id)["payment"]["refunded"], 300)
        for wrong in ({}, {"succeeded": None}):
            self.expect(400, self.omsd.post(settle, wrong), "invalid")
        too_much = {"amount": 99_999, "reason": "sorry"}
        self.expect(409, self.omsd.post(refunds, too_much), "refundTooGreat")
        # domain.md: a refund "is a stated amount with a reason".
        for reason in ({}, {"reason": ""}, {"reason": "  "}):
            got = self.expect(400, self.omsd.post(refunds, {"amount": 1, **reason}), "invalid")
            self.assertEqual(got.body["faults"][0]["path"], "reason")

    def test_returns(self):
        id = self.delivered_order()
        returns = f"/v1/orders/{id}/returns"
        asked = {"return": "R-1", "lines": [{"line": "1", "quantity": 1}]}
        self.expect(200, self.omsd.post(returns, asked))
        receipt = {
            "location": "NYC",
            "lines": [{"line": "1", "quantity": 1, "condition": "sellable"}],
        }
        self.expect(200, self.omsd.post(f"{returns}/R-1/receipt", receipt))
        self.assertEqual(self.seen(id)["lines"][0]["returned"], 1)
        other = {"return": "R-2", "lines": [{"line": "1", "quantity": 1}]}
        self.expect(200, self.omsd.post(returns, other))
        self.expect(200, self.omsd.post(f"{returns}/R-2/decision", {"accepted": False}))
        statuses = {one["id"]: one["status"] for one in self.seen(id)["returns"]}
        self.assertEqual(statuses["R-2"], "declined")

    # --- the network --------------------------------------------------------

    def test_locations(self):
        body = {"kind": "store", "priority": 3, "latitude": 1.5, "longitude": 2}
        self.expect(200, self.omsd.put("/v1/locations/LAX", body))
        seen = self.expect(200, self.omsd.get("/v1/locations/LAX")).body
        self.assertEqual((seen["kind"], seen["latitude"], seen["active"]), ("store", 1.5, True))
        # A PUT replaces the whole.
        self.expect(200, self.omsd.put("/v1/locations/LAX", {"active": False}))
        seen = self.omsd.get("/v1/locations/LAX").body
        self.assertEqual((seen["kind"], seen["active"]), ("warehouse", False))
        ids = [one["id"] for one in self.omsd.get("/v1/locations").body["locations"]]
        self.assertIn("LAX", ids)
        self.expect(404, self.omsd.get("/v1/locations/none"), "notFound")
        for wrong in ({"id": "X"}, {"kind": "dropship"}, {"latitude": 91, "longitude": 0}):
            self.expect(400, self.omsd.put("/v1/locations/LAX", wrong), "invalid")

    def test_stock(self):
        at = "/v1/locations/NYC"
        arrival = {"sku": "B", "quantity": 5, "reference": "PO-1"}
        self.expect(200, self.omsd.post(f"{at}/receipts", arrival))
        self.expect(200, self.omsd.post(f"{at}/receipts", arrival))
        self.expect(200, self.omsd.post(f"{at}/adjustments", {"sku": "B", "delta": -1, "reason": "broken"}))
        self.expect(200, self.omsd.post(f"{at}/safetyStock", {"sku": "B", "quantity": 1}))
        row = next(
            one
            for one in self.omsd.get(f"{at}/stock").body["stock"]
            if one["sku"] == "B"
        )
        self.assertEqual((row["onHand"], row["safetyStock"]), (4, 1))
        self.expect(200, self.omsd.post(f"{at}/counts", {"sku": "B", "onHand": 9}))
        over_all = self.expect(200, self.omsd.get("/v1/stock/B")).body
        self.assertEqual(over_all["locations"][0]["onHand"], 9)
        self.expect(409, self.omsd.post(f"{at}/adjustments", {"sku": "B", "delta": -99}), "quantityTooGreat")
        self.expect(404, self.omsd.get("/v1/locations/none/stock"), "notFound")
        self.expect(400, self.omsd.post(f"{at}/counts", {"sku": "B", "onHand": -1}), "invalid")

    def test_a_quote_changes_nothing(self):
        cart = {"lines": [{"sku": "A", "quantity": 3}], "alternatives": True}
        quote = self.expect(200, self.omsd.post("/v1/quotes", cart)).body
        self.assertEqual(quote["parcels"][0]["source"], {"kind": "location", "id": "NYC"})
        self.assertEqual(quote["parcels"][0]["lines"][0]["quantity"], 3)
        self.assertEqual(quote["backordered"], [])
        self.assertFalse(quote["split"])
        for bad in ({"lines": []}, {"lines": [{"sku": "A", "quantity": 0}]}, {"line": []}):
            self.expect(400, self.omsd.post("/v1/quotes", bad), "invalid")

    def test_reservations(self):
        body = {
            "reservation": "R-1",
            "lines": [{"sku": "A", "quantity": 3}, {"sku": "A", "quantity": 2}],
            "expiresInS": 600,
        }
        made = self.expect(201, self.omsd.post("/v1/reservations", body)).body
        self.assertEqual(made["reservation"], "R-1")
        self.assertEqual(
            made["lines"], [{"sku": "A", "quantity": 5, "location": "NYC"}]
        )
        self.assertEqual(made["missing"], [])
        again = self.expect(201, self.omsd.post("/v1/reservations", body)).body
        self.assertEqual(again, made)
        other = {**body, "expiresInS": 601}
        self.expect(409, self.omsd.post("/v1/reservations", other), "conflict")
        much = {"reservation": "R-2", "lines": [{"sku": "A", "quantity": 9999}]}
        self.expect(409, self.omsd.post("/v1/reservations", much), "insufficientStock")

        def held():
            all = self.expect(200, self.omsd.get("/v1/reservations")).body
            return {
                each["reservation"]: each["lines"][0]["quantity"]
                for each in all["reservations"]
            }

        self.assertEqual(held().get("R-1"), 5)
        part = {"lines": [{"sku": "A", "quantity": 2}]}
        self.expect(200, self.omsd.call("DELETE", "/v1/reservations/R-1", part))
        self.assertEqual(held().get("R-1"), 3)
        self.expect(200, self.omsd.call("DELETE", "/v1/reservations/R-1"))
        self.assertNotIn("R-1", held())
        self.expect(404, self.omsd.call("DELETE", "/v1/reservations/R-0"), "notFound")

    def test_suppliers_and_products(self):
        supplier = {"products": [{"sku": "E", "available": 3, "unitCost": 900}]}
        self.expect(200, self.omsd.put("/v1/suppliers/DS-2", supplier))
        seen = self.expect(200, self.omsd.get("/v1/suppliers/DS-2")).body
        self.assertEqual(seen["products"][0]["available"], 3)
        self.assertIn("DS-2", [one["id"] for one in self.omsd.get("/v1/suppliers").body["suppliers"]])
        self.expect(404, self.omsd.get("/v1/suppliers/none"), "notFound")
        product = {"name": "Engine", "backorderable": False}
        self.expect(200, self.omsd.put("/v1/products/E", product))
        self.assertEqual(self.omsd.get("/v1/products/E").body["backorderable"], False)
        self.expect(404, self.omsd.get("/v1/products/none"), "notFound")
        self.expect(400, self.omsd.put("/v1/products/E", {"backorderLimit": -1}), "invalid")

    # docs/API.md, "Changing a part" (interface.md: "PATCH (RFC 7396) changes a
    # part").

    def changed(self, path, patch, **headers):
        self.expect(200, self.omsd.patch(path, patch, **headers))
        return self.expect(200, self.omsd.get(path)).body

    def test_a_patch_of_a_location_changes_what_it_names(self):
        path = "/v1/locations/PATCHED"
        whole = {
            "id": "PATCHED",
            "kind": "store",
            "name": "Corner shop",
            "country": "FR",
            "latitude": 48.8,
            "longitude": 2.3,
            "active": True,
            "priority": 7,
            "shipmentCost": 100,
            "unitCost": 2,
            "costPerKm": 3,
            "handlingDays": 2,
            "dailyCapacity": 50,
            "brands": ["acme"],
            "countries": ["FR", "BE"],
        }
        self.expect(200, self.omsd.put(path, whole))
        merge = {"Content_Type": "application/merge-patch+json"}
        seen = self.changed(path, {"active": False}, **merge)
        self.assertEqual(seen, {**whole, "active": False})
        # null resets a key to its default; a list is replaced as a whole.
        seen = self.changed(path, {"priority": None, "brands": [], "name": None})
        self.assertEqual((seen["priority"], seen["brands"], seen["name"]), (1, [], ""))
        self.assertEqual((seen["latitude"], seen["countries"]), (48.8, ["FR", "BE"]))
        seen = self.changed(path, {"latitude": 50})
        self.assertEqual((seen["latitude"], seen["longitude"]), (50, 2.3))
        self.expect(400, self.omsd.patch(path, {"latitude": None}), "invalid")
        seen = self.changed(path, {"latitude": None, "longitude": None})
        self.assertNotIn("latitude", seen)
        before = self.omsd.get(path).body
        self.assertEqual(self.changed(path, {}), before)
        for wrong in (
            {"id": "OTHER"},
            {"colour": "red"},
            {"priority": "high"},
            {"handlingDays": -1},
            {"kind": "dropship"},
            {"brands": [" b"]},
            [],
            "active",
        ):
            with self.subTest(wrong):
                answer = self.omsd.patch(path, json.dumps(wrong))
                self.expect(400, answer, "invalid")
                self.assertEqual(self.omsd.get(path).body, before)

    def test_a_patch_of_a_supplier_leaves_what_it_has_left(self):
        path = "/v1/suppliers/DS-P"
        supplier = {
            "name": "Drop",
            "priority": 4,
            "products": [{"sku": "P-E", "available": 5, "leadTimeDays": 3}],
        }
        self.expect(200, self.omsd.put(path, supplier))
        body = paid(self.fresh(), 2)
        body["lines"][0]["sku"] = "P-E"
        self.expect(201, self.omsd.post("/v1/orders", body))

        def left():
            row = self.omsd.get("/v1/stock/P-E").body["suppliers"][0]
            return row["available"], row["committed"]

        eventually(lambda: left() == (3, 2))
        # What a GET shows can be sent back.
        shown = self.omsd.get(path).body
        self.assertEqual(shown["products"][0]["available"], 3)
        listed = self.omsd.get("/v1/suppliers").body["suppliers"]
        self.assertEqual([each for each in listed if each["id"] == "DS-P"], [shown])
        self.expect(200, self.omsd.put(path, shown))
        self.assertEqual(left(), (3, 2))
        seen = self.changed(path, {"shipmentCost": 250})
        self.assertEqual((seen["name"], seen["priority"]), ("Drop", 4))
        self.assertEqual(seen["products"][0]["leadTimeDays"], 3)
        self.assertEqual(left(), (3, 2))
        self.changed(path, {"active": False})
        self.changed(path, {"active": True})
        self.assertEqual(left(), (3, 2))
        self.changed(path, {"products": [{"sku": "P-E", "available": 9}]})
        self.assertEqual(left(), (9, 2))
        self.expect(400, self.omsd.patch(path, {"products": [{"available": 1}]}), "invalid")
        self.changed(path, {"products": None})
        self.assertEqual(self.omsd.get(path).body["products"], [])

    def test_a_patch_of_a_product_and_of_routing(self):
        path = "/v1/products/PATCHED"
        product = {"name": "Lamp", "backorderLimit": 4, "restockDate": "2026-03-01"}
        self.expect(200, self.omsd.put(path, product))
        seen = self.changed(path, {"backorderable": False})
        self.assertEqual((seen["name"], seen["backorderLimit"]), ("Lamp", 4))
        self.assertEqual(seen["restockDate"], "2026-03-01")
        self.assertNotIn("restockDate", self.changed(path, {"restockDate": None}))

        path = "/v1/routing?brand=patched"
        self.expect(404, self.omsd.patch(path, {"splitLines": False}), "notFound")
        rules = {"tiers": [["store"]], "objectives": ["nearest"], "stuckAfterS": 60}
        self.expect(200, self.omsd.put(path, rules))
        seen = self.changed(path, {"splitLines": False, "objectives": None})
        self.assertEqual(seen["rules"]["tiers"], [["store"]])
        self.assertEqual(seen["rules"]["stuckAfterS"], 60)
        self.assertEqual(seen["rules"]["splitLines"], False)
        self.assertEqual(seen["rules"]["objectives"], ["fewestShipments", "priority"])
        other = self.omsd.patch(path, {"brand": "another"})
        self.expect(400, other, "invalid")

    def test_a_patch_of_what_is_not_there(self):
        for path in ("/v1/locations/none", "/v1/suppliers/none", "/v1/products/none"):
            with self.subTest(path):
                self.expect(404, self.omsd.patch(path, {}), "notFound")
                self.expect(404, self.omsd.get(path), "notFound")

    def test_patches_at_once_all_take_effect(self):
        path = "/v1/locations/BUSY"
        self.expect(200, self.omsd.put(path, {}))
        patches = [
            {"name": "Busy"},
            {"country": "DE"},
            {"priority": 9},
            {"shipmentCost": 5},
            {"unitCost": 6},
            {"costPerKm": 7},
            {"handlingDays": 8},
            {"dailyCapacity": 9},
            {"brands": ["b"]},
            {"countries": ["DE"]},
        ]
        threads = [
            threading.Thread(target=self.omsd.patch, args=(path, patch))
            for patch in patches
        ]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        seen = self.omsd.get(path).body
        for patch in patches:
            self.assertLessEqual(patch.items(), seen.items())

    def test_a_put_replaces_the_whole_and_takes_what_a_get_shows(self):
        # interface.md: "A supplier without products, and routing without tiers
        # or objectives, are invalid."
        for path, body, missing in (
            ("/v1/suppliers/X", {}, ["products"]),
            ("/v1/suppliers/X", {"active": False}, ["products"]),
            ("/v1/suppliers/X", {"products": None}, ["products"]),
            ("/v1/routing?brand=x", {}, ["tiers", "objectives"]),
            ("/v1/routing?brand=x", {"tiers": [["store"]]}, ["objectives"]),
            ("/v1/routing?brand=x", {"objectives": ["nearest"]}, ["tiers"]),
        ):
            with self.subTest(path=path, body=body):
                answer = self.expect(400, self.omsd.put(path, body), "invalid")
                paths = [fault["path"] for fault in answer.body["faults"]]
                self.assertEqual(paths, missing)
        self.expect(200, self.omsd.put("/v1/locations/X", {}))
        self.expect(200, self.omsd.put("/v1/suppliers/X", {"products": []}))
        rules = {"tiers": [["store"]], "objectives": ["nearest"]}
        self.expect(200, self.omsd.put("/v1/routing?brand=x", rules))
        self.expect(200, self.omsd.put("/v1/products/X", {}))
        for path in (
            "/v1/locations/X",
            "/v1/suppliers/X",
            "/v1/products/X",
            "/v1/routing?brand=x",
        ):
            with self.subTest(path):
                seen = self.omsd.get(path).body
                self.expect(200, self.omsd.put(path, seen))
                again = self.omsd.get(path).body
                self.assertEqual(again.get("rules", again), seen.get("rules", seen))

    def test_routing_is_answered_with_its_version(self):
        rules = {
            "tiers": [["warehouse"]],
            "objectives": ["lowestCost"],
            "maxShipments": 2,
        }
        before = self.expect(200, self.omsd.get("/v1/routing?brand=b1")).body
        self.expect(200, self.omsd.put("/v1/routing?brand=b1", rules))
        after = self.omsd.get("/v1/routing?brand=b1").body
        self.assertEqual(after["rules"]["maxShipments"], 2)
        self.assertGreater(after["version"], before["version"])
        self.expect(400, self.omsd.put("/v1/routing", {"tiers": [["moon"]]}), "invalid")

    # --- the trail ----------------------------------------------------------

    def test_the_trail_is_read_from_a_sequence_on(self):
        id = self.fresh()
        at = self.omsd.post("/v1/orders", order(id)).body["sequence"]
        page = self.expect(200, self.omsd.get("/v1/audit?limit=1")).body
        self.assertEqual(page["events"][0]["at"], 1)
        following = self.omsd.get(f"/v1/audit?after={page['upto']}&limit=1000").body
        self.assertEqual(following["events"][0]["at"], 2)
        told = self.omsd.get("/v1/notifications?limit=1000").body["events"]
        self.assertIn((id, "order.placed"), {(one["order"], one["notification"]) for one in told})
        self.expect(200, self.omsd.get(f"/v1/alerts?after={at}"))
        self.expect(400, self.omsd.get("/v1/alerts?after=-1"), "invalid")

    def test_looking_inside(self):
        stats = self.expect(200, self.omsd.get("/v1/admin/stats")).body
        self.assertTrue(stats["storageOk"])
        self.assertGreater(stats["sequence"], 0)
        self.expect(200, self.omsd.get("/healthz"))
        self.expect(200, self.omsd.get("/readyz"))
        document = self.expect(200, self.omsd.get("/openapi.json")).body
        self.assertEqual(document["openapi"], "3.1.0")
        metrics = self.expect(200, self.omsd.get("/metrics")).text
        self.assertIn('oms_http_answers_total{route="/v1/orders",status="201"}', metrics)

    def test_paths_and_methods_that_are_not_there(self):
        self.expect(404, self.omsd.get("/v1/nothing"), "notFound")
        self.expect(404, self.omsd.get("/"), "notFound")
        for method in ("PATCH", "DELETE", "BREW"):
            self.expect(405, self.omsd.call(method, "/v1/orders"), "invalid")
        self.expect(404, self.omsd.call("PATCH", "/v1/nothing"), "notFound")

    def test_405_tells_the_methods_that_there_are(self):
        def allowed(method, path):
            return self.omsd.call(method, path).headers["Allow"]

        self.assertEqual(allowed("PATCH", "/v1/orders"), "POST, GET, HEAD")
        self.assertEqual(allowed("DELETE", "/v1/orders/x/holds"), "POST")
        self.assertEqual(allowed("POST", "/v1/locations/x"), "GET, HEAD, PUT, PATCH")
        self.assertEqual(allowed("BREW", "/v1/orders"), "POST, GET, HEAD")

    # --- how it travels -----------------------------------------------------

    def test_a_key_gives_the_first_answer_again(self):
        id = self.fresh()
        first = self.omsd.post("/v1/orders", order(id), Idempotency_Key=f"k{id}")
        again = self.omsd.post("/v1/orders", order(id), Idempotency_Key=f"k{id}")
        self.assertEqual((again.status, again.body), (first.status, first.body))
        note = {"text": "once"}
        for _ in range(3):
            self.expect(200, self.omsd.post(f"/v1/orders/{id}/notes", note, Idempotency_Key=f"n{id}"))
        events = self.omsd.get(f"/v1/orders/{id}/timeline").body["events"]
        self.assertEqual(sum(one["kind"] == "note.added" for one in events), 1)
        self.expect(
            409,
            self.omsd.post(f"/v1/orders/{id}/notes", {"text": "twice"}, Idempotency_Key=f"n{id}"),
            "conflict",
        )

    def test_requests_may_be_pipelined_and_the_connection_kept(self):
        connection = socket.create_connection(("127.0.0.1", self.omsd.port))
        request = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
        connection.sendall(request * 20)
        got = b""
        while got.count(b'{"status":"ok"}') < 20:
            part = connection.recv(65536)
            self.assertTrue(part, got)
            got += part
        connection.close()

    def test_large_answers_are_packed_for_those_who_take_it(self):
        plain = self.omsd.get("/openapi.json")
        connection = http.client.HTTPConnection("127.0.0.1", self.omsd.port)
        connection.request("GET", "/openapi.json", headers={"Accept-Encoding": "gzip"})
        response = connection.getresponse()
        raw = response.read()
        self.assertEqual(response.headers["Content-Encoding"], "gzip")
        self.assertLess(len(raw), len(plain.raw))
        self.assertEqual(gzip.decompress(raw), plain.raw)
        connection.close()

    def test_a_body_beyond_the_limit_is_refused(self):
        self.expect(413, self.omsd.post("/v1/orders", " " * (9 << 20)), "tooLarge")

    def test_a_sender_who_is_at_fault_is_told_so(self):
        post = b"POST /v1/orders HTTP/1.1\r\nHost: x\r\n"
        for request in (
            post + b"Content-Length: :25\r\n\r\n{}",
            post + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}zz\r\n",
        ):
            with self.subTest(request):
                connection = socket.create_connection(("127.0.0.1", self.omsd.port))
                connection.settimeout(30)
                connection.sendall(request)
                self.assertIn(b" 400 ", connection.recv(65536).splitlines()[0])
                connection.close()

    def test_what_is_no_http_gets_an_answer_or_a_closed_connection(self):
        for garbage in (
            b"\x00\xff" * 1000,
            b"GET\r\n\r\n",
            b"GET / HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
            b"POST /v1/orders HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            b"A" * 100_000,
        ):
            with self.subTest(garbage[:20]):
                connection = socket.create_connection(("127.0.0.1", self.omsd.port))
                connection.settimeout(30)
                try:
                    connection.sendall(garbage)
                    connection.shutdown(socket.SHUT_WR)
                    while connection.recv(65536):
                        pass
                except ConnectionError:
                    pass
                connection.close()
        self.expect(200, self.omsd.get("/healthz"))


# docs/DOMAIN.md, "Ids": taken verbatim, and refused wherever they appear.
BAD_IDS = {
    "a leading blank": " X",
    "a trailing no-break space": "X\u00a0",
    "a control character": "X\u0001Y",
    "an escape": "X\u001b[2J",
    "a C1 control": "X\u009b2J",
    "129 bytes": "x" * 129,
}


class Ids(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.omsd = Omsd()
        cls.omsd.put("/v1/locations/NYC", {})
        cls.omsd.post("/v1/orders", order("SO-1"))

    @classmethod
    def tearDownClass(cls):
        cls.omsd.__exit__()

    def refused(self, answer, path, what):
        self.assertEqual((answer.status, answer.code), (400, "invalid"), what)
        paths = [fault["path"] for fault in answer.body.get("faults", [])]
        self.assertIn(path, paths, what)

    def test_in_paths(self):
        calls = [
            ("PUT", "/v1/locations/{}", {}, "location"),
            ("GET", "/v1/locations/{}", None, "location"),
            ("PUT", "/v1/suppliers/{}", {"products": []}, "supplier"),
            ("PUT", "/v1/products/{}", {}, "sku"),
            ("GET", "/v1/stock/{}", None, "sku"),
            ("GET", "/v1/orders/{}", None, "order"),
            ("DELETE", "/v1/orders/SO-1/holds/{}", None, "hold"),
        ]
        segments = {what: quote(id, safe="") for what, id in BAD_IDS.items()}
        segments["Latin-1"] = "K%F6ln"
        segments["half a character"] = "K%E2%82"
        for method, pattern, body, path in calls:
            for what, segment in segments.items():
                with self.subTest(method=method, path=pattern, what=what):
                    answer = self.omsd.call(method, pattern.format(segment), body)
                    self.refused(answer, path, what)
        # And every list is still valid JSON.
        for path in ("/v1/locations", "/v1/suppliers", "/v1/audit", "/v1/orders"):
            json.loads(self.omsd.get(path).raw.decode("utf-8", "strict"))

    def test_in_parameters(self):
        for what, id in {**BAD_IDS, "Latin-1": "K\xf6ln"}.items():
            value = "K%F6ln" if what == "Latin-1" else quote(id, safe="")
            for path, name in (
                ("/v1/orders?brand=", "brand"),
                ("/v1/orders?customer=", "customer"),
                ("/v1/orders?sku=", "sku"),
                ("/v1/routing?brand=", "brand"),
                ("/v1/stock/A?location=", "location"),
            ):
                with self.subTest(path=path, what=what):
                    self.refused(self.omsd.get(path + value), name, what)

    def test_in_headers(self):
        for header in ("X-Actor", "Idempotency-Key"):
            named = {header.replace("-", "_"): "x" * 129}
            answer = self.omsd.post("/v1/orders", order("SO-9"), **named)
            self.refused(answer, header, header)

    def test_in_bodies(self):
        for what, id in BAD_IDS.items():
            bodies = [
                ("/v1/orders", order(id), "id"),
                ("/v1/orders", order("SO-2", brand=id), "brand"),
                ("/v1/orders", order("SO-2", channel=id), "channel"),
                ("/v1/orders", order("SO-2", customer={"id": id}), "customer.id"),
                ("/v1/orders", order("SO-2", reservation=id), "reservation"),
                (
                    "/v1/orders",
                    order("SO-2", payment={"captured": 1, "reference": id}),
                    "payment.reference",
                ),
                (
                    "/v1/orders",
                    {"id": "SO-2", "lines": [{"line": id, "sku": "A", "quantity": 1}]},
                    "lines[0].line",
                ),
                (
                    "/v1/orders",
                    {"id": "SO-2", "lines": [{"line": "1", "sku": id, "quantity": 1}]},
                    "lines[0].sku",
                ),
                ("/v1/orders/SO-1/holds", {"hold": id}, "hold"),
                ("/v1/orders/SO-1/returns", {"return": id, "lines": []}, "return"),
                ("/v1/fulfillments/SO-1:1/ship", {"shipment": id}, "shipment"),
                ("/v1/locations/NYC/receipts", {"sku": id, "quantity": 1}, "sku"),
                (
                    "/v1/locations/NYC/receipts",
                    {"sku": "A", "quantity": 1, "reference": id},
                    "reference",
                ),
                ("/v1/locations/NYC/counts", {"sku": id, "onHand": 1}, "sku"),
            ]
            for path, body, where in bodies:
                with self.subTest(path=path, where=where, what=what):
                    self.refused(self.omsd.post(path, body), where, what)
        brands = {"brands": ["ok", " b"]}
        self.refused(self.omsd.put("/v1/locations/X", brands), "brands[1]", "")

    def test_of_all_the_world_are_taken(self):
        for id in ("Köln", "北京", "a b", "a/b:c", "x" * 128):
            with self.subTest(id):
                path = "/v1/locations/" + quote(id, safe="")
                self.assertEqual(self.omsd.put(path, {}).status, 200)
                self.assertEqual(self.omsd.get(path).body["id"], id)

    def test_a_note_may_have_lines_and_must_be_utf8(self):
        path = "/v1/orders/SO-1/notes"
        self.assertEqual(self.omsd.post(path, {"text": " two\nlines "}).status, 200)
        latin = b'{"text": "K\xf6ln"}'
        self.assertEqual(self.omsd.post(path, latin).status, 400)

    def test_a_limit_is_one_limit(self):
        routing = {"tiers": [["store"]], "objectives": ["priority"]}
        for seconds, status in (
            (0, 200),
            (3153600000, 200),
            (3153600001, 400),
            (9e18, 400),
            (-1, 400),
        ):
            body = {**routing, "stuckAfterS": seconds}
            answer = self.omsd.put("/v1/routing?brand=limits", body)
            self.assertEqual(answer.status, status, answer.text)


class Access(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = pathlib.Path(folder.name) / "tokens"

    def token(self, name, *options):
        made = subprocess.run(
            [OMSCTL, "token", "--tokens", self.file, "--name", name, *options],
            capture_output=True,
            text=True,
            check=True,
        )
        return {"Authorization": "Bearer " + made.stdout.strip()}

    def test_a_token_may_what_its_role_and_brand_may(self):
        reader = self.token("reader", "--role", "read")
        shop = self.token("shop", "--role", "operate", "--brand", "acme")
        keeper = self.token("keeper", "--role", "stock")
        admin = self.token("admin", "--role", "admin")
        self.assertNotIn(admin["Authorization"].split()[1], self.file.read_text())
        with Omsd("--tokens", str(self.file)) as omsd:
            def status(method, path, body=None, **who):
                return omsd.call(method, path, body, **who).status

            self.assertEqual(status("GET", "/v1/orders"), 401)
            self.assertEqual(status("GET", "/v1/orders", Authorization="Bearer x"), 401)
            self.assertEqual(status("GET", "/healthz"), 200)
            for scheme in ("bearer", "BEARER"):
                other = reader["Authorization"].replace("Bearer", scheme)
                self.assertEqual(status("GET", "/v1/orders", Authorization=other), 200)
            self.assertEqual(status("PUT", "/v1/locations/NYC", {}, **shop), 403)
            self.assertEqual(status("PUT", "/v1/locations/NYC", {}, **admin), 200)
            count = {"sku": "A", "onHand": 5}
            self.assertEqual(status("POST", "/v1/locations/NYC/counts", count, **shop), 403)
            self.assertEqual(status("POST", "/v1/locations/NYC/counts", count, **keeper), 200)
            self.assertEqual(status("POST", "/v1/orders", order("O1"), **reader), 403)
            self.assertEqual(status("POST", "/v1/orders", order("O1"), **shop), 201)
            self.assertEqual(status("POST", "/v1/orders", order("O2", brand="other"), **shop), 403)
            self.assertEqual(status("GET", "/v1/orders/O1", **shop), 200)
            self.assertEqual(status("GET", "/v1/orders/O1?brand=acme", **reader), 200)
            self.assertEqual(status("GET", "/v1/orders/O1", **reader), 404)
            self.assertEqual(status("GET", "/v1/orders/O1?brand=other", **shop), 403)
            # It may be of any brand.
            self.assertEqual(status("DELETE", "/v1/reservations/R1", **shop), 403)
            events = omsd.get("/v1/orders/O1/timeline", **shop).body["events"]
            self.assertEqual(events[0]["by"], "shop")

    def test_the_file_of_tokens_is_its_owners(self):
        self.token("reader", "--role", "read")
        self.assertEqual(self.file.stat().st_mode & 0o777, 0o600)

    def test_nobody_from_elsewhere_is_served_without_tokens(self):
        for address in ("0.0.0.0:0", "127.example.com:0", "localhost.evil:0"):
            with self.subTest(address):
                with self.assertRaisesRegex(RuntimeError, "requires --tokens"):
                    Omsd("--listen", address)

    def test_a_port_that_does_not_exist_is_refused(self):
        for port in ("65536", "99999", "999999999999999999999"):
            with self.subTest(port):
                with self.assertRaisesRegex(RuntimeError, "a port is at most 65535"):
                    Omsd("--listen", f"127.0.0.1:{port}")

    def refusal(self, *options):
        """What an omsd says that can't start."""
        done = subprocess.run(
            [OMSD, "--listen", "127.0.0.1:0", *options],
            capture_output=True,
            text=True,
            timeout=60,
        )
        self.assertEqual(done.returncode, 2, done.stderr)
        return done.stderr

    def test_only_a_socket_that_nobody_has_is_replaced(self):
        folder = self.file.parent
        (folder / "file").write_text("mine")
        (folder / "link").symlink_to(folder / "file")
        path = folder / "omsd.sock"
        for option in ("--listen", "--rpc"):
            for name in ("file", "link", "."):
                with self.subTest(option=option, name=name):
                    why = self.refusal(option, f"unix:{folder / name}")
                    self.assertIn(f"can't listen on unix:{folder / name}: ", why)
                    self.assertIn("is no socket", why)
            self.assertEqual((folder / "file").read_text(), "mine")
            with Omsd("--listen", f"unix:{path}"):
                self.assertIn(
                    "another server has this socket",
                    self.refusal(option, f"unix:{path}"),
                )
                self.assertTrue(path.is_socket())
            # Killed, and so the socket is still there.
            self.assertTrue(path.is_socket())
            with Omsd(option, f"unix:{path}") as omsd:
                self.assertEqual(omsd.get("/healthz").status, 200)

    def test_a_port_in_use_is_named(self):
        with Omsd() as omsd:
            taken = f"127.0.0.1:{omsd.port}"
            for option in ("--listen", "--rpc"):
                self.assertEqual(
                    self.refusal(option, taken).splitlines()[-1],
                    f"omsd: can't listen on {taken}: Address already in use",
                )

    def test_who_waits_of_other_brands_has_no_ids(self):
        admin = self.token("admin", "--role", "admin")
        acme = self.token("acme", "--role", "operate", "--brand", "acme")
        with Omsd("--tokens", str(self.file)) as omsd:
            omsd.put("/v1/locations/NYC", {}, **admin)
            for brand, id in (("other", "O-1"), ("acme", "O-2")):
                body = paid(id, quantity=3, brand=brand)
                self.assertEqual(omsd.post("/v1/orders", body, **admin).status, 201)
                ids = [each for each in ("O-1", "O-2") if each <= id]
                eventually(
                    lambda: [
                        each["order"]
                        for each in omsd.get("/v1/stock/A", **admin).body["waiting"]
                    ]
                    == ids
                )
            for path in (
                "/v1/stock/A",
                "/v1/stock/A/waiting",
                "/v1/admin/actors/waitingLine/A",
            ):
                answer = omsd.get(path, **acme)
                line = answer.body["waiting"]
                seen = [(one.get("order", ""), one["quantity"]) for one in line]
                self.assertEqual(seen, [("", 3), ("O-2", 3)], path)
                self.assertNotIn("O-1", answer.text)
                self.assertNotIn("other", answer.text)
            text = omsd.get("/v1/stock/A/waiting", Accept="text/plain", **acme).text
            self.assertIn("6 units backordered", text)
            self.assertNotIn("O-1", text)

    def refused_token(self, *options):
        made = subprocess.run(
            [OMSCTL, "token", "--tokens", self.file, "--role", "read", *options],
            capture_output=True,
            text=True,
        )
        self.assertEqual(made.returncode, 2, made.stdout)
        self.assertEqual(made.stdout, "")
        return made.stderr

    def test_a_token_has_a_name_of_its_own(self):
        self.token("shop", "--role", "read")
        before = self.file.read_text()
        self.assertIn("already has a token named shop", self.refused_token("--name", "shop"))
        for name, why in (
            ("", "is empty"),
            (" shop2", "whitespace"),
            ("shop\u00a0", "whitespace"),
            ("sh\x1b[2Jop", "control characters"),
            ("x" * 129, "longer than 128 bytes"),
            ("router", "a part of the engine"),
            ("Journal", "a part of the engine"),
            ("waiting line", "a part of the engine"),
            ("waiting_line", "a part of the engine"),
            ("deadlines", "a part of the engine"),
            ("api", "a part of the engine"),
            ("system", "a part of the engine"),
        ):
            said = self.refused_token("--name", name)
            self.assertIn(why, said, name)
            self.assertNotIn("\x1b", said)
        self.assertIn("brand", self.refused_token("--name", "x", "--brand", " b"))
        self.assertEqual(self.file.read_text(), before)

    def test_a_file_with_a_token_of_the_engine_is_refused(self):
        entry = {"name": "router", "sha256": "0" * 64, "roles": ["admin"]}
        self.file.write_text(json.dumps({"tokens": [entry]}))
        with self.assertRaisesRegex(RuntimeError, r"tokens\[0\].*part of the engine"):
            Omsd("--tokens", str(self.file))

    def test_nobody_acts_as_a_part_of_the_engine(self):
        shop = self.token("shop", "--role", "operate")
        with Omsd("--tokens", str(self.file)) as omsd:
            for name in ("router", "Router", "waiting line", "journal", "api"):
                answer = omsd.post("/v1/orders", order("O1"), X_Actor=name, **shop)
                self.assertEqual((answer.status, answer.code), (400, "invalid"), name)
                self.assertEqual(answer.body["faults"][0]["path"], "X-Actor")
            answer = omsd.post("/v1/orders", order("O1"), X_Actor="anna", **shop)
            self.assertEqual(answer.status, 201)

    def test_nobody_signs_as_a_location_or_supplier(self):
        with Omsd() as omsd:
            omsd.put("/v1/locations/NYC", {})
            omsd.put("/v1/suppliers/DS-1", {"products": []})
            for name in ("NYC", "DS-1"):
                answer = omsd.post("/v1/orders", order("O1"), X_Actor=name)
                self.assertEqual((answer.status, answer.code), (403, "forbidden"))
            for path in ("/v1/locations/Router", "/v1/suppliers/location"):
                answer = omsd.put(path, {})
                self.assertEqual((answer.status, answer.code), (400, "invalid"))

    def test_the_log_of_calls_names_the_token(self):
        shop = self.token("shop", "--role", "operate")
        with Omsd("--tokens", str(self.file), "--log-calls") as omsd:
            omsd.post("/v1/orders", order("O1"), X_Actor="anna", **shop)
            omsd.get("/healthz")
            eventually(lambda: omsd.said().count('"call"') >= 2)
            calls = [json.loads(line) for line in omsd.said().splitlines()]
            placed = [each for each in calls if each.get("route") == "/v1/orders"]
            self.assertEqual([each["token"] for each in placed], ["shop"])
            self.assertEqual([each["by"] for each in placed], ["anna"])

    def test_statistics_are_not_for_a_token_of_one_brand(self):
        acme = self.token("acme", "--role", "operate", "--brand", "acme")
        reader = self.token("reader", "--role", "read")
        admin = self.token("admin", "--role", "admin", "--brand", "acme")
        with Omsd("--tokens", str(self.file)) as omsd:
            for path in ("/v1/admin/stats", "/metrics", "/v1/admin/actors"):
                answer = omsd.get(path, **acme)
                self.assertEqual((answer.status, answer.code), (403, "forbidden"), path)
                self.assertEqual(omsd.get(path, **reader).status, 200, path)
                self.assertEqual(omsd.get(path, **admin).status, 200, path)
            shard = "/v1/admin/actors/directory/0"
            self.assertEqual(omsd.get(shard, **acme).status, 403)

    def test_a_broken_file_of_tokens_is_named(self):
        self.file.write_text('{"tokens":[{"name":"x"}]}')
        with self.assertRaisesRegex(RuntimeError, r"tokens\[0\]"):
            Omsd("--tokens", str(self.file))


class Ends(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.store = pathlib.Path(folder.name) / "store"

    def test_what_was_answered_survives_a_kill(self):
        with Omsd(store=self.store) as omsd:
            self.assertEqual(omsd.post("/v1/orders", order("O1")).status, 201)
            omsd.kill()
        with Omsd(store=self.store) as omsd:
            self.assertEqual(omsd.get("/v1/orders/O1").status, 200)
            self.assertEqual(omsd.stop(), 0)

    def test_a_key_is_remembered_over_a_kill(self):
        note = {"text": "once"}
        with Omsd(store=self.store) as omsd:
            omsd.post("/v1/orders", order("O1"))
            first = omsd.post("/v1/orders/O1/notes", note, Idempotency_Key="k:1")
            self.assertEqual(first.status, 200)
            omsd.kill()
        with Omsd(store=self.store) as omsd:
            again = omsd.post("/v1/orders/O1/notes", note, Idempotency_Key="k:1")
            self.assertEqual((again.status, again.body), (200, first.body))
            other = omsd.post("/v1/orders/O1/notes", {"text": "2"}, Idempotency_Key="k:1")
            self.assertEqual((other.status, other.code), (409, "conflict"))
            events = omsd.get("/v1/orders/O1/timeline").body["events"]
            self.assertEqual(sum(one["kind"] == "note.added" for one in events), 1)
            self.assertTrue(omsd.get("/v1/audit?limit=1000").body["events"][-1]["command"].startswith("key::k%3A1:"))

    def test_an_order_that_is_answered_again_has_its_location(self):
        with Omsd(store=self.store) as omsd:
            first = omsd.post("/v1/orders", order("O 1"), Idempotency_Key="k")
            omsd.kill()
        with Omsd(store=self.store) as omsd:
            again = omsd.post("/v1/orders", order("O 1"), Idempotency_Key="k")
            self.assertEqual((again.status, again.body), (201, first.body))
            self.assertEqual(again.headers["Location"], "/v1/orders/O%201")
            self.assertEqual(first.headers["Location"], "/v1/orders/O%201")

    def test_the_log_is_json_whoever_writes_it(self):
        certificate = self.store.parent / "certificate.pem"
        key = self.store.parent / "key.pem"
        made = subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
            + ["-subj", "/CN=localhost", "-keyout", key, "-out", certificate],
            capture_output=True,
        )
        if made.returncode != 0:
            self.skipTest("openssl makes no certificate here")
        pair = ("--tls-certificate", str(certificate), "--tls-key", str(key))
        with Omsd(*pair, "--rpc", "127.0.0.1:0") as omsd:
            rpc = re.search(r":(\d+)$", omsd.process.stdout.readline())
            for port, what, key, said in (
                (omsd.port, "connection failed", "failure", "TLS"),
                (int(rpc[1]), "kj", "text", "tls"),
            ):
                connection = socket.create_connection(("127.0.0.1", port))
                connection.sendall(b"this is no TLS\r\n\r\n")

                def told():
                    lines = [json.loads(line) for line in omsd.said().splitlines()]
                    return [line for line in lines if line["what"] == what]

                self.assertIn(said, eventually(told)[0][key])
                connection.close()

    def test_a_second_omsd_on_the_same_store_is_refused(self):
        with Omsd(store=self.store):
            with self.assertRaisesRegex(RuntimeError, "another process"):
                Omsd(store=self.store)

    def test_a_network_file_is_set_up(self):
        file = self.store.parent / "network.json"
        file.write_text(json.dumps({"locations": [{"id": "NYC"}, {"id": "LAX"}]}))
        with Omsd("--network", str(file)) as omsd:
            ids = {one["id"] for one in omsd.get("/v1/locations").body["locations"]}
            self.assertEqual(ids, {"NYC", "LAX"})
        network = {
            "locations": [{"id": "NYC"}],
            "stock": [{"location": "NYC", "sku": "MUG", "onHand": 7, "safetyStock": 2}],
            "routing": [{"objectives": ["priority"]}, {"brand": "b1", "maxShipments": 1}],
        }
        file.write_text(json.dumps(network))
        store = self.store.parent / "of-a-network"
        for on_hand in (7, 9):
            with Omsd("--network", str(file), store=store) as omsd:
                (stock,) = omsd.get("/v1/locations/NYC/stock").body["stock"]
                self.assertEqual((stock["onHand"], stock["safetyStock"]), (on_hand, 2))
                rules = omsd.get("/v1/routing?brand=b1").body["rules"]
                self.assertEqual(rules["maxShipments"], 1)
                # What the store knows by then is not replaced by the file.
                omsd.post("/v1/locations/NYC/counts", {"sku": "MUG", "onHand": 9})
        file.write_text('{"locations":[{"id":"NYC","colour":"red"}]}')
        with self.assertRaisesRegex(RuntimeError, "colour"):
            Omsd("--network", str(file))


if __name__ == "__main__":
    unittest.main()
