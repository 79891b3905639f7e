#!/usr/bin/env python3
"""Signposts in the documents: what they name is there.

A row of the README's table "Where to look first" ends with `FILE:FUNCTION`.
All documents name members as `CLASS::MEMBER` and files by their paths. Reading
the source is left to universal-ctags, so a call or a comment with that name
does not count.

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

MEMBER = re.compile(r"`([a-z_]+::[a-z_]+)\b")
FILE = re.compile(
    r"\b(?:actors|bench|cmake|messages|persistence|tests|tools)/"
    r"[\w/.-]+\.(?:cpp|hpp|capnp|py|txt|cmake|json)\b"
)
SOURCES = ("actors", "messages", "persistence", "tools")


def members_in(root, folders):
    """What classes and namespaces declare, each with its scope's last name."""
    listing = subprocess.run(
        [
            "ctags",
            "--options=NONE",
            "--quiet",
            "--recurse",
            "--languages=C++",
            "--langmap=C++:.cpp.hpp",
            "--kinds-C++=cefmnpstv",
            "--output-format=json",
            "-f-",
            *folders,
        ],
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    )
    tags = map(json.loads, listing.stdout.splitlines())
    return {
        "::".join([*tag.get("scope", "").split("::")[-1:], tag["name"]])
        for tag in tags
    }


def faults_of_document(root, text, members):
    for file in sorted(set(FILE.findall(text))):
        if not (root / file).is_file():
            yield f"{file} is not there"
    for member in sorted(set(MEMBER.findall(text))):
        if not member.startswith("std::") and member not in members:
            yield f"{member} is declared nowhere"


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


class Documents(unittest.TestCase):
    def test_name_members_and_files_that_are_there(self):
        members = members_in(ROOT, SOURCES)
        for document in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
            with self.subTest(document.name):
                text = document.read_text(encoding="utf-8")
                self.assertEqual(list(faults_of_document(ROOT, text, members)), [])


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

    def test_in_documents_are_found(self):
        text = "`x::gone` and `x::there`, tests/signposts_test.py, actors/gone.cpp"
        self.assertEqual(
            list(faults_of_document(ROOT, text, {"x::there"})),
            ["actors/gone.cpp is not there", "x::gone is declared nowhere"],
        )

    def test_what_is_there_is_no_fault(self):
        self.assertEqual(self.found("| it | `a.cpp:there` |"), [])
        self.assertEqual(self.found("| it | `a.cpp:x::there` |"), [])


if __name__ == "__main__":
    unittest.main()
