#!/usr/bin/env python3
"""The layer arrow, checked.

    messages <- persistence <- actors <- { bench, tools, tests }

What is wrong is said as `file:line: reason`. The rules are the table of
docs/ARCHITECTURE.md:

1. An include stays in its layer or goes along the arrow.
2. A public header (messages/*.hpp except caf_types.hpp, messages/api/json.hpp,
   and what of actors/ and persistence/ is listed in cmake/install.cmake) names
   no CAF, LMDB or Cap'n Proto type and reaches no header of theirs, not even
   through another header.
3. Cap'n Proto is for what puts things on disk and on the wire: messages/codec/,
   messages/api/ except its public header json.hpp, tools/omsd/ and its
   tests and benchmarks, which are named after it or after RPC.
4. CAF is for actors/, for messages/caf_types.*, and for bench/ and tests/.
5. LMDB is for persistence/ and its tests, and for the recorder of the
   power-cut test, which is between it and the disk.
6. Boost, which takes seconds to compile, is for three sources of
   tools/omsd/: http_server, strict_parser and asio_impl; and for
   messages/fields/json_read.

Run by hand: python3 tests/layers_test.py [-v]
"""

import pathlib
import re
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent

MAY_INCLUDE = {
    "messages": {"messages"},
    "persistence": {"messages", "persistence"},
    "actors": {"messages", "persistence", "actors"},
    "tools": {"messages", "persistence", "actors", "tools"},
    "bench": {"messages", "persistence", "actors", "tools", "bench"},
    "tests": {"messages", "persistence", "actors", "tools", "bench", "tests"},
}

# How a use of each library looks: in an include, and in code.
LIBRARIES = {
    "CAF": (
        re.compile(r"^caf/"),
        re.compile(r"\b(caf\s*::|namespace\s+caf\b|CAF_\w+)"),
    ),
    "LMDB": (re.compile(r"^lmdb(\+\+)?\.h"), re.compile(r"\b(MDB_\w+|mdb_\w+)")),
    "Boost": (re.compile(r"^boost/"), re.compile(r"\b(boost\s*::|BOOST_\w+)")),
    "Cap'n Proto": (
        re.compile(r"^(capnp/|kj/|.*\.capnp\.h$)"),
        re.compile(r"\b(capnp\s*::|kj\s*::|namespace\s+(capnp|kj)\b)"),
    ),
}

BOOST_SOURCES = {
    ("tools", "omsd", f"{name}.cpp")
    for name in ("http_server", "strict_parser", "asio_impl")
} | {("messages", "fields", "json_read.cpp")}

# What `cmake --install` hands to embedders besides messages/.
INSTALLED = re.compile(r"^  ((?:actors|messages|persistence)/\S+\.hpp)\)?$", re.MULTILINE)

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^">]+)[">]')

# Comments and literals; what is in them is no use of a library.
NOT_CODE = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"([^(\s]*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9a-zA-Z_])'(?:\\.|[^'\\\n])*'",
    re.DOTALL,
)


def code_lines(text):
    """The lines of a file without comments and literals, includes left whole."""
    bare = NOT_CODE.sub(
        lambda found: found[0]
        if found[0].startswith('"')
        and INCLUDE.match(text[text.rfind("\n", 0, found.start()) + 1 : found.end()])
        else "\n" * found[0].count("\n") or " ",
        text,
    )
    return bare.split("\n")


class Source:
    """One file: its includes and its uses of libraries, with line numbers."""

    def __init__(self, root, path, installed):
        self.path = path.relative_to(root)
        self.installed = installed
        self.layer = self.path.parts[0]
        self.includes = []  # (line, text)
        self.uses = []  # (line, library, what)
        text = path.read_text(encoding="utf-8", errors="replace")
        for number, line in enumerate(code_lines(text), 1):
            include = INCLUDE.match(line)
            if include:
                self.includes.append((number, include[1]))
            for library, (header, name) in LIBRARIES.items():
                if include and header.search(include[1]):
                    self.uses.append((number, library, include[1]))
                elif not include and name.search(line):
                    self.uses.append((number, library, name.search(line)[0]))

    def is_public(self):
        if self.path.name == "caf_types.hpp":
            return False
        return str(self.path) in self.installed or (
            self.path.parent == pathlib.Path("messages")
            and self.path.suffix == ".hpp"
            or self.path == pathlib.Path("messages/api/json.hpp")
        )

    def may_use(self, library):
        if library == "LMDB":
            return (
                self.layer == "persistence"
                or self.path.parts[:2] == ("tests", "persistence")
                # It is between LMDB and the disk.
                or self.path == pathlib.Path("tests/crash/disk_recorder.cpp")
            )
        if library == "CAF":
            return self.layer in ("actors", "bench", "tests") or (
                self.layer == "messages" and self.path.stem == "caf_types"
            )
        parts = self.path.parts
        if library == "Boost":
            return parts in BOOST_SOURCES
        if self.layer == "messages":
            return parts[1] == "codec" or (
                parts[1] == "api" and self.path.name != "json.hpp"
            )
        if self.layer == "tools":
            return parts[1] == "omsd"
        if self.layer == "tests":
            return parts[1] in ("fuzz", "omsd", "rpc") or parts[1:] in (
                ("messages", "codec", "log_schema_test.cpp"),
                ("messages", "codec", "packing_test.cpp"),
                ("messages", "api", "rpc_test.cpp"),
                ("messages", "fields", "maps_and_dates_test.cpp"),
            )
        return self.layer == "bench" and self.path.stem.startswith("rpc_")


class Project:
    def __init__(self, root):
        self.root = root
        self.sources = {}
        install = root / "cmake/install.cmake"
        self.installed = set(INSTALLED.findall(install.read_text(encoding="utf-8")))
        for layer in MAY_INCLUDE:
            for path in sorted((root / layer).rglob("*")):
                if path.suffix in (".hpp", ".cpp", ".h", ".cc") and path.is_file():
                    source = Source(root, path, self.installed)
                    self.sources[source.path] = source

    def resolve(self, source, include):
        """The file of the project that is included, or None."""
        for base in (self.root, self.root / source.path.parent):
            target = (base / include).resolve()
            if target.is_relative_to(self.root):
                path = target.relative_to(self.root)
                if path in self.sources:
                    return path
        return None

    def violations(self):
        for source in self.sources.values():
            yield from self.against_the_arrow(source)
            for line, library, what in source.uses:
                if not source.may_use(library):
                    yield f"{source.path}:{line}: {library} ({what}) has no place here"
            if source.is_public():
                yield from self.hidden_in(source)

    def against_the_arrow(self, source):
        for line, include in source.includes:
            path = self.resolve(source, include)
            # A file that is not there yet still names its layer.
            layer = path.parts[0] if path else include.split("/")[0]
            if layer in MAY_INCLUDE and layer not in MAY_INCLUDE[source.layer]:
                yield (
                    f"{source.path}:{line}: {source.layer} must not include "
                    f"{include}"
                )

    def hidden_in(self, public):
        """What of the libraries a public header reaches, and by which way."""
        waiting = [(public, [str(public.path)])]
        seen = {public.path}
        while waiting:
            source, way = waiting.pop()
            for line, library, what in source.uses:
                yield (
                    f"{public.path}: a public header reaches {library} ({what}) "
                    f"in {' -> '.join(way)}:{line}"
                )
            for _, include in source.includes:
                path = self.resolve(source, include)
                if path and path not in seen:
                    seen.add(path)
                    waiting.append((self.sources[path], way + [str(path)]))


class ThisProject(unittest.TestCase):
    def test_keeps_to_its_layers(self):
        project = Project(ROOT)
        self.assertTrue(project.sources, f"no sources found below {ROOT}")
        self.assertIn("actors/engine.hpp", project.installed)
        self.assertIn("persistence/lmdb_store.hpp", project.installed)
        found = list(project.violations())
        self.assertFalse(found, "\n" + "\n".join(found))


class PlantedViolations(unittest.TestCase):
    """The test of the test: it finds what is planted, and nothing else."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name).resolve()
        self.plant("cmake/install.cmake", "set(public_headers\n"
                   "  actors/engine.hpp\n  persistence/store.hpp)\n")
        self.plant("messages/ids.hpp", "#include <string>\n")
        self.plant("messages/codec/codec.cpp", '#include "messages/x.capnp.h"\n'
                   "#include <capnp/message.h>\nvoid f(kj::Exception&);\n")
        self.plant("messages/api/json.hpp", '#include "messages/ids.hpp"\n')
        self.plant("messages/api/rpc.hpp", '#include "messages/x.capnp.h"\n')
        self.plant("tools/omsd/engine_queue.hpp", "#include <kj/async.h>\n")
        self.plant("tests/omsd/a_test.cpp", "#include <kj/async.h>\n")
        self.plant("tests/rpc/a_test.cpp", "#include <capnp/rpc.h>\n")
        self.plant("bench/rpc_benchmark.cpp", "#include <capnp/rpc.h>\n")
        self.plant("messages/caf_types.hpp", "#include <caf/type_id.hpp>\n")
        self.plant("persistence/store.cpp", "#include <lmdb.h>\nMDB_env* env;\n")
        self.plant("persistence/store.hpp", '#include "messages/ids.hpp"\n')
        self.plant("actors/order/order.hpp", "#include <caf/actor.hpp>\n")
        self.plant("actors/order/order.cpp", '#include "order.hpp"\n'
                   '#include "persistence/store.hpp"\n')
        self.plant("actors/engine.hpp", '#include "messages/ids.hpp"\n'
                   "// hides caf::actor_system and MDB_env\n"
                   'const char* hint = "caf::actor";\n')
        self.plant("tools/omsctl/main.cpp", '#include "actors/engine.hpp"\n')
        self.plant("tests/actors/order_test.cpp",
                   '#include "tools/replay/replay.hpp"\n#include <caf/all.hpp>\n')

    def plant(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def found(self):
        return list(Project(self.root).violations())

    def assert_found(self, *beginnings):
        found = self.found()
        self.assertEqual(len(found), len(beginnings), found)
        for text, beginning in zip(sorted(found), sorted(beginnings)):
            self.assertTrue(text.startswith(beginning), text)

    def test_nothing_where_nothing_is_wrong(self):
        self.assertEqual(self.found(), [])

    def test_includes_against_the_arrow(self):
        for path, include in (
            ("messages/a.cpp", "persistence/store.hpp"),
            ("persistence/a.cpp", "actors/order/order.hpp"),
            ("persistence/b.cpp", "../actors/order/order.hpp"),
            ("actors/order/a.cpp", "tools/replay/replay.hpp"),
            ("tools/a.cpp", "tests/actors/fixture.hpp"),
            ("tools/b.cpp", "bench/workload.hpp"),
        ):
            with self.subTest(path):
                self.plant(path, f'\n#include "{include}"\n')
                self.assert_found(f"{path}:2: ")
                (self.root / path).unlink()

    def test_an_include_in_angle_brackets(self):
        self.plant("messages/a.cpp", "# include <actors/engine.hpp>\n")
        self.assert_found("messages/a.cpp:1: ")

    def test_types_in_public_headers(self):
        for text in (
            "caf::actor order();",
            "namespace caf { class actor_system; }",
            "struct MDB_env;",
            "capnp::word* words();",
            "kj::ArrayPtr<char> bytes();",
        ):
            for path in (
                "messages/event.hpp",
                "actors/engine.hpp",
                "persistence/store.hpp",
            ):
                with self.subTest(path=path, text=text):
                    self.plant(path, f"{text}\n")
                    found = self.found()
                    self.assertTrue(found)
                    for violation in found:
                        self.assertTrue(violation.startswith(path), violation)
                    self.plant(path, "\n")

    def test_a_library_behind_a_public_header(self):
        self.plant("actors/engine.hpp", '#include "actors/order/order.hpp"\n')
        self.assert_found("actors/engine.hpp: a public header reaches CAF")

    def test_the_public_header_of_the_api(self):
        self.plant("messages/api/json.hpp", '#include "messages/api/rpc.hpp"\n')
        self.assert_found("messages/api/json.hpp: a public header reaches Cap'n")

    def test_the_header_of_type_registrations_is_not_for_the_others(self):
        self.plant("messages/ids.hpp", '#include "messages/caf_types.hpp"\n')
        self.assertTrue(self.found())

    def test_capnp_outside_of_its_places(self):
        self.plant("messages/ids.cpp", '#include "messages/event.capnp.h"\n')
        self.plant("persistence/a.cpp", "#include <capnp/serialize.h>\n")
        self.plant("actors/a.cpp", "kj::Exception* e;\n")
        self.plant("tests/messages/a_test.cpp", "#include <kj/exception.h>\n")
        self.plant("tools/a.cpp", "#include <kj/async.h>\n")
        self.plant("bench/a.cpp", "kj::Promise<void> p;\n")
        self.assert_found(
            "tools/a.cpp:1: ",
            "bench/a.cpp:1: ",
            "messages/ids.cpp:1: ",
            "persistence/a.cpp:1: ",
            "actors/a.cpp:1: ",
            "tests/messages/a_test.cpp:1: ",
        )

    def test_caf_outside_of_its_places(self):
        self.plant("persistence/a.cpp", "#include <caf/actor.hpp>\n")
        self.plant("persistence/b.cpp", "void f(caf::actor);\n")
        self.plant("messages/a.cpp", "#include <caf/all.hpp>\n")
        self.plant("tools/a.cpp", "/* a\n */ caf::actor x;\n")
        self.assert_found(
            "persistence/a.cpp:1: ",
            "persistence/b.cpp:1: ",
            "messages/a.cpp:1: ",
            "tools/a.cpp:2: ",
        )

    def test_boost_outside_of_its_places(self):
        self.plant("tools/omsd/http_server.cpp", "#include <boost/asio.hpp>\n")
        self.plant("tools/omsd/http_server.hpp", "#include <boost/asio.hpp>\n")
        self.plant("tools/omsd/engine_queue.cpp", "boost::asio::io_context* c;\n")
        self.assert_found(
            "tools/omsd/http_server.hpp:1: ",
            "tools/omsd/engine_queue.cpp:1: ",
        )

    def test_lmdb_outside_of_persistence(self):
        self.plant("actors/a.cpp", "#include <lmdb.h>\n")
        self.plant("tools/a.cpp", "int n = mdb_env_create(nullptr);\n")
        self.plant("tests/actors/a_test.cpp", "MDB_txn* t = nullptr;\n")
        self.assert_found(
            "actors/a.cpp:1: ",
            "tools/a.cpp:1: ",
            "tests/actors/a_test.cpp:1: ",
        )

    def test_comments_and_literals_are_no_uses(self):
        self.plant(
            "persistence/a.cpp",
            "// caf::actor\n/* capnp::\n caf:: */\n"
            'auto a = "caf::actor \\" kj::";\nauto b = R"x(caf:: " )x";\n'
            "auto n = 86'400; auto c = '\"'; // caf::\n",
        )
        self.assert_found()

    def test_a_use_behind_a_digit_separator_is_seen(self):
        self.plant("persistence/a.cpp", "auto n = 86'400; caf::actor a; int m = 1'0;\n")
        self.assert_found("persistence/a.cpp:1: ")


if __name__ == "__main__":
    unittest.main()
