#!/usr/bin/env python3
"""The installed package, as an embedder gets it.

The build is installed into a folder inside itself. There, each header must
compile alone and reach no header of CAF, LMDB or Cap'n Proto; no file may name
the folder of the sources or of the build; and docs/examples/gateway must be
built by find_package(oms) alone and do what docs/EMBEDDING.md says.

    tests/package/install_test.py --build build/release [--cxx g++] [-v]
"""

import argparse
import concurrent.futures
import os
import pathlib
import re
import shutil
import sys
import unittest

from process import run

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
OPTIONS = argparse.Namespace()

# As in tests/layers_test.py, in the path of a header.
HIDDEN = re.compile(r"/(caf/|kj/|capnp/|lmdb\.h|[^/]*\.capnp\.h)")


class Installed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = OPTIONS.build / "package"
        cls.prefix = cls.folder / "prefix"
        shutil.rmtree(cls.folder, ignore_errors=True)
        said, code = run("cmake", "--install", OPTIONS.build, "--prefix", cls.prefix)
        if code != 0:
            raise AssertionError(f"cmake --install failed:\n{said}")

    def succeed(self, *command, **options):
        said, code = run(*command, **options)
        self.assertEqual(code, 0, f"{command}:\n{said}")
        return said

    def configure(self, into, *options, source=ROOT / "docs/examples/gateway"):
        return run(
            "cmake", "-S", source, "-B", self.folder / into, "-G", "Ninja",
            f"-DCMAKE_PREFIX_PATH={self.prefix}", "-DCMAKE_BUILD_TYPE=Release",
            f"-DCMAKE_CXX_COMPILER={OPTIONS.cxx}", *options,
        )  # fmt: skip

    def files(self):
        return [path for path in sorted(self.prefix.rglob("*")) if path.is_file()]

    def test_it_is_complete(self):
        found = {str(path.relative_to(self.prefix)) for path in self.files()}
        for path in (
            "bin/omsctl",
            "include/oms/actors/engine.hpp",
            "include/oms/messages/commands.hpp",
            "include/oms/persistence/lmdb_store.hpp",
            "share/oms/api.capnp",
            "share/oms/log.capnp",
            "share/oms/rpc.capnp",
        ):
            self.assertIn(path, found)
        for ending in (
            "/liboms_actors.a",
            "/cmake/oms/oms-config.cmake",
            "/cmake/oms/oms-config-version.cmake",
            "/cmake/oms/oms-targets.cmake",
        ):
            self.assertTrue(any(path.endswith(ending) for path in found), ending)

    def test_schemas_need_nothing_but_cap_n_proto(self):
        for name in ("rpc", "api", "log"):
            with self.subTest(name):
                schema = self.prefix / f"share/oms/{name}.capnp"
                self.succeed("capnp", "compile", "-ocapnp", schema)

    def test_programs_run_where_they_are(self):
        for program in (self.prefix / "bin").iterdir():
            with self.subTest(program.name):
                self.succeed(program, "--help")

    def test_no_file_names_the_build_or_the_sources(self):
        # The installation is inside the build here, and the sources around it.
        places = [os.fsencode(str(place)) for place in (OPTIONS.build, ROOT)]
        found = [
            f"{path.relative_to(self.prefix)} names {os.fsdecode(place)}"
            for path in self.files()
            for place in places
            if place in path.read_bytes()
        ]
        self.assertFalse(found, "\n".join(found))

    def test_targets_name_no_place_at_all(self):
        for path in self.prefix.rglob("oms-*.cmake"):
            for number, line in enumerate(path.read_text().split("\n"), 1):
                code = line.split("#")[0]
                self.assertNotRegex(
                    code, r'["; ]/(usr|home|tmp|opt|build|root|work)\b',
                    f"{path.name}:{number}",
                )  # fmt: skip

    def test_each_header_stands_alone(self):
        include = self.prefix / "include/oms"

        def compiled(header):
            return header, run(
                OPTIONS.cxx, "-std=c++20", "-Wall", "-Wextra", "-Wpedantic",
                "-Werror", "-fsyntax-only", "-H", "-I", include,
                "-x", "c++", "-", input=f'#include "{header}"\n',
            )  # fmt: skip

        headers = [str(path.relative_to(include)) for path in include.rglob("*.hpp")]
        self.assertGreater(len(headers), 10)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for header, (said, code) in pool.map(compiled, headers):
                with self.subTest(header):
                    self.assertEqual(code, 0, said)
                    reached = [line for line in said.split("\n") if HIDDEN.search(line)]
                    self.assertFalse(reached, f"{header} reaches {reached}")

    def test_a_missing_library_is_named_with_its_package(self):
        # Nothing has such a name, so nothing is found.
        names = self.folder / "names.cmake"
        names.write_text("set(CMAKE_FIND_LIBRARY_PREFIXES no-)\n")
        said, code = self.configure("missing", f"-DCMAKE_PROJECT_INCLUDE={names}")
        self.assertNotEqual(code, 0)
        said = " ".join(said.split())
        for package in ("libcaf-dev", "liblmdb-dev", "libssl-dev"):
            self.assertRegex(said, rf"apt-get install [^:]*{package}")
        said, code = self.configure(
            "missing-capnp", "-DCMAKE_DISABLE_FIND_PACKAGE_CapnProto=ON"
        )
        self.assertNotEqual(code, 0)
        self.assertRegex(" ".join(said.split()), "apt-get install libcapnp-dev")

    def test_versions(self):
        for version, fits in (("0.1", True), ("0.0.9", False), ("0.2", False)):
            with self.subTest(version):
                source = self.folder / f"asks-{version}"
                source.mkdir()
                (source / "CMakeLists.txt").write_text(
                    "cmake_minimum_required(VERSION 3.25)\n"
                    "project(asks LANGUAGES C CXX)\n"
                    f"find_package(oms {version} REQUIRED)\n"
                )
                said, code = self.configure(f"asked-{version}", source=source)
                self.assertEqual(code == 0, fits, said)

    def test_the_gateway(self):
        said, code = self.configure("gateway")
        self.assertEqual(code, 0, said)
        self.succeed("cmake", "--build", self.folder / "gateway")
        gateway = self.folder / "gateway/gateway"
        store = self.folder / "gateway.store"
        said = self.succeed(gateway, store, timeout=300)
        self.assertRegex(said, r"taken 999, refused 1; sent away .* [1-9]\d* times")
        self.assertRegex(said, r"refused: .*\n  \S*(units|quantity): ")
        self.assertRegex(said, r"SO-\d+: shipped 2 of 2, captured 3998 USD")
        kinds = re.findall(r"^  \d+ (\S+)$", said, re.MULTILINE)
        wanted = ["order.placed", "payment.captured", "fulfillment.allocated",
                  "shipment.shipped"]  # fmt: skip
        self.assertEqual([kind for kind in kinds if kind in wanted], wanted)
        self.assertRegex(said, r"closed; the chain of \d+ events is whole\n$")
        # Again: the same orders change nothing, and another parcel leaves.
        first = re.search(r"(SO-\d+): shipped", said)[1]
        said = self.succeed(gateway, store, timeout=300)
        self.assertIn("taken 999, refused 1", said)
        self.assertNotIn(f"{first}: shipped", said)
        # What is installed reads what the gateway wrote.
        self.succeed(self.prefix / "bin/omsctl", "audit", "verify", "--store", store)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--cxx", default="c++")
    OPTIONS, rest = parser.parse_known_args()
    OPTIONS.build = OPTIONS.build.resolve()
    unittest.main(argv=[sys.argv[0], *rest])
