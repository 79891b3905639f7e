#!/usr/bin/env python3
"""The OpenAPI document, by the tools of others.

A validator reads it, a fuzzer asks the live API by it, and a client that was
generated from it places and ships an order. Needs packages from PyPI, see
requirements.txt; `tools/test --all` brings them.
"""

import importlib
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from omsd import Omsd, eventually  # noqa: E402

PROGRAMS = pathlib.Path(sys.executable).parent


def run(*arguments, **options):
    return subprocess.run(
        [PROGRAMS / arguments[0], *arguments[1:]],
        capture_output=True,
        text=True,
        env={"PATH": f"{PROGRAMS}:/usr/bin:/bin", "HOME": tempfile.gettempdir()},
        **options,
    )


class OpenApi(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.omsd = Omsd()
        self.addCleanup(self.omsd.__exit__)
        self.document = self.folder / "openapi.json"
        self.document.write_bytes(self.omsd.get("/openapi.json").raw)

    def test_is_valid(self):
        checked = run("openapi-spec-validator", self.document)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)

    def test_describes_every_answer_that_a_fuzzer_gets(self):
        """No 5xx, no answer that is not described, nothing wrong accepted.

        Left out: that all that fits the schema is accepted, for an order that
        is not there can't be shown; and which methods OPTIONS tells.
        """
        self.omsd.put("/v1/locations/NYC", {})
        fuzzed = run(
            "schemathesis",
            "run",
            self.document,
            "--url",
            f"http://127.0.0.1:{self.omsd.port}",
            "--max-examples=20",
            "--seed=1",
            "--workers=1",
            "--exclude-checks=positive_data_acceptance,unsupported_method",
            cwd=self.folder,
            timeout=900,
        )
        self.assertEqual(fuzzed.returncode, 0, fuzzed.stdout[-6000:] + fuzzed.stderr)
        cases = re.search(r"(\d+) generated", fuzzed.stdout)
        self.assertGreater(int(cases[1]), 500, fuzzed.stdout[-2000:])

    def test_makes_a_client_that_places_and_ships(self):
        made = run(
            "openapi-python-client",
            "generate",
            "--path",
            self.document,
            "--output-path",
            self.folder / "made",
        )
        self.assertEqual(made.returncode, 0, made.stdout + made.stderr)
        self.assertNotIn("WARNING", made.stdout)
        sys.path.insert(0, str(self.folder / "made"))
        self.addCleanup(sys.path.remove, str(self.folder / "made"))
        package = "order_management_engine_client"
        client = importlib.import_module(package).Client(
            base_url=f"http://127.0.0.1:{self.omsd.port}"
        )
        models = importlib.import_module(package + ".models")

        def call(name, **arguments):
            module = importlib.import_module(f"{package}.api.default.{name}")
            answer = module.sync_detailed(client=client, **arguments)
            self.assertLess(answer.status_code, 300, answer.content)
            return answer.parsed

        call("put_locations_by_location", location="NYC", body=models.Location())
        call(
            "post_locations_by_location_receipts",
            location="NYC",
            body=models.Receipt(sku="A", quantity=5),
        )
        line = models.OrderLine(line="1", sku="A", quantity=2, unit_price=100)
        paid = models.Prepayment(captured=200)
        call("post_orders", body=models.Order(id="G-1", lines=[line], payment=paid))

        def seen():
            return call("get_orders_by_order", order="G-1")

        work = eventually(lambda: seen().fulfillments)[0]
        call(
            "post_fulfillments_by_fulfillment_ship",
            fulfillment=work.id,
            body=models.Ship(shipment="P-1"),
        )
        self.assertEqual(seen().status.value, "fulfilled")


if __name__ == "__main__":
    unittest.main()
