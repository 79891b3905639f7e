#!/usr/bin/env python3
"""Each type has a name of its own.

Two classes, structs, unions or enumerations with one qualified name break the
one definition rule as soon as both reach one program: the linker keeps one of
their functions, and which one is luck. The compiler sees one file at a time
and says nothing.

Names in unnamed namespaces belong to their file, and those within functions to
their function. Specializations of a template are told apart by their arguments. Reading the
source is left to universal-ctags.

Run by hand: python3 tests/names_test.py [-v]
"""

import collections
import json
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDERS = ("messages", "persistence", "actors", "tools", "bench", "tests")


def types_in(root, files):
    """Yields (qualified name, "file:line") of each type that is defined."""
    listing = subprocess.run(
        [
            "ctags",
            "--options=NONE",
            "--quiet",
            "--languages=C++",
            "--map-C++=+.hpp",
            "--kinds-C++=cgsu",
            "--fields=+n",
            "--fields-C++=+{specialization}",
            "--output-format=json",
            "-f-",
            "-L-",
        ],
        input="\n".join(str(file.relative_to(root)) for file in files),
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    )
    for line in listing.stdout.splitlines():
        tag = json.loads(line)
        scope = [tag["scope"]] if "scope" in tag else []
        name = "::".join([*scope, tag["name"]]) + tag.get("specialization", "")
        # ctags calls what has no name __anon and a number made from the path.
        if tag["name"].startswith("__anon"):
            continue
        if tag.get("scopeKind") == "function":
            continue
        if "__anon" in name:
            name = f"{tag['path']}: {name}"
        yield name, f"{tag['path']}:{tag['line']}"


def twins_in(root):
    """Returns "name: file:line, file:line" for each name with several types."""
    files = sorted(
        file
        for folder in FOLDERS
        for suffix in ("hpp", "cpp")
        for file in (root / folder).rglob(f"*.{suffix}")
    )
    places = collections.defaultdict(list)
    for name, place in types_in(root, files):
        places[name].append(place)
    return [
        f"{name}: {', '.join(found)}"
        for name, found in sorted(places.items())
        if len(found) > 1
    ]


class Names(unittest.TestCase):
    def test_no_two_types_share_one(self):
        self.assertEqual([], twins_in(ROOT))

    def test_types_are_seen(self):
        names = dict(types_in(ROOT, [ROOT / "actors/order/change.hpp"]))
        self.assertIn("oms::order::order_change", names)


class Planted(unittest.TestCase):
    def twins_of(self, sources):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in sources.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text, encoding="utf-8")
            return twins_in(root)

    def test_twins_in_headers_are_found(self):
        twins = self.twins_of(
            {
                "actors/order/change.hpp": "namespace oms {\n"
                "class order_change {\n public:\n  int a = 0;\n};\n}\n",
                "actors/checkpoint/checkpoint_delta.hpp": "namespace oms {\n"
                "struct order_change {\n  int b = 0;\n};\n}\n",
            }
        )
        self.assertEqual(
            [
                "oms::order_change: actors/checkpoint/checkpoint_delta.hpp:2, "
                "actors/order/change.hpp:2"
            ],
            twins,
        )

    def test_twins_of_every_kind_are_found(self):
        first = "namespace oms::tools {\nenum class part { a };\nunion both {};\n}"
        second = "namespace oms {\nnamespace tools {\nstruct part {};\n" \
            "class both final {};\n}\n}\n"
        twins = self.twins_of({"tools/a.cpp": first, "tools/b.cpp": second})
        self.assertEqual(
            [
                "oms::tools::both: tools/a.cpp:3, tools/b.cpp:4",
                "oms::tools::part: tools/a.cpp:2, tools/b.cpp:3",
            ],
            twins,
        )

    def test_types_within_types_are_found(self):
        text = "namespace oms {\nstruct outer {\n  struct inner {};\n};\n}\n"
        twins = self.twins_of({"messages/a.hpp": text, "messages/b.hpp": text})
        self.assertEqual(2, len(twins))

    def test_what_belongs_to_its_file_is_no_twin(self):
        hidden = "namespace oms {\nnamespace {\nstruct reading {};\n}\n" \
            "void f() { struct local {}; }\nvoid f(int) { struct local {}; }\n}\n"
        self.assertEqual(
            [], self.twins_of({"tools/a.cpp": hidden, "tools/b.cpp": hidden})
        )

    def test_declarations_and_specializations_are_no_twins(self):
        self.assertEqual(
            [],
            self.twins_of(
                {
                    "messages/a.hpp": "namespace oms {\nclass later;\n"
                    "template <class T> struct shape;\n"
                    "template <> struct shape<int> {};\n}\n",
                    "messages/b.hpp": "namespace oms {\nclass later {};\n"
                    "template <> struct shape<long> {};\n}\n",
                }
            ),
        )


if __name__ == "__main__":
    unittest.main()
