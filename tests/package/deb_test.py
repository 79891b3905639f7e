#!/usr/bin/env python3
"""The Debian package that cpack makes, and the unit of the service.

    tests/package/deb_test.py --build build/release [--daemon] [-v]

With --daemon the package must have omsd's service too. What needs a program
that is not here is skipped and says so; when nothing is left the exit code is
77.
"""

import argparse
import os
import pathlib
import re
import shutil
import sys
import unittest

from process import run

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PARTS = ROOT / "tools/package"
OPTIONS = argparse.Namespace()

# Of 100, by `systemd-analyze security`: lower is safer. What is left is the
# network, which is the service's purpose.
MAX_EXPOSURE = 15


def needs(*programs):
    missing = [program for program in programs if shutil.which(program) is None]
    return unittest.skipIf(missing, f"SKIPPED: there is no {', '.join(missing)}")


@needs("cpack", "dpkg-deb", "dpkg-shlibdeps", "file")
class DebianPackage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = OPTIONS.build / "package-deb"
        shutil.rmtree(cls.folder, ignore_errors=True)
        said, code = run(
            "cpack", "--config", OPTIONS.build / "CPackConfig.cmake",
            "-B", cls.folder, cwd=OPTIONS.build,
        )  # fmt: skip
        if code != 0:
            raise AssertionError(f"cpack failed:\n{said}")
        (cls.package,) = cls.folder.glob("*.deb")
        cls.root = cls.folder / "root"
        for how, into in (("-x", cls.root), ("-e", cls.folder / "control")):
            said, code = run("dpkg-deb", how, cls.package, into)
            if code != 0:
                raise AssertionError(said)
        cls.listed, _ = run("dpkg-deb", "-c", cls.package)

    def field(self, name):
        said, code = run("dpkg-deb", "-f", self.package, name)
        self.assertEqual(code, 0, said)
        return said.strip()

    def has(self, path, mode="-rw-r--r--"):
        self.assertRegex(
            self.listed, rf"(?m)^{re.escape(mode)} root/root .* \./{re.escape(path)}$"
        )

    def test_what_it_says_of_itself(self):
        self.assertRegex(self.package.name, r"^oms_\d+\.\d+\.\d+_\w+\.deb$")
        self.assertEqual(self.field("Package"), "oms")
        self.assertTrue(self.field("Maintainer"))
        self.assertIn("order management engine", self.field("Description"))

    def test_it_depends_on_the_libraries_that_it_needs(self):
        depends = self.field("Depends")
        for library in ("libc6", "libcaf-core", "libcapnp", "liblmdb0", "libssl3"):
            self.assertIn(library, depends)

    def test_programs(self):
        self.has("usr/bin/omsctl", "-rwxr-xr-x")
        said, code = run(self.root / "usr/bin/omsctl", "--help")
        self.assertEqual(code, 0, said)
        self.has("usr/share/doc/oms/copyright")
        self.has("usr/share/oms/rpc.capnp")
        self.has("usr/share/oms/api.capnp")

    def test_man_pages_and_completions(self):
        for path in (
            "man/man1/omsctl.1",
            "man/man8/omsd.8",
            "bash-completion/completions/omsctl",
            "zsh/vendor-completions/_omsctl",
            "fish/vendor_completions.d/omsctl.fish",
        ):
            self.has(f"usr/share/{path}")
            self.assertGreater((self.root / "usr/share" / path).stat().st_size, 500)
        page = (self.root / "usr/share/man/man8/omsd.8").read_text()
        self.assertIn(".TH OMSD 8", page)
        self.assertIn("\\-\\-listen", page)

    def test_nothing_for_embedders_or_of_the_build(self):
        self.assertNotRegex(self.listed, r"\.a$|\.hpp$|\.cmake$")
        for path in self.root.rglob("*"):
            if path.is_file():
                for place in (OPTIONS.build, ROOT):
                    self.assertNotIn(os.fsencode(str(place)), path.read_bytes(), path)

    def test_manuals(self):
        manuals = list((ROOT / "docs/man").glob("*.[1-8]"))
        if not manuals:
            self.skipTest("SKIPPED: there is no docs/man")
        for manual in manuals:
            self.has(f"usr/share/man/man{manual.suffix[1:]}/{manual.name}")

    def test_the_service(self):
        if not OPTIONS.daemon:
            self.assertNotIn("omsd", self.listed)
            self.skipTest("SKIPPED: there is no omsd yet, and so no service")
        self.has("usr/bin/omsd", "-rwxr-xr-x")
        self.has("usr/lib/systemd/system/omsd.service")
        self.has("usr/lib/sysusers.d/oms.conf")
        self.has("etc/oms/", "drwx------")
        self.assertIn("systemd-sysusers", self.field("Depends"))
        for script in ("postinst", "prerm", "postrm"):
            path = self.folder / "control" / script
            self.assertEqual(path.stat().st_mode & 0o777, 0o755, script)


class Service(unittest.TestCase):
    def setUp(self):
        # A root of its own: the unit is checked without being installed, and
        # whether or not omsd has been built.
        self.root = OPTIONS.build / "package-unit"
        shutil.rmtree(self.root, ignore_errors=True)
        units = self.root / "usr/lib/systemd/system"
        units.mkdir(parents=True)
        shutil.copy(PARTS / "omsd.service", units)
        for name in ("sysinit", "basic", "shutdown", "network-online", "multi-user"):
            (units / f"{name}.target").write_text(f"[Unit]\nDescription={name}\n")
        program = self.root / "usr/bin/omsd"
        program.parent.mkdir()
        shutil.copy("/bin/true", program)

    def analyze(self, *arguments):
        said, code = run("systemd-analyze", *arguments, f"--root={self.root}")
        self.assertEqual(code, 0, said)
        return said

    @needs("systemd-analyze")
    def test_the_unit_is_understood(self):
        # An unknown key is no failure for systemd, but it is said.
        self.assertEqual(self.analyze("verify", "--man=no", "omsd.service"), "")

    @needs("systemd-analyze")
    def test_the_unit_is_closed(self):
        self.analyze(
            "security", "--offline=yes", "--no-pager",
            f"--threshold={MAX_EXPOSURE}", "omsd.service",
        )  # fmt: skip

    @needs("systemd-sysusers")
    def test_the_user_is_understood(self):
        said, code = run("systemd-sysusers", "--dry-run", PARTS / "oms.sysusers")
        self.assertEqual(code, 0, said)

    def test_scripts_are_shell(self):
        for script in ("postinst", "prerm", "postrm"):
            said, code = run("sh", "-n", PARTS / script)
            self.assertEqual(code, 0, said)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--daemon", action="store_true")
    OPTIONS, rest = parser.parse_known_args()
    OPTIONS.build = OPTIONS.build.resolve()
    tests = unittest.main(argv=[sys.argv[0], *rest], exit=False).result
    if tests.wasSuccessful() and tests.testsRun <= len(tests.skipped):
        sys.exit(77)
    sys.exit(not tests.wasSuccessful())
