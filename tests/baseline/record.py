#!/usr/bin/env python3
"""Records what the program answers, to compare two versions byte by byte.

  record.py OUT --cases DIR --data DIR     writes a recording to OUT
  record.py OUT --against OLD              compares two recordings; exit code 1
                                           where they differ

A recording has, for each scenario file in --cases, every event of its first
interleaving; for each folder of orders in --data, a replay with all that the
store then exports and shows; and the README's first ten minutes. Times of the
clock, ports and the names of temporary folders are masked. The stores that the
replays leave are kept in OUT/stores and are not compared.
"""

import argparse
import csv
import filecmp
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "omsd"))

EXPORTED = (
    "locations",
    "suppliers",
    "supplier-products",
    "products",
    "stock",
    "orders",
    "fulfillments",
    "network",
)
SAMPLED = 25


class Recorder:
    def __init__(self, out, omsctl, omsd):
        self.out = out
        self.omsctl = omsctl
        self.omsd = omsd
        self.masks = []

    def masked(self, text):
        for found, name in self.masks:
            text = re.sub(found, name, text)
        return text

    def keep(self, name, text):
        path = self.out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.masked(text), encoding="utf-8", errors="surrogateescape")

    def run(self, name, *arguments):
        """Keeps what omsctl prints and its exit code; returns its output."""
        done = subprocess.run(
            [self.omsctl, *map(str, arguments)],
            capture_output=True,
            text=True,
            errors="surrogateescape",
            env=dict(os.environ, TZ="UTC", LC_ALL="C.UTF-8"),
        )
        said = f"exit code {done.returncode}\n--- stdout\n{done.stdout}--- stderr\n{done.stderr}"
        self.keep(name, said)
        return done.stdout


def scenarios(to, folder):
    for file in sorted(folder.glob("*.json")):
        to.masks = [(re.escape(str(folder)), "CASES"), (r"[0-9.]+ m?s\)", "N ms)")]
        to.run(f"scenarios/{file.stem}.txt", "scenario", "--trace", file)
        print(f"scenario {file.stem}", file=sys.stderr)


def first_column(text, name):
    rows = csv.DictReader(text.splitlines())
    return [row[name] for row in rows if row.get(name)]


def spread(all):
    """Some of them, the first and the last among them."""
    unique = list(dict.fromkeys(all))
    if len(unique) <= SAMPLED:
        return unique
    return [unique[i * (len(unique) - 1) // (SAMPLED - 1)] for i in range(SAMPLED)]


def replay(to, name, orders):
    store = to.out / "stores" / name
    store.parent.mkdir(parents=True, exist_ok=True)
    to.masks = [
        (re.escape(str(to.out)), "OUT"),
        (re.escape(str(orders)), "ORDERS"),
        (r"[0-9.,]+ (s|ms|MB|GB|orders/s)\b", r"N \1"),
        (r"[0-9,]+/s\b", "N/s"),
    ]
    arguments = () if orders is None else ("--orders", orders)
    to.run(f"{name}/replay.txt", "replay", *arguments, "--store", store, "--force", "--quiet")
    at = ("--store", store)
    exported = {}
    for what in EXPORTED:
        for form in ("json",) if what == "network" else ("csv", "json", "ndjson"):
            exported[what, form] = to.run(
                f"{name}/export/{what}.{form}", "export", *at, "--what", what, "--format", form
            )
    to.run(f"{name}/audit-verify.txt", "audit", "verify", *at)
    to.run(f"{name}/audit-head.txt", "audit", "head", *at)
    to.run(f"{name}/audit-export.ndjson", "audit", "export", *at)
    for verb in ("alerts", "notifications", "routing"):
        to.run(f"{name}/{verb}.txt", verb, *at)
        to.run(f"{name}/{verb}.json", verb, *at, "--json")
    shown = {
        "order": first_column(exported["orders", "csv"], "id"),
        "stock": first_column(exported["stock", "csv"], "sku"),
        "waiting": first_column(exported["stock", "csv"], "sku"),
        "location": first_column(exported["locations", "csv"], "id"),
        "supplier": first_column(exported["suppliers", "csv"], "id"),
    }
    for verb, ids in shown.items():
        for number, id in enumerate(spread(ids)):
            to.run(f"{name}/{verb}/{number:02}.txt", verb, *at, "--", id)
            to.run(f"{name}/{verb}/{number:02}.json", verb, *at, "--json", "--", id)
    print(f"replay {name}", file=sys.stderr)


def first_ten_minutes(to):
    from omsd import Omsd
    from readme_test import NAMED_ADDRESS, README, steps_of

    to.masks = [
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "TIME"),
        (r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?", "TIME"),
        (r"127\.0\.0\.1:\d+", "ADDRESS"),
        (r"\b[0-9a-f]{64}\b", "HASH"),
    ]
    with tempfile.TemporaryDirectory() as folder, Omsd() as omsd:
        paths = [str(pathlib.Path(p).resolve().parent) for p in (to.omsd, to.omsctl)]
        environment = dict(os.environ, PATH=os.pathsep.join([*paths, os.environ["PATH"]]))
        for number, (command, _) in enumerate(steps_of(README.read_text(encoding="utf-8"))):
            done = subprocess.run(
                ["bash", "-c", command.replace(NAMED_ADDRESS, f"127.0.0.1:{omsd.port}")],
                capture_output=True,
                text=True,
                cwd=folder,
                env=environment,
            )
            said = f"$ {command}\nexit code {done.returncode}\n{done.stdout}{done.stderr}"
            to.keep(f"readme/{number:02}.txt", said)


def files_of(folder):
    return {
        path.relative_to(folder)
        for path in folder.rglob("*")
        if path.is_file() and path.relative_to(folder).parts[0] != "stores"
    }


def differences(old, new):
    before, now = files_of(old), files_of(new)
    for name in sorted(before | now):
        if name not in now:
            yield f"gone     {name}"
        elif name not in before:
            yield f"new      {name}"
        elif not filecmp.cmp(old / name, new / name, shallow=False):
            yield f"changed  {name}"


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=pathlib.Path, metavar="OUT")
    parser.add_argument("--against", type=pathlib.Path, metavar="OLD")
    parser.add_argument("--cases", type=pathlib.Path, metavar="DIR")
    parser.add_argument("--data", type=pathlib.Path, metavar="DIR")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release")
    asked = parser.parse_args()
    if asked.against:
        found = list(differences(asked.against, asked.out))
        print("\n".join(found) or "no difference")
        return 1 if found else 0
    if asked.out.exists():
        parser.error(f"{asked.out} is there already")
    os.environ["OMSD"] = str(asked.build / "omsd")
    os.environ["OMSCTL"] = str(asked.build / "omsctl")
    asked.out.mkdir(parents=True)
    to = Recorder(asked.out.resolve(), str(asked.build / "omsctl"), str(asked.build / "omsd"))
    first_ten_minutes(to)
    if asked.cases:
        scenarios(to, asked.cases.resolve())
    replay(to, "demo", None)
    if asked.data:
        for folder in sorted(asked.data.resolve().iterdir()):
            if any(folder.glob("*.csv")):
                replay(to, folder.name, folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
