#!/usr/bin/env python3
"""A gateway in Python: pycapnp, whose Cap'n Proto is another than omsd's.

It compiles the schemas of the build itself, as any client would, and does what
a gateway does: define, stock up, place, ask, listen, connect again.

Run by hand: python3 tests/rpc/python/pycapnp_test.py --omsd PATH --schema
build/release/generated/messages/api/rpc.capnp
"""

import argparse
import asyncio
import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest

import capnp

arguments = argparse.ArgumentParser()
arguments.add_argument("--omsd", required=True)
arguments.add_argument("--schema", required=True)
known, others = arguments.parse_known_args()
OMSD = known.omsd

capnp.remove_import_hook()
# /capnp/c++.capnp comes with pycapnp.
OWN = pathlib.Path(capnp.__file__).parent
rpc = capnp.load(
    known.schema, imports=[str(OWN), str(OWN.parent), "/usr/include"]
)


class Listener(rpc.Listener.Server):
    def __init__(self, heard):
        self.heard = heard

    async def events(self, events, upto, **_):
        self.heard += [(each.sequence, each.kind) for each in events]


def order(number):
    return {
        "order": {"id": f"SO-{number}"},
        "body": {
            "lines": [{"line": "1", "sku": "A", "quantity": 2, "unitPrice": 100}],
            "payment": {"captured": 200},
        },
    }


class Gateway(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.omsd = subprocess.Popen(
            [OMSD, "--store", folder.name + "/store", "--listen", "127.0.0.1:0"]
            + ["--rpc", "127.0.0.1:0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.addCleanup(self.omsd.stdout.close)
        self.addCleanup(self.omsd.wait)
        self.addCleanup(self.omsd.kill)
        for line in self.omsd.stdout:
            if "capnp://" in line:
                self.port = int(line.rsplit(":", 1)[1])
                break

    async def engine(self):
        stream = await capnp.AsyncIoStream.create_connection("127.0.0.1", self.port)
        self.client = capnp.TwoPartyClient(stream)
        gateway = self.client.bootstrap().cast_as(rpc.Gateway)
        return (await gateway.login(token="")).engine

    async def settled(self, engine, number):
        for _ in range(500):
            got = (await engine.order(order={"id": f"SO-{number}"})).order
            if len(got.fulfillments) == 1:
                return got
            await asyncio.sleep(0.01)
        self.fail("the order is not routed")

    async def test_a_day(self):
        async with capnp.kj_loop():
            engine = await self.engine()
            got = await engine.run(
                commands=[
                    {"location": {"id": "NYC"}},
                    {"receipt": {"location": "NYC", "sku": "A", "quantity": 500}},
                    {"plan": {"order": "none"}},
                ]
            )
            self.assertEqual(
                [each.which() for each in got.answers],
                ["receipt", "receipt", "problem"],
            )
            self.assertEqual(got.answers[2].problem.code, "notFound")

            heard = []
            held = (
                await engine.subscribe(after=0, listener=Listener(heard))
            ).subscription
            got = await engine.place(orders=[order(n) for n in range(100)])
            self.assertEqual({each.which() for each in got.answers}, {"receipt"})

            shown = await self.settled(engine, 1)
            self.assertEqual(shown.total, 200)
            self.assertEqual(shown.fulfillments[0].source.id, "NYC")
            work = {"action": "accept", "fulfillment": shown.fulfillments[0].id}
            got = await engine.run(commands=[{"work": work}])
            self.assertEqual(got.answers[0].which(), "receipt")

            stats = (await engine.stats()).stats
            self.assertEqual(stats.orders, 100)
            for _ in range(500):
                if heard and heard[-1][0] >= stats.sequence:
                    break
                await asyncio.sleep(0.01)
            self.assertEqual(
                [at for at, _ in heard], list(range(1, heard[-1][0] + 1))
            )
            placed = [kind for _, kind in heard if kind == "order.placed"]
            self.assertEqual(len(placed), 100)
            del held

    async def test_it_stops_in_order(self):
        async with capnp.kj_loop():
            engine = await self.engine()
            self.assertEqual((await engine.stats()).stats.orders, 0)
            self.omsd.send_signal(signal.SIGTERM)
            self.assertEqual(await asyncio.to_thread(self.omsd.wait, 20), 0)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *others])
