#!/usr/bin/env python3
"""Writes what the linker and the doubles need to stand in front of functions.

Looks every function of a list (wrapped.txt) up in static libraries, and writes
the linker options that wrap them and a header with the symbols of the real
function and of its double. Fails when a function is not there, is there more
than once, or is never called from another object file: --wrap would do
nothing, and a test with that double could not fail.
"""

import argparse
import pathlib
import subprocess
import sys


def symbols(nm, library):
    """(kind, mangled, demangled) of every symbol of a library."""
    mangled, plain = (
        subprocess.run(
            [nm, "-p", *options, library],
            check=True,
            capture_output=True,
            text=True,
        ).stdout.splitlines()
        for options in ([], ["-C"])
    )
    for one, other in zip(mangled, plain, strict=True):
        # "[address] kind name"; archive members and empty lines have no kind.
        words = one.split()
        if len(words) < 2 or len(words[-2]) != 1:
            continue
        kind = words[-2]
        yield kind, words[-1], other.split(f" {kind} ", 1)[1]


def wishes(path):
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            name, begin = line.split(maxsplit=1)
            yield number, name, begin.strip()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nm", required=True)
    parser.add_argument("--list", required=True, type=pathlib.Path)
    parser.add_argument("--header", required=True, type=pathlib.Path)
    parser.add_argument("--options", required=True, type=pathlib.Path)
    parser.add_argument("libraries", nargs="+")
    given = parser.parse_args()

    defined, called = {}, set()
    for library in given.libraries:
        for kind, mangled, plain in symbols(given.nm, library):
            if kind == "T":
                defined[mangled] = plain
            elif kind == "U":
                called.add(mangled)

    header = ["#pragma once", "", f"// By wrap_symbols.py from {given.list.name}."]
    options, wrong = [], []
    for number, name, begin in wishes(given.list):
        found = [each for each, plain in defined.items() if plain.startswith(begin)]
        if len(found) != 1:
            reason = f"{len(found)} functions begin like that"
        elif found[0] not in called:
            reason = "no other object file calls it"
        else:
            header.append(f'#define OMS_REAL_{name} "__real_{found[0]}"')
            header.append(f'#define OMS_WRAP_{name} "__wrap_{found[0]}"')
            options.append(f"-Wl,--wrap={found[0]}")
            continue
        wrong.append(
            f"{given.list}:{number}: {begin}: {reason}; "
            "its double would stand in front of nothing"
        )
    if wrong:
        sys.exit("\n".join(wrong))
    given.header.write_text("\n".join(header) + "\n")
    given.options.write_text("\n".join(options) + "\n")


if __name__ == "__main__":
    main()
