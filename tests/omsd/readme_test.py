#!/usr/bin/env python3
"""The README's first ten minutes, played as a reader would.

Every block between "<!-- played: ... -->" and the end of its fence is typed
into one shell: lines that begin with "$ " are commands, the lines below are
what they must print. "..." stands for anything, within a line or, alone on a
line, for lines left out. omsd is at the address that the README names.

Run by hand: OMSD=build/release/omsd python3 tests/omsd/readme_test.py
"""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

from omsd import OMSCTL, OMSD, Omsd, eventually

README = pathlib.Path(__file__).resolve().parents[2] / "README.md"
NAMED_ADDRESS = "localhost:8080"
PLAYED = re.compile(r"<!-- played[^>]*-->\s*```console\n(.*?)```", re.DOTALL)


def steps_of(text):
    """(command, expected lines) of all blocks."""
    steps = []
    for block in PLAYED.findall(text):
        going_on = False
        for line in block.splitlines():
            if line.startswith("$ "):
                steps.append([line[2:], []])
            elif going_on:
                steps[-1][0] += "\n" + line
            elif line.strip():
                steps[-1][1].append(line)
            going_on = line.endswith("\\") and not (steps and steps[-1][1])
    return steps


def pattern_of(lines):
    parts = []
    for line in lines:
        if line.strip() == "...":
            parts.append(r"(?:.*\n)*?")
        else:
            parts.append(".*".join(map(re.escape, line.rstrip().split("..."))) + r"\s*\n")
    return re.compile("".join(parts))


class FirstTenMinutes(unittest.TestCase):
    def test_print_what_the_readme_says(self):
        steps = steps_of(README.read_text(encoding="utf-8"))
        self.assertGreater(len(steps), 8, "the README has too little to play")
        with tempfile.TemporaryDirectory() as folder, Omsd() as omsd:
            paths = [str(pathlib.Path(p).resolve().parent) for p in (OMSD, OMSCTL)]
            environment = dict(
                os.environ,
                PATH=os.pathsep.join([*paths, os.environ["PATH"]]),
                NO_COLOR="1",
            )
            for command, expected in steps:
                with self.subTest(command):
                    wanted = pattern_of(expected)

                    # Planning follows an answer by itself, so a look may come
                    # a moment too early: looks are repeated, commands are not.
                    def play():
                        done = subprocess.run(
                            command.replace(NAMED_ADDRESS, f"127.0.0.1:{omsd.port}"),
                            shell=True,
                            cwd=folder,
                            env=environment,
                            capture_output=True,
                            text=True,
                            timeout=60,
                        )
                        printed = done.stdout.rstrip() + "\n" if done.stdout else ""
                        return wanted.fullmatch(printed) is not None, printed

                    is_look = " -X " not in command and " -d " not in command
                    fits, printed = play()
                    if not fits and is_look:
                        try:
                            eventually(lambda: play()[0], 5)
                            fits = True
                        except AssertionError:
                            _, printed = play()
                    self.assertTrue(
                        fits,
                        f"it printed:\n{printed}\ninstead of:\n" + "\n".join(expected),
                    )


if __name__ == "__main__":
    unittest.main()
