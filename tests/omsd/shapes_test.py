#!/usr/bin/env python3
"""Raw requests that servers have read in more than one way.

Each shape is followed by a second request on the same connection. What is not
HTTP/1.1 as RFC 9112 defines it must be refused with a problem document, and
the connection closed, so that nothing after it is ever read as a request; what
is must be answered, and so must the request after it.

Run by hand: OMSD=build/release/omsd python3 tests/omsd/shapes_test.py [-v]
"""

import json
import pathlib
import re
import socket
import ssl
import subprocess
import tempfile
import time
import unittest

from omsd import Omsd

NEXT = b"GET /v1/next HTTP/1.1\r\nHost: x\r\n\r\n"
NOTE = b"/v1/orders/none/notes"


def post(*fields, body=b"", version=b"HTTP/1.1", target=NOTE, host=b"Host: x\r\n"):
    head = b"POST " + target + b" " + version + b"\r\n" + host
    return head + b"".join(field + b"\r\n" for field in fields) + b"\r\n" + body


def get(*fields, line=b"GET /healthz HTTP/1.1", host=b"Host: x\r\n"):
    head = line + b"\r\n" + host
    return head + b"".join(field + b"\r\n" for field in fields) + b"\r\n"


def chunked(body, *fields):
    return post(b"Transfer-Encoding: chunked", *fields, body=body)


TEXT = b'{"text":"x"}'
LENGTH = b"Content-Length: 12"
CHUNK = b"c\r\n" + TEXT + b"\r\n"

# What must be refused, with the status.
REFUSED = {
    "a chunk size over 2^64": (400, chunked(b"10000000000000002\r\n{}\r\n0\r\n\r\n")),
    "a chunk size of 2^64 - 1": ((400, 413), chunked(b"ffffffffffffffff\r\n{}\r\n0\r\n\r\n")),
    "a chunk size with 0x": (400, chunked(b"0xc\r\n" + TEXT + b"\r\n0\r\n\r\n")),
    "a chunk size with a sign": (400, chunked(b"+c\r\n" + TEXT + b"\r\n0\r\n\r\n")),
    "a negative chunk size": (400, chunked(b"-1\r\n" + TEXT + b"\r\n0\r\n\r\n")),
    "an empty chunk size": (400, chunked(b"\r\n" + TEXT + b"\r\n0\r\n\r\n")),
    "a chunk that is not ended by CRLF": (400, chunked(b"c\r\n" + TEXT + b"XX0\r\n\r\n")),
    "a chunk that is ended by LF": (400, chunked(b"c\r\n" + TEXT + b"\n0\r\n\r\n")),
    "a chunk longer than its size": (400, chunked(b"2\r\n" + TEXT + b"\r\n0\r\n\r\n")),
    "a size line ended by LF": (400, chunked(b"c\n" + TEXT + b"\r\n0\r\n\r\n")),
    "a long chunk extension": (400, chunked(b"c;" + b"x" * 1000 + b"\r\n" + TEXT + b"\r\n0\r\n\r\n")),
    "a request line as a trailer": (400, chunked(CHUNK + b"0\r\n" + NEXT)),
    "a length among the trailers": (400, chunked(CHUNK + b"0\r\nContent-Length: 36\r\n\r\n")),
    "a trailer without a colon": (400, chunked(CHUNK + b"0\r\nX\r\n\r\n")),
    "Transfer-Encoding, then Content-Length": (400, chunked(CHUNK + b"0\r\n\r\n", LENGTH)),
    "Content-Length, then Transfer-Encoding": (
        400,
        post(LENGTH, b"Transfer-Encoding: chunked", body=CHUNK + b"0\r\n\r\n"),
    ),
    "two different lengths": (400, post(b"Content-Length: 2", LENGTH, body=TEXT)),
    "the same length twice": (400, post(LENGTH, LENGTH, body=TEXT)),
    "a list of lengths": (400, post(b"Content-Length: 12, 12", body=TEXT)),
    "a length with a sign": (400, post(b"Content-Length: +12", body=TEXT)),
    "a negative length": (400, post(b"Content-Length: -1", body=TEXT)),
    "a length over 2^64": (400, post(b"Content-Length: 18446744073709551628", body=TEXT)),
    "a hexadecimal length": (400, post(b"Content-Length: 0xc", body=TEXT)),
    "a length with a space inside": (400, post(b"Content-Length: 1 2", body=TEXT)),
    "an empty length": (400, post(b"Content-Length:", body=TEXT)),
    "a length of words": (400, post(b"Content-Length: twelve", body=TEXT)),
    "a space before the colon": (400, post(b"Content-Length : 12", body=TEXT)),
    "a space before the colon of Transfer-Encoding": (
        400,
        post(b"Transfer-Encoding : chunked", body=CHUNK + b"0\r\n\r\n"),
    ),
    "a tab before the colon": (400, get(b"X-A\t: b")),
    "a first line that begins with a space": (400, get(host=b" Host: x\r\nHost: x\r\n")),
    "a folded field": (400, get(b"X-A: b\r\n c")),
    "a field folded before its value": (400, get(b"X-A:\r\n b")),
    "LF alone at the end of a line": (400, b"GET /healthz HTTP/1.1\nHost: x\n\n"),
    "CR alone in a value": (400, get(b"X-A: b\rc")),
    "NUL in a value": (400, get(b"X-A: b\0c")),
    "NUL in a name": (400, get(b"X\0A: b")),
    "a field without a colon": (400, get(b"Nothing")),
    "a field without a name": (400, get(b": b")),
    "a bracket in a name": (400, get(b"X(A: b")),
    "a bracket in the method": (400, get(line=b"GE(T /healthz HTTP/1.1")),
    "an unknown coding": (501, post(b"Transfer-Encoding: xchunked", body=CHUNK + b"0\r\n\r\n")),
    "chunked, then another coding": (
        501,
        post(b"Transfer-Encoding: chunked, identity", body=CHUNK + b"0\r\n\r\n"),
    ),
    "another coding, then chunked": (
        501,
        post(b"Transfer-Encoding: identity, chunked", body=CHUNK + b"0\r\n\r\n"),
    ),
    "two codings in two fields": (
        501,
        post(b"Transfer-Encoding: gzip", b"Transfer-Encoding: chunked", body=CHUNK + b"0\r\n\r\n"),
    ),
    "chunked twice": (
        (400, 501),
        post(b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked", body=CHUNK + b"0\r\n\r\n"),
    ),
    "chunked with a vertical tab": (
        (400, 501),
        post(b"Transfer-Encoding: \x0bchunked", body=CHUNK + b"0\r\n\r\n"),
    ),
    "chunked in HTTP/1.0": (
        400,
        post(b"Transfer-Encoding: chunked", body=CHUNK + b"0\r\n\r\n", version=b"HTTP/1.0"),
    ),
    "an expectation that is not known": (417, post(LENGTH, b"Expect: more", body=TEXT)),
    "100 KB of one field": (431, get(b"X-A: " + b"b" * 100_000)),
    "100 KB of target": (431, get(line=b"GET /" + b"a" * 100_000 + b" HTTP/1.1")),
    "5,000 fields": (431, get(*[b"X-A: b"] * 5_000)),
    "101 fields": (431, get(*[b"X-A: b"] * 101)),
    "5,000 trailers": (431, chunked(CHUNK + b"0\r\n" + b"X-A: b\r\n" * 5_000 + b"\r\n")),
    "no Host": (400, get(host=b"")),
    "two Hosts": (400, get(host=b"Host: x\r\nHost: y\r\n")),
    "a Host that is a list": (400, get(host=b"Host: a, b\r\n")),
    "a Host with a path": (400, get(host=b"Host: a/b\r\n")),
    "a Host with a user": (400, get(host=b"Host: a@b\r\n")),
    "two spaces in the request line": (400, get(line=b"GET  /healthz HTTP/1.1")),
    "a tab in the request line": (400, get(line=b"GET\t/healthz HTTP/1.1")),
    "a space at the end of the request line": (400, get(line=b"GET /healthz HTTP/1.1 ")),
    "no version": (400, get(line=b"GET /healthz")),
    "HTTP/9.9": (400, get(line=b"GET /healthz HTTP/9.9")),
    "HTTP/2": (400, get(line=b"GET /healthz HTTP/2")),
    "a lower-case version": (400, get(line=b"GET /healthz http/1.1")),
    "a target without a slash": (400, get(line=b"GET healthz HTTP/1.1")),
    "a target with a fragment": (400, get(line=b"GET /healthz#a HTTP/1.1")),
    "a target that is not ASCII": (400, get(line=b"GET /health\xff HTTP/1.1")),
    "a URL with a user": (400, get(line=b"GET http://a@b/healthz HTTP/1.1")),
    "CONNECT": (400, get(line=b"CONNECT x:80 HTTP/1.1")),
}

# What is answered with this status, and the next request after it.
TAKEN = {
    "nothing special": (200, get()),
    "a body": (404, post(LENGTH, body=TEXT)),
    "a body of a GET": (200, get(LENGTH) + TEXT),
    "a chunked body": (404, chunked(CHUNK + b"0\r\n\r\n")),
    "a chunk extension": (404, chunked(b"c;a=b\r\n" + TEXT + b"\r\n0\r\n\r\n")),
    "chunked in capitals": (404, post(b"TRANSFER-ENCODING: CHUNKED", body=CHUNK + b"0\r\n\r\n")),
    "trailers": (404, chunked(CHUNK + b"0\r\nX-A: b\r\nX-C: d\r\n\r\n")),
    "Connection among the trailers": (404, chunked(CHUNK + b"0\r\nConnection: close\r\n\r\n")),
    "whitespace around a value": (200, get(b"X-A: \t b \t")),
    "an absolute URL": (200, get(line=b"GET http://x/healthz HTTP/1.1")),
    "an unknown method": (405, get(line=b"BREW /healthz HTTP/1.1")),
    "a method in small letters": (405, get(line=b"get /healthz HTTP/1.1")),
    "OPTIONS *": (404, get(line=b"OPTIONS * HTTP/1.1")),
}

# What is answered, and then the connection is closed.
ENDS = {
    "HTTP/1.0": (200, get(line=b"GET /healthz HTTP/1.0")),
    "HTTP/1.0 with keep-alive": (
        200,
        get(b"Connection: keep-alive", line=b"GET /healthz HTTP/1.0"),
    ),
    "HTTP/1.0 without a Host": (200, get(line=b"GET /healthz HTTP/1.0", host=b"")),
    "Connection: close": (200, get(b"Connection: close")),
    "Connection: Close": (200, get(b"Connection: Close")),
    "Connection: close in a list": (200, get(b"Connection: x, close")),
    "Connection: close with a body": (404, post(LENGTH, b"Connection: close", body=TEXT)),
}


class Response:
    def __init__(self, head, body):
        lines = head.decode().split("\r\n")
        self.status = int(lines[0].split()[1])
        self.fields = {
            name.lower(): value.strip()
            for name, value in (line.split(":", 1) for line in lines[1:])
        }
        self.body = body


def responses(got):
    """All that were read; what is left over."""
    all = []
    while b"\r\n\r\n" in got:
        head, rest = got.split(b"\r\n\r\n", 1)
        found = re.search(rb"(?i)content-length: (\d+)", head)
        length = int(found[1]) if found else 0
        all.append(Response(head, rest[:length]))
        got = rest[length:]
    return all, got


class Shapes:
    """Over each kind of connection."""

    options = ()

    @classmethod
    def setUpClass(cls):
        cls.omsd = Omsd(*cls.options)

    @classmethod
    def tearDownClass(cls):
        code = cls.omsd.stop()
        cls.omsd.__exit__()
        assert code == 0, f"omsd ended with {code}"

    def connect(self):
        connection = socket.create_connection(("127.0.0.1", self.omsd.port))
        connection.settimeout(30)
        self.addCleanup(connection.close)
        return connection

    def exchange(self, sent, in_pieces=False):
        """What is answered until the connection is closed, by either side."""
        connection = self.connect()
        got = b""
        try:
            if in_pieces:
                for byte in sent:
                    connection.sendall(bytes([byte]))
            else:
                connection.sendall(sent)
        except OSError:
            pass  # refused before its end
        try:
            while part := connection.recv(65536):
                got += part
                all, left = responses(got)
                if len(all) == 2 and not left:
                    break
        except ConnectionError:
            pass
        connection.close()
        return responses(got)

    def check(self, status, all, left):
        self.assertEqual(left, b"")
        self.assertTrue(all, "no answer")
        wanted = status if isinstance(status, tuple) else (status,)
        self.assertIn(all[0].status, wanted, all[0].body)
        for each in all:
            each.body.decode()
            if each.status >= 400 and each.body:
                self.assertEqual(each.fields["content-type"], "application/problem+json")
                self.assertEqual(json.loads(each.body)["status"], each.status)

    def ends(self, all):
        self.assertEqual(len(all), 1, "what followed was read as a request")
        self.assertEqual(all[0].fields.get("connection"), "close")

    def test_what_is_not_http_is_refused_and_nothing_after_it_is_read(self):
        for name, (status, sent) in REFUSED.items():
            with self.subTest(name):
                all, left = self.exchange(sent + NEXT)
                self.check(status, all, left)
                self.ends(all)

    def test_it_is_refused_in_pieces_as_well(self):
        for name, (status, sent) in REFUSED.items():
            if len(sent) > 1_000:
                continue
            with self.subTest(name):
                all, left = self.exchange(sent + NEXT, in_pieces=True)
                self.check(status, all, left)
                self.ends(all)

    def test_what_is_http_is_answered_and_so_is_the_next_request(self):
        for in_pieces in (False, True):
            for name, (status, sent) in TAKEN.items():
                with self.subTest(name, in_pieces=in_pieces):
                    all, left = self.exchange(sent + NEXT, in_pieces)
                    self.check(status, all, left)
                    self.assertEqual([one.status for one in all], [status, 404])
                    self.assertIn(b"openapi.json", all[1].body)

    def test_who_wants_to_close_is_closed(self):
        for name, (status, sent) in ENDS.items():
            with self.subTest(name):
                all, left = self.exchange(sent + NEXT)
                self.check(status, all, left)
                self.ends(all)

    def test_who_asks_first_is_told_to_go_on(self):
        connection = self.connect()
        connection.sendall(post(LENGTH, b"Expect: 100-continue"))
        self.assertEqual(connection.recv(65536), b"HTTP/1.1 100 Continue\r\n\r\n")
        connection.sendall(TEXT)
        self.assertIn(b" 404 ", connection.recv(65536).splitlines()[0])
        connection.sendall(NEXT)
        self.assertIn(b" 404 ", connection.recv(65536).splitlines()[0])

    def test_who_asks_first_is_refused_before_the_body(self):
        for fields, target, status in (
            ((LENGTH,), b"/v1/nothing", b" 404 "),
            ((b"Content-Length: 99999999",), NOTE, b" 413 "),
        ):
            with self.subTest(status):
                connection = self.connect()
                connection.sendall(post(*fields, b"Expect: 100-continue", target=target))
                got = b""
                while part := connection.recv(65536):
                    got += part
                self.assertIn(status, got.splitlines()[0])
                self.assertNotIn(b" 100 ", got)

    def test_who_sends_too_much_reads_why(self):
        all, left = self.exchange(post(b"Content-Length: 9000000", body=b" " * 9_000_000))
        self.check(413, all, left)
        self.ends(all)
        pieces = b"".join(b"10000\r\n" + b" " * 0x10000 + b"\r\n" for _ in range(140))
        all, left = self.exchange(chunked(pieces + b"0\r\n\r\n"))
        self.check(413, all, left)
        self.ends(all)

    def test_a_thousand_requests_at_once(self):
        connection = self.connect()
        count = 1_000
        connection.sendall(get() * count)
        got = b""
        while got.count(b'{"status":"ok"}') < count:
            part = connection.recv(65536)
            self.assertTrue(part)
            got += part
        all, left = responses(got)
        self.assertEqual((len(all), left), (count, b""))

    def test_a_trailer_is_not_a_header(self):
        sent = chunked(CHUNK + b"0\r\nX-Actor: mallory\r\nIdempotency-Key: k\r\n\r\n")
        for _ in range(2):
            all, _ = self.exchange(sent + NEXT)
            self.assertEqual(all[0].status, 404)

    def test_what_cant_be_decoded_is_refused(self):
        for target in (
            b"/v1/orders/%zz",
            b"/v1/orders/%",
            b"/v1/orders/%f6",
            b"/v1/orders/%c3",
            b"/v1/orders?sku=%ff",
            b"/v1/orders?%ff=1",
            b"/v1/orders?sku=%1",
        ):
            with self.subTest(target):
                all, left = self.exchange(get(line=b"GET " + target + b" HTTP/1.1") + NEXT)
                self.check(400, all, left)

    def test_header_fields_are_utf8_and_given_once(self):
        for fields in (
            (b"X-Actor: a\xff",),
            (b"Idempotency-Key: a\xff",),
            (b"X-Actor: a", b"X-Actor: b"),
            (b"Authorization: Bearer a", b"Authorization: Bearer b"),
            (b"Idempotency-Key: a", b"Idempotency-Key: b"),
        ):
            with self.subTest(fields):
                all, left = self.exchange(post(LENGTH, *fields, body=TEXT) + NEXT)
                self.check(400, all, left)

    def test_a_repeated_parameter_is_refused_by_name(self):
        for query in (b"limit=1&limit=2", b"limit=1&%6cimit=1", b"sku=a&sku=b", b"at=1&at=2"):
            with self.subTest(query):
                line = b"GET /v1/orders?" + query + b" HTTP/1.1"
                all, left = self.exchange(get(line=line) + NEXT)
                self.check(400, all, left)
                faults = json.loads(all[0].body)["faults"]
                self.assertEqual(faults[0]["path"], query.split(b"=")[0].decode())

    def test_a_packed_body_is_refused(self):
        all, left = self.exchange(post(LENGTH, b"Content-Encoding: gzip", body=TEXT) + NEXT)
        self.check(415, all, left)


class Plain(Shapes, unittest.TestCase):
    pass


class Tls(Shapes, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        certificate = pathlib.Path(folder.name) / "certificate.pem"
        key = pathlib.Path(folder.name) / "key.pem"
        made = subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
            + ["-subj", "/CN=localhost", "-keyout", key, "-out", certificate],
            capture_output=True,
        )
        if made.returncode != 0:
            raise unittest.SkipTest("openssl makes no certificate here")
        cls.options = ("--tls-certificate", str(certificate), "--tls-key", str(key))
        cls.context = ssl.create_default_context()
        cls.context.check_hostname = False
        cls.context.verify_mode = ssl.CERT_NONE
        super().setUpClass()

    def connect(self):
        return self.context.wrap_socket(super().connect())

    def test_old_versions_of_tls_are_refused(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
        connection = socket.create_connection(("127.0.0.1", self.omsd.port))
        self.addCleanup(connection.close)
        with self.assertRaises((ssl.SSLError, ConnectionError)):
            context.wrap_socket(connection)


    def test_who_sends_on_after_a_refusal_is_not_cut_off(self):
        connection = self.connect()
        connection.sendall(get(b"Nothing"))
        for _ in range(5):
            time.sleep(0.02)
            connection.sendall(b"more")
        got = b""
        while part := connection.recv(65536):
            got += part
        (response,), _ = responses(got)
        self.assertEqual(response.status, 400)


class Unix(Shapes, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.path = str(pathlib.Path(folder.name) / "socket")
        cls.options = ("--listen", f"unix:{cls.path}")
        super().setUpClass()

    def connect(self):
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(30)
        connection.connect(self.path)
        self.addCleanup(connection.close)
        return connection


if __name__ == "__main__":
    unittest.main()
