#!/usr/bin/env python3
"""Inputs for a fuzzer to start with: seeds.py http|body FOLDER.

One call of each kind that the API has, as a whole request or as its body.
"""

import json
import pathlib
import sys

LINES = [{"line": "1", "quantity": 1}]
ORDER = {
    "id": "SO-1",
    "brand": "",
    "channel": "web",
    "placedAt": "2026-01-05T10:00:00Z",
    "currency": "USD",
    "customer": {"id": "C-1", "name": "Ann", "email": "ann@example.com"},
    "shipTo": {"line1": "1 Main St", "country": "US", "latitude": 39.8, "longitude": -89.6},
    "lines": [{"line": "1", "sku": "A", "quantity": 2, "unitPrice": 1000, "tax": 80}],
    "shipping": {"service": "standard", "price": 500},
    "policy": "asAvailable",
    "payment": {"captured": 2660, "reference": "ch_1"},
}
CALLS = [
    ("POST", "/v1/orders", ORDER),
    ("GET", "/v1/orders?status=pending&sku=A&limit=2&placedAfter=2026-01-01T00:00:00Z", None),
    ("GET", "/v1/orders/SO-1?at=5", None),
    ("GET", "/v1/orders/SO-1/timeline", None),
    ("GET", "/v1/orders/SO-1/decisions", None),
    ("POST", "/v1/orders/SO-1/payments", {"event": "captured", "amount": 5}),
    ("POST", "/v1/orders/SO-1/cancellations", {"lines": LINES, "reason": "changed"}),
    ("POST", "/v1/orders/SO-1/holds", {"hold": "fraud", "reason": "odd"}),
    ("DELETE", "/v1/orders/SO-1/holds/fraud", None),
    ("POST", "/v1/orders/SO-1/notes", {"text": "a \u00fc \ud83d\ude00 note"}),
    ("POST", "/v1/orders/SO-1/plan", {}),
    ("POST", "/v1/orders/SO-1/refunds", {"amount": 3, "reason": "sorry"}),
    ("POST", "/v1/orders/SO-1/refunds/1/settlement", {"succeeded": True}),
    ("POST", "/v1/orders/SO-1/returns", {"return": "R", "lines": LINES}),
    (
        "POST",
        "/v1/orders/SO-1/returns/R/receipt",
        {"location": "NYC", "lines": [{**LINES[0], "condition": "sellable"}]},
    ),
    ("POST", "/v1/orders/SO-1/returns/R/decision", {"accepted": False}),
    ("GET", "/v1/fulfillments?location=NYC&status=open&limit=1", None),
    ("POST", "/v1/fulfillments/SO-1%3A1/pick", {"lines": [{"sku": "A", "quantity": 1}]}),
    ("POST", "/v1/fulfillments/SO-1:1/reject", {"lines": LINES, "reason": "damaged"}),
    ("POST", "/v1/fulfillments/SO-1:1/cancelAnswer", {"agreed": True}),
    ("POST", "/v1/fulfillments/SO-1:1/labels/L", {"carrier": "UPS", "cost": 5}),
    ("DELETE", "/v1/fulfillments/SO-1:1/labels/L", None),
    ("POST", "/v1/orders/SO-1/backorders/answer", {"line": "1", "answer": "wait"}),
    ("POST", "/v1/fulfillments/SO-1:1/move", {"to": "LAX", "reason": "staff"}),
    ("POST", "/v1/orders/consolidate", {"brand": "b", "limit": 3, "preview": True}),
    (
        "POST",
        "/v1/orders/SO-1/whatif",
        {
            "without": ["NYC"],
            "receipts": [{"location": "LAX", "sku": "A", "quantity": 2}],
            "routing": {"tiers": [["store"]], "objectives": ["nearest"]},
        },
    ),
    (
        "POST",
        "/v1/notifications/3/deliveries",
        {"channel": "email", "outcome": "dead", "attempt": 2, "reason": "550"},
    ),
    ("POST", "/v1/alerts/4/acknowledgement", {"note": "seen"}),
    ("POST", "/v1/fulfillments/SO-1:1/ship", {"shipment": "P", "carrier": "UPS"}),
    ("POST", "/v1/shipments/P/tracking", {"status": "inTransit"}),
    ("PUT", "/v1/locations/LAX", {"kind": "store", "latitude": 1.5, "longitude": 2}),
    ("POST", "/v1/locations/NYC/receipts", {"sku": "A", "quantity": 5, "reference": "PO"}),
    ("POST", "/v1/locations/NYC/adjustments", {"sku": "A", "delta": -1}),
    ("POST", "/v1/locations/NYC/counts", {"sku": "A", "onHand": 7}),
    ("POST", "/v1/locations/NYC/counts", {"lines": [{"sku": "A", "onHand": 7}]}),
    (
        "PUT",
        "/v1/locations/NYC/incoming/PO-2",
        {"lines": [{"sku": "A", "quantity": 5}], "expected": "2026-02-01"},
    ),
    ("GET", "/v1/incoming?sku=A&overdue=false&limit=2", None),
    (
        "POST",
        "/v1/transfers",
        {"transfer": "T", "from": "NYC", "to": "LAX", "lines": [{"sku": "A", "quantity": 1}]},
    ),
    ("POST", "/v1/transfers/T/close", None),
    ("POST", "/v1/locations/NYC/safetyStock", {"sku": "A", "quantity": 1}),
    ("GET", "/v1/stock/A", None),
    ("GET", "/v1/stock/A/waiting", None),
    ("PUT", "/v1/suppliers/DS", {"products": [{"sku": "A", "available": 3}]}),
    ("PATCH", "/v1/suppliers/DS", {"active": False, "name": None}),
    ("PATCH", "/v1/locations/LAX", {"brands": ["b"], "latitude": 2}),
    ("PUT", "/v1/products/A", {"name": "an A", "restockDate": "2026-02-01T00:00:00Z"}),
    ("PUT", "/v1/routing?brand=b", {"tiers": [["warehouse"]], "objectives": ["priority"]}),
    ("GET", "/v1/audit?after=3&limit=2", None),
    ("GET", "/v1/admin/actors/waitingLine/A", None),
    ("GET", "/openapi.json", None),
]


def request(method, path, body, *headers):
    """As it travels."""
    content = b"" if body is None else json.dumps(body).encode()
    lines = [f"{method} {path} HTTP/1.1", "Host: x", *headers]
    if body is not None:
        lines.append(f"Content-Length: {len(content)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


def requests():
    for call in CALLS:
        yield request(*call)
    yield request(*CALLS[0], "Idempotency-Key: k", "X-Actor: ann")
    yield request(*CALLS[2], "Accept: text/plain", "Accept-Encoding: gzip")
    yield request("HEAD", "/healthz", None) + request("PATCH", "/v1/orders", {})
    chunked = "POST /v1/orders HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    yield chunked.encode() + b'a\r\n{"id":"1","\r\n6\r\nlines"\r\n0\r\n\r\n'


def main():
    kind, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    bodies = (json.dumps(body).encode() for _, _, body in CALLS if body is not None)
    for number, seed in enumerate(requests() if kind == "http" else bodies):
        (folder / f"{number:02}").write_bytes(seed)


if __name__ == "__main__":
    main()
