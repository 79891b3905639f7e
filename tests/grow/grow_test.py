#!/usr/bin/env python3
"""How few files a new field of an order, a new event and a new command touch.

A copy of the tree gets one of each by the edits below, which are those of
docs/CONTRIBUTING.md. Its programs are built, and must have the field, the event
and the command wherever they are of use. So a place that names the fields of an
order one by one, and needs a line for a new one, fails here.

Run by hand: OMSCTL=build/release/omsctl python3 tests/grow/grow_test.py FOLDER
"""

import csv
import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Each edit: a file, a text that it has once, and what is inserted after that.

FIELD = [
    (
        "messages/order.hpp",
        "  std::optional<prepayment> payment;\n",
        "  std::string gift_note;\n",
    ),
    (
        "messages/order.hpp",
        "    OMS_FIELD(reservation, 10, .is = unless_empty),\n",
        "    OMS_FIELD(gift_note, 16, .is = unless_empty),\n",
    ),
]

EVENT = [
    (
        "messages/events.hpp",
        'OMS_FIELDS(note_added, "note.added", "", OMS_FIELD(text, 0, .json = "note"));\n',
        """
struct order_wrapped {
  std::string paper;
  friend bool operator==(const order_wrapped&,
                         const order_wrapped&) = default;
};
OMS_FIELDS(order_wrapped, "order.wrapped", "", OMS_FIELD(paper, 0));
""",
    ),
    (
        "messages/events.hpp",
        "backorder_dated, incoming_checked",
        ", order_wrapped",
    ),
    (
        "actors/order/order.cpp",
        "  void operator()(const note_added&) const {}\n",
        "  void operator()(const order_wrapped&) const {}\n",
    ),
    (
        "actors/outbox.cpp",
        "  void operator()(const note_added&) {}\n",
        "  void operator()(const order_wrapped&) {}\n",
    ),
    (
        "tools/text/timeline_text.cpp",
        '  void operator()(const note_added& e) { say("note", e.text); }\n',
        '  void operator()(const order_wrapped& e) { say("wrapped", e.paper); }\n',
    ),
]

COMMAND = [
    (
        "messages/commands.hpp",
        "           OMS_FIELD(text, 2, .is = required));\n",
        """
struct wrap_order {
  order_key order;
  std::string paper;
};
OMS_FIELDS(wrap_order, "Wrapping", "",
           OMS_FIELD(order.id, 0, .json = "order", .is = in_path | required),
           OMS_FIELD(order.brand, 1, .is = in_path),
           OMS_FIELD(paper, 2, .is = required | identifier));
""",
    ),
    (
        "messages/commands.hpp",
        "count_stock, set_safety_stock",
        ", wrap_order",
    ),
    (
        "actors/order/note.hpp",
        "                                    const add_note& command, timestamp now);\n",
        """
[[nodiscard]] order_decision decide(const order_state& state,
                                    const wrap_order& command, timestamp now);
""",
    ),
    (
        "actors/order/note.cpp",
        "  change.emit(note_added{command.text});\n  return change.finish();\n}\n",
        """
order_decision decide(const order_state& state, const wrap_order& command,
                      timestamp now) {
  order_change change(state, now);
  change.emit(order_wrapped{command.paper});
  return change.finish();
}
""",
    ),
    (
        "tools/omsd/order_routes.cpp",
        "shape<add_note>(),\n      on_order<add_note>);\n",
        """\
  add("/v1/orders/{order}/wrapping", "Wrap the order.", shape<wrap_order>(),
      on_order<wrap_order>);
""",
    ),
]

# Its word over RPC, for all commands have numbers there.
WORD = [
    (
        "messages/api/commands.cpp",
        '    named<consolidate_orders>("consolidation", 35),\n',
        '    named<wrap_order>("wrapping", 36),\n',
    ),
]

NOTE = "For Ann: thirty, at last!"


def files_of(edits):
    return {file for file, _, _ in edits}


def copy_tree(to):
    """What git has or would take, as it is in the folder now."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to / name)


def edit(root, edits):
    for file, anchor, text in edits:
        path = root / file
        before = path.read_text(encoding="utf-8")
        if before.count(anchor) != 1:
            raise AssertionError(
                f"{file} has {before.count(anchor)} times, and not once:\n{anchor}"
            )
        after = before.replace(anchor, anchor + text)
        path.write_text(after, encoding="utf-8")


def run(*command, **options):
    """What it prints; fails with all that it said."""
    done = subprocess.run(
        [str(part) for part in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **options,
    )
    if done.returncode != 0:
        words = " ".join(str(part) for part in command)
        raise AssertionError(f"{words}:\n{done.stdout[-8000:]}")
    return done.stdout


def build(root):
    run("cmake", "--preset", "release", "-DOMS_BENCH=OFF", cwd=root)
    out = root / "build/release"
    run("cmake", "--build", out, "--target", "omsctl", "omsd", "grow_state_hash")
    return out


def order(id, **more):
    lines = [{"line": "1", "sku": "MUG", "quantity": 2, "unitPrice": 100}]
    return {"id": id, "lines": lines, **more}


class Edits(unittest.TestCase):
    def test_a_field_of_an_order_touches_two_files_at_most(self):
        self.assertLessEqual(len(files_of(FIELD)), 2)

    def test_an_event_touches_four_files_at_most(self):
        self.assertLessEqual(len(files_of(EVENT)), 4)

    def test_a_command_touches_four_files_and_the_list_of_rpc_at_most(self):
        self.assertLessEqual(len(files_of(COMMAND)), 4)
        self.assertEqual(files_of(WORD), {"messages/api/commands.cpp"})

    def test_a_missing_anchor_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "a.hpp").write_text("one\none\n", encoding="utf-8")
            for anchor, times in (("two\n", 0), ("one\n", 2)):
                with self.assertRaisesRegex(AssertionError, f"a.hpp has {times}"):
                    edit(root, [("a.hpp", anchor, "three\n")])


class Grown(unittest.TestCase):
    """Over a store with two orders: one uses all that is new, one nothing."""

    folder = None

    @classmethod
    def setUpClass(cls):
        shutil.rmtree(cls.folder, ignore_errors=True)
        cls.folder.mkdir(parents=True)
        copy_tree(cls.folder)
        edit(cls.folder, FIELD + EVENT + COMMAND + WORD)
        cls.built = build(cls.folder)
        cls.store = cls.folder / "store"
        cls.before = os.environ["OMSCTL"]
        os.environ["OMSD"] = str(cls.built / "omsd")
        os.environ["OMSCTL"] = str(cls.built / "omsctl")
        sys.path.insert(0, str(ROOT / "tests/omsd"))
        cls.module = __import__("omsd")
        cls.omsd = cls.start()
        cls.placed = cls.said(201, "post", "/v1/orders", order("SO-1", giftNote=NOTE))
        cls.said(201, "post", "/v1/orders", order("SO-2"))
        cls.wrapped = cls.said(
            200, "post", "/v1/orders/SO-1/wrapping", {"paper": "red"}
        )

    @classmethod
    def tearDownClass(cls):
        cls.omsd.__exit__()

    @classmethod
    def start(cls, *options):
        return cls.module.Omsd(*options, store=cls.store)

    @classmethod
    def said(cls, status, method, path, *body):
        answer = getattr(cls.omsd, method)(path, *body)
        if answer.status != status:
            raise AssertionError(f"{path}: {answer.status} {answer.text}")
        return answer.body

    def kinds(self, path="/v1/orders/SO-1/timeline"):
        return [each["kind"] for each in self.said(200, "get", path)["events"]]

    def omsctl(self, *arguments):
        return run(self.built / "omsctl", *arguments)

    def expect_all_over_http(self):
        self.assertEqual(self.said(200, "get", "/v1/orders/SO-1")["giftNote"], NOTE)
        self.assertNotIn("giftNote", self.said(200, "get", "/v1/orders/SO-2"))
        events = self.said(200, "get", "/v1/orders/SO-1/timeline")["events"]
        self.assertEqual(events[0]["giftNote"], NOTE)
        self.assertEqual(events[-1]["kind"], "order.wrapped")
        self.assertEqual(events[-1]["paper"], "red")

    def test_http_reads_and_writes_them(self):
        self.expect_all_over_http()

    def test_http_checks_them(self):
        for path, body, fault in (
            ("/v1/orders", order("SO-3", giftNote=5), "giftNote"),
            ("/v1/orders", order("SO-3", giftNote="\0"), "giftNote"),
            ("/v1/orders/SO-1/wrapping", {"paper": 5}, "paper"),
            ("/v1/orders/SO-1/wrapping", {"colour": "red"}, "colour"),
            ("/v1/orders/SO-1/wrapping", {}, "paper"),
        ):
            faults = self.said(400, "post", path, body)["faults"]
            self.assertIn(fault, [each["path"] for each in faults], body)

    def test_the_openapi_document_has_them(self):
        document = self.said(200, "get", "/openapi.json")
        schemas = document["components"]["schemas"]
        # In what is sent, null counts as left out.
        for schema, type in (("Order", ["string", "null"]), ("OrderView", "string")):
            field = schemas[schema]["properties"]["giftNote"]
            self.assertEqual(field["type"], type, schema)
        self.assertIn("paper", schemas["Wrapping"]["properties"])
        self.assertIn("/v1/orders/{order}/wrapping", document["paths"])

    def test_an_order_as_of_a_moment_has_what_it_had(self):
        placed, wrapped = self.placed["sequence"], self.wrapped["sequence"]
        earlier = self.said(200, "get", f"/v1/orders/SO-1?at={placed}")
        self.assertEqual(earlier["giftNote"], NOTE)
        path = "/v1/orders/SO-1/timeline?at="
        self.assertNotIn("order.wrapped", self.kinds(f"{path}{wrapped - 1}"))
        self.assertIn("order.wrapped", self.kinds(f"{path}{wrapped}"))

    def test_a_restart_loses_nothing(self):
        self.assertEqual(self.omsd.stop(), 0)
        self.omsd.__exit__()
        type(self).omsd = self.start()
        self.expect_all_over_http()

    def test_csv_has_a_column_at_its_end(self):
        text = self.omsctl("export", "--store", self.store, "--what", "orders")
        rows = list(csv.DictReader(io.StringIO(text)))
        self.assertEqual(list(rows[0])[-1], "giftNote")
        notes = {row["id"]: row["giftNote"] for row in rows}
        self.assertEqual((notes["SO-1"], notes["SO-2"]), (NOTE, ""))

    def test_people_read_them(self):
        text = self.omsctl("order", "SO-1", "--store", self.store)
        self.assertRegex(text, rf"(?m)^  gift note     {re.escape(NOTE)}$")
        self.assertRegex(text, r"wrapped +red")
        other = self.omsctl("order", "SO-2", "--store", self.store)
        self.assertNotIn("gift note", other)

    def test_scenarios_may_place_and_expect_them(self):
        with tempfile.TemporaryDirectory() as folder:
            for expected, code in ((NOTE, 0), ("For Bob", 1)):
                file = pathlib.Path(folder) / "gift.json"
                steps = [
                    {"place": order("O-1", giftNote=NOTE)},
                    {"expect": {"order": "O-1", "giftNote": expected}},
                ]
                file.write_text(json.dumps({"steps": steps}), encoding="utf-8")
                done = subprocess.run(
                    [self.built / "omsctl", "scenario", file],
                    capture_output=True,
                    text=True,
                )
                self.assertEqual(done.returncode, code, done.stdout + done.stderr)

    def state_hash(self, body):
        return run(self.built / "grow_state_hash", json.dumps(body))

    def test_the_state_hash_has_the_field(self):
        with_note = self.state_hash(order("O-1", giftNote=NOTE))
        self.assertEqual(with_note, self.state_hash(order("O-1", giftNote=NOTE)))
        self.assertNotEqual(with_note, self.state_hash(order("O-1", giftNote="x")))
        self.assertNotEqual(with_note, self.state_hash(order("O-1")))

    def test_the_state_hash_of_what_does_not_use_the_field_stays(self):
        options = ["replay", "--memory", "--quiet", "--demo-orders", "50"]
        found = [
            re.search(r"(?m)^state hash +(\w{64})$", run(omsctl, *options))[1]
            for omsctl in (self.before, self.built / "omsctl")
        ]
        self.assertEqual(found[0], found[1])

    def test_rpc_reads_and_writes_them(self):
        import asyncio

        import capnp

        capnp.remove_import_hook()
        # /capnp/c++.capnp comes with pycapnp.
        own = pathlib.Path(capnp.__file__).parent
        rpc = capnp.load(
            str(self.built / "generated/messages/api/rpc.capnp"),
            imports=[str(own), str(own.parent), "/usr/include"],
        )

        async def talk(port):
            async with capnp.kj_loop():
                stream = await capnp.AsyncIoStream.create_connection(
                    "127.0.0.1", port
                )
                gateway = capnp.TwoPartyClient(stream).bootstrap()
                engine = (await gateway.cast_as(rpc.Gateway).login(token="")).engine
                body = {"lines": order("")["lines"], "giftNote": NOTE}
                got = await engine.place(
                    orders=[{"order": {"id": "SO-RPC"}, "body": body}]
                )
                self.assertEqual(got.answers[0].which(), "receipt")
                for id in ("SO-RPC", "SO-1"):
                    seen = (await engine.order(order={"id": id})).order
                    self.assertEqual(seen.body.giftNote, NOTE, id)
                wrapping = {"order": "SO-RPC", "paper": "blue"}
                got = await engine.run(commands=[{"wrapping": wrapping}])
                self.assertEqual(got.answers[0].which(), "receipt")

        self.assertEqual(self.omsd.stop(), 0)
        self.omsd.__exit__()
        type(self).omsd = self.start("--rpc", "127.0.0.1:0")
        line = next(
            line for line in self.omsd.process.stdout if "capnp://" in line
        )
        asyncio.run(talk(int(line.rsplit(":", 1)[1])))
        path = "/v1/orders/SO-RPC/timeline"
        self.assertEqual(self.kinds(path)[-1], "order.wrapped")


if __name__ == "__main__":
    Grown.folder = pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main()
