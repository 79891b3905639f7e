#!/usr/bin/env python3
"""omsd's parser against a strict one that others wrote (h11).

Requests are generated and mutated, sent to omsd and fed to h11, each followed
by two plain requests. omsd may refuse more, if it then closes the connection;
it must not take what h11 refuses, and what both take they must frame alike, or
one of the two would read a request where the other reads a body. Needs h11
from PyPI, see requirements.txt; `tools/test --all` brings it.

OMS_PARSER_SEED, OMS_PARSER_REQUESTS: which requests, and how many.
"""

import os
import pathlib
import random
import re
import socket
import sys
import unittest

import h11

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from omsd import Omsd  # noqa: E402

SEED = int(os.environ.get("OMS_PARSER_SEED", "1"))
REQUESTS = int(os.environ.get("OMS_PARSER_REQUESTS", "8000"))

# Reads its body, whatever it is, and answers 404.
LINE = b"DELETE /v1/orders/none/holds/h HTTP/1.1"
NEXT = b"GET /v1/next HTTP/1.1\r\nHost: x\r\n\r\n"

LINES = [LINE] * 6 + [
    b"GET /healthz HTTP/1.1",
    b"GET http://x/healthz HTTP/1.1",
    b"HEAD /healthz HTTP/1.1",
    b"DELETE /v1/orders/none/holds/h HTTP/1.0",
    b"DELETE /v1/orders/none/holds/h HTTP/1.2",
    b"OPTIONS * HTTP/1.1",
]
HOSTS = [b"Host: x"] * 8 + [b"Host: x:8080", b"host: [::1]:80", b"Host:", b"Host: a, b", b"X: y"]
FIELDS = [
    b"X-A: b",
    b"X-A:",
    b"X-A: \t b c \t",
    b"Connection: close",
    b"Connection: keep-alive",
    b"Connection: x, close",
    b"Accept: */*",
    b"X-A: b\r\n c",
    b"X-A : b",
    b"Content-Length: 0",
    b"Content-Length: 3",
    b"Content-Length: 03",
    b"Content-Length: +3",
    b"Content-Length: 3, 3",
    b"Transfer-Encoding: chunked",
    b"Transfer-Encoding: identity",
    b"Transfer-Encoding: gzip, chunked",
    b"Expect: 100-continue",
    b"TE: trailers",
]
BODIES = [
    (b"", b""),
    (b"Content-Length: 5", b"hello"),
    (b"Content-Length: 5", b"hello"),
    (b"Content-Length: 5", b"hel"),
    (b"Transfer-Encoding: chunked", b"5\r\nhello\r\n0\r\n\r\n"),
    (b"Transfer-Encoding: chunked", b"3\r\nhel\r\n2;a=b\r\nlo\r\n0\r\n\r\n"),
    (b"Transfer-Encoding: chunked", b"5\r\nhello\r\n0\r\nX-A: b\r\n\r\n"),
    (b"Transfer-Encoding: chunked", b"5\r\nhelloX\n0\r\n\r\n"),
    (b"Transfer-Encoding: chunked", b"10000000000000005\r\nhello\r\n0\r\n\r\n"),
    (b"Transfer-Encoding: Chunked", b"0\r\n\r\n"),
]
# What a mutation puts in.
PIECES = [b" ", b"\t", b"\r", b"\n", b"\r\n", b":", b";", b",", b"+", b"-", b"0", b"x", b"\0"]
PIECES += [b"\x0b", b"\x7f", b"\x80", b"\xff", b"\"", b"/", b"%", b"chunked", b"Host: y\r\n"]


def generated(chance):
    field, body = chance.choice(BODIES)
    fields = [chance.choice(HOSTS)]
    fields += chance.sample(FIELDS, chance.choice([0, 0, 0, 1, 2]))
    if field:
        fields.insert(chance.randrange(len(fields) + 1), field)
    head = b"\r\n".join([chance.choice(LINES), *fields])
    return head + b"\r\n\r\n" + body


def mutated(chance, request):
    for _ in range(chance.choice([0, 1, 1, 2, 3])):
        at = chance.randrange(len(request) + 1)
        piece = chance.choice(PIECES)
        kind = chance.randrange(4)
        if kind == 0:
            request = request[:at] + piece + request[at:]
        elif kind == 1:
            request = request[:at] + request[at + 1 :]
        elif kind == 2:
            request = request[:at] + piece + request[at + 1 :]
        else:
            lines = request.split(b"\r\n")
            one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
            lines[one], lines[other] = lines[other], lines[one]
            request = b"\r\n".join(lines)
    return request


def taken_by_h11(stream):
    """How many requests it reads."""
    connection = h11.Connection(h11.SERVER)
    connection.receive_data(stream)
    connection.receive_data(b"")
    taken = 0
    try:
        while True:
            event = connection.next_event()
            if isinstance(event, h11.EndOfMessage):
                taken += 1
                connection.send(
                    h11.Response(status_code=200, headers=[("Content-Length", "0")])
                )
                connection.send(h11.EndOfMessage())
                if connection.our_state is not h11.DONE:
                    return taken
                connection.start_next_cycle()
            elif event in (h11.NEED_DATA, h11.PAUSED) or isinstance(
                event, h11.ConnectionClosed
            ):
                return taken
    except h11.RemoteProtocolError:
        return taken


def taken_by_omsd(port, stream):
    """How many requests it reads, and whether it then refuses one.

    One that it answers by its header alone, and closes, is neither: h11 goes on
    to judge the body. It counts as refused.
    """
    connection = socket.create_connection(("127.0.0.1", port))
    connection.settimeout(30)
    got = b""
    try:
        connection.sendall(stream)
        connection.shutdown(socket.SHUT_WR)
        while part := connection.recv(65536):
            got += part
    except ConnectionError:
        pass
    connection.close()
    got = got.replace(b"HTTP/1.1 100 Continue\r\n\r\n", b"")
    taken = 0
    while got:
        head, got = got.split(b"\r\n\r\n", 1)
        status = int(head.split()[1])
        length = int(re.search(rb"Content-Length: (\d+)", head)[1])
        # A response to HEAD has a length and no body.
        has_body = got[:1] == b"{"
        body, got = (got[:length], got[length:]) if has_body else (b"", got)
        if is_refusal(status, head, body) or is_early(head, body):
            return taken, True
        taken += 1
    return taken, False


def is_refusal(status, head, body):
    return b"\r\nConnection: close" in head and status in (400, 413, 417, 431, 501)


def is_early(head, body):
    # The response to HEAD doesn't say why.
    return b"\r\nConnection: close" in head and (
        not body
        or any(
            said in body
            for said in (b"no such path", b"does not support this method")
        )
    )


class Parsers(unittest.TestCase):
    def test_omsd_takes_nothing_that_h11_refuses_and_frames_alike(self):
        chance = random.Random(SEED)
        both = refused = 0
        with Omsd() as omsd:
            for _ in range(REQUESTS):
                request = mutated(chance, generated(chance))
                stream = request + NEXT + NEXT
                of_h11 = taken_by_h11(stream)
                of_omsd, refuses = taken_by_omsd(omsd.port, stream)
                wrong = of_omsd > of_h11 or (of_omsd < of_h11 and not refuses)
                if wrong:
                    self.fail(
                        f"{stream!r}\nh11 takes {of_h11}, omsd {of_omsd}"
                        f"{' and refuses what follows' if refuses else ''}"
                    )
                both += of_omsd == of_h11 and of_omsd > 0
                refused += refuses
            self.assertEqual(omsd.stop(), 0)
        # Neither may the test say nothing.
        self.assertGreater(both, REQUESTS / 10)
        self.assertGreater(refused, REQUESTS / 10)


if __name__ == "__main__":
    unittest.main()
