#!/usr/bin/env python3
"""One caller does not keep the others from asking.

Run by hand: OMSD=build/release/omsd OMSCTL=build/release/omsctl \
    python3 tests/omsd/shares_test.py [-v]
"""

import json
import pathlib
import re
import resource
import socket
import subprocess
import tempfile
import unittest

from omsd import OMSCTL, Omsd

# More than may wait for one caller, tools/omsd/query_pool.hpp.
CALLS = 2_600
WAIT = 2_000
# So many that looking through all of them takes longer than sending a request,
# on a busy machine too.
PRODUCTS = 15_000


def counted(omsd, name, **who):
    found = re.search(rf"^{name} (\S+)$", omsd.get("/metrics", **who).text, re.M)
    return float(found[1])


class Shares(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        if most < CALLS + 100:
            self.skipTest(f"a process may open {most} files alone")
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

    def token(self, name):
        made = subprocess.run(
            [OMSCTL, "token", "--tokens", self.folder / "tokens"]
            + ["--name", name, "--role", "read"],
            capture_output=True,
            text=True,
            check=True,
        )
        return {"Authorization": "Bearer " + made.stdout.strip()}

    def test_who_asks_much_waits_for_himself(self):
        much, little = self.token("much"), self.token("little")
        products = [{"sku": f"P-{i}"} for i in range(PRODUCTS)]
        network = self.folder / "network.json"
        network.write_text(json.dumps({"locations": [{"id": "NYC"}], "products": products}))
        with Omsd(
            "--tokens", str(self.folder / "tokens"), "--network", str(network)
        ) as omsd:
            # Nothing is found, so all events are looked at.
            request = (
                "GET /v1/notifications HTTP/1.1\r\nHost: x\r\n"
                f"Authorization: {much['Authorization']}\r\n\r\n"
            ).encode()
            asking = []
            for _ in range(CALLS):
                asking.append(socket.create_connection(("127.0.0.1", omsd.port)))
                self.addCleanup(asking[-1].close)
            for each in asking:
                each.sendall(request)
            for _ in range(20):
                seen = omsd.get("/v1/products/P-7", **little)
                self.assertEqual(seen.status, 200)
            waiting = counted(omsd, "oms_queries_waiting", **little)
            self.assertGreater(waiting, 0, "the others were not overtaken")
            self.assertLessEqual(waiting, WAIT)
            answers = [each.recv(65536).decode() for each in asking]
            refused = [one for one in answers if one.startswith("HTTP/1.1 429 ")]
            self.assertEqual(
                len(refused), counted(omsd, "oms_queries_refused_total", **little)
            )
            self.assertGreater(len(refused), 0)
            for one in refused:
                self.assertIn("\r\nRetry-After: 1\r\n", one)
            served = [one for one in answers if one.startswith("HTTP/1.1 200 ")]
            self.assertEqual(len(served) + len(refused), CALLS)


if __name__ == "__main__":
    unittest.main()
