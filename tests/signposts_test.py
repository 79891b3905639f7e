#!/usr/bin/env python3
"""The README's signposts: each names a file and a function that is there.

A row of the README's table "Where to look first" ends with `FILE:FUNCTION`.
Reading the source is left to universal-ctags, so a declaration, a call or a
comment with that name does not count.

Run by hand: python3 tests/signposts_test.py [-v]
"""

import json
import pathlib
import re
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
SIGNPOST = re.compile(r"^\|.*\| `([\w/]+\.cpp):([\w:]+)` \|$", re.MULTILINE)


def functions_in(root, file):
    """The functions that a file defines, with and without their classes."""
    listing = subprocess.run(
        [
            "ctags",
            "--options=NONE",
            "--quiet",
            "--languages=C++",
            "--kinds-C++=f",
            "--output-format=json",
            "-f-",
            file,
        ],
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    )
    names = set()
    for line in listing.stdout.splitlines():
        tag = json.loads(line)
        names.add(tag["name"])
        names.add("::".join([*tag.get("scope", "").split("::")[-1:], tag["name"]]))
    return names


def faults_of(root, text):
    for file, function in SIGNPOST.findall(text):
        if not (root / file).is_file():
            yield f"{file} is not there"
        elif function not in functions_in(root, file):
            yield f"{file} does not define {function}"


class Readme(unittest.TestCase):
    def test_points_to_functions_that_are_there(self):
        text = (ROOT / "README.md").read_text(encoding="utf-8")
        self.assertGreaterEqual(len(SIGNPOST.findall(text)), 4)
        self.assertEqual(list(faults_of(ROOT, text)), [])


class PlantedFaults(unittest.TestCase):
    def found(self, row):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "a.cpp").write_text(
                "int declared();\nint x::there() { return called(); }\n",
                encoding="utf-8",
            )
            return list(faults_of(root, row))

    def test_are_found(self):
        self.assertEqual(self.found("| it | `b.cpp:there` |"), ["b.cpp is not there"])
        for name in ("declared", "called", "y::there"):
            self.assertEqual(
                self.found(f"| it | `a.cpp:{name}` |"),
                [f"a.cpp does not define {name}"],
            )

    def test_what_is_there_is_no_fault(self):
        self.assertEqual(self.found("| it | `a.cpp:there` |"), [])
        self.assertEqual(self.found("| it | `a.cpp:x::there` |"), [])


if __name__ == "__main__":
    unittest.main()
