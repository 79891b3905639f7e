#!/usr/bin/env python3
"""Clients that read slowly, or not at all, or go away; and the end of omsd.

Run by hand: OMSD=build/release/omsd python3 tests/omsd/readers_test.py [-v]
"""

import http.client
import json
import signal
import socket
import struct
import threading
import time
import unittest

from omsd import Omsd, eventually

PRODUCTS = 100_000
SILENT = 150
# What 150 clients that read nothing may cost (docs/SECURITY.md).
MAX_MORE_MB = 64


def memory_mb(omsd):
    with open(f"/proc/{omsd.process.pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("RssAnon")) / 1024


def settled_memory_mb(omsd):
    """When what follows a large command is over."""
    last = []

    def is_settled():
        last.append(memory_mb(omsd))
        time.sleep(0.5)
        return len(last) > 4 and max(last[-4:]) - min(last[-4:]) < 1

    eventually(is_settled, patience_s=60)
    return last[-1]


def ask(omsd, path, buffer=None):
    """A connection on which `path` is asked for, and nothing is read."""
    connection = socket.socket()
    if buffer:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    connection.settimeout(60)
    connection.connect(("127.0.0.1", omsd.port))
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    return connection


def read_all(connection):
    response = http.client.HTTPResponse(connection)
    response.begin()
    return response.status, response.read()


class LargeAnswers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.omsd = Omsd()
        cls.products = [{"sku": f"P{i}", "available": 10} for i in range(PRODUCTS)]
        made = cls.omsd.put("/v1/suppliers/S", {"products": cls.products})
        assert made.status == 200, made.text
        cls.whole = cls.omsd.get("/v1/suppliers/S").raw

    @classmethod
    def tearDownClass(cls):
        code = cls.omsd.stop()
        cls.omsd.__exit__()
        assert code == 0, f"omsd ended with {code}"

    def test_who_reads_slowly_gets_all_of_it(self):
        connection = ask(self.omsd, "/v1/suppliers/S", buffer=4096)
        self.addCleanup(connection.close)
        time.sleep(1)
        self.assertEqual(read_all(connection), (200, self.whole))

    def test_many_who_read_all_get_all_of_it_in_turn(self):
        asking = [ask(self.omsd, "/v1/suppliers/S") for _ in range(6)]
        for each in asking:
            self.addCleanup(each.close)
            self.assertEqual(read_all(each), (200, self.whole))

    def most_memory_mb(self, *small):
        """During five seconds, in which small questions are answered."""
        most = 0
        for _ in range(20):
            time.sleep(0.25)
            most = max(most, memory_mb(self.omsd))
            for path in small:
                self.assertEqual(self.omsd.get(path).status, 200)
        return most

    def test_who_reads_nothing_costs_little_and_stops_nobody(self):
        before = memory_mb(self.omsd)
        silent = [ask(self.omsd, "/v1/suppliers/S", buffer=4096) for _ in range(SILENT)]
        most = self.most_memory_mb("/v1/admin/stats", "/v1/stock/P7")
        self.assertLess(most - before, MAX_MORE_MB)
        for each in silent:
            each.close()

        def is_back():
            # Each call lets a query thread give back what it has kept.
            self.omsd.get("/v1/admin/stats")
            return memory_mb(self.omsd) - before < MAX_MORE_MB / 2

        eventually(is_back)
        self.assertEqual(self.omsd.get("/v1/suppliers/S").raw, self.whole)

    def test_the_first_who_ask_cost_as_little(self):
        # Nobody has asked for it before, so its size is not known; and each
        # names the moment in another way, so no answer tells the size of the
        # next.
        assert self.omsd.put("/v1/suppliers/F", {"products": self.products}).status == 200
        newest = self.omsd.get("/v1/admin/stats").body["sequence"]
        before = settled_memory_mb(self.omsd)
        silent = [
            ask(self.omsd, f"/v1/suppliers/F?at={newest:0{20 + i // 2}d}", buffer=4096)
            if i % 2
            else ask(self.omsd, "/v1/suppliers/F", buffer=4096)
            for i in range(SILENT)
        ]
        most = self.most_memory_mb("/v1/stock/P7", "/v1/routing")
        self.assertLess(most - before, MAX_MORE_MB)
        for each in silent:
            each.close()

    def test_who_goes_away_leaves_nothing_behind(self):
        for i in range(8):
            connection = ask(self.omsd, "/v1/suppliers/S", buffer=4096)
            if i % 2:
                # A reset instead of an end.
                linger = struct.pack("ii", 1, 0)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            connection.close()
        for body in (b"", b"{", b'{"id":"x"'):
            connection = socket.create_connection(("127.0.0.1", self.omsd.port))
            connection.sendall(
                b"POST /v1/orders HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n" + body
            )
            connection.close()
        self.assertEqual(self.omsd.get("/v1/suppliers/S").raw, self.whole)

        def connections():
            text = self.omsd.get("/metrics").text
            return next(
                float(line.split()[1])
                for line in text.splitlines()
                if line.startswith("oms_http_connections ")
            )

        # The one that asks.
        eventually(lambda: connections() == 1)

    def test_head_tells_the_size_and_sends_nothing(self):
        answer = self.omsd.call("HEAD", "/v1/suppliers/S")
        self.assertEqual(int(answer.headers["Content-Length"]), len(self.whole))
        self.assertEqual(answer.raw, b"")

    def test_a_large_answer_over_http_1_0(self):
        connection = socket.create_connection(("127.0.0.1", self.omsd.port))
        self.addCleanup(connection.close)
        connection.sendall(b"GET /v1/suppliers/S HTTP/1.0\r\n\r\n")
        got = b""
        while part := connection.recv(1 << 20):
            got += part
        self.assertEqual(got.split(b"\r\n\r\n", 1)[1], self.whole)


class Ends(unittest.TestCase):
    def test_what_is_under_way_is_answered_before_the_end(self):
        with Omsd() as omsd:
            omsd.put("/v1/locations/NYC", {})
            stop = threading.Event()
            wrong = []

            def place(name):
                connection = http.client.HTTPConnection("127.0.0.1", omsd.port, timeout=30)
                number = 0
                while not stop.is_set():
                    number += 1
                    lines = [{"line": "1", "sku": "A", "quantity": 1}]
                    body = json.dumps({"id": f"{name}-{number}", "lines": lines})
                    try:
                        connection.request("POST", "/v1/orders", body)
                        answer = connection.getresponse()
                        answer.read()
                    except (OSError, http.client.HTTPException) as failure:
                        # Only a connection that was idle may be closed; a
                        # response is never cut off.
                        if isinstance(failure, http.client.IncompleteRead):
                            wrong.append(failure)
                        return
                    if answer.status != 201:
                        wrong.append(answer.status)
                    if answer.headers.get("Connection") == "close":
                        return

            clients = [threading.Thread(target=place, args=(f"C{i}",)) for i in range(16)]
            for each in clients:
                each.start()
            time.sleep(1)
            code = omsd.stop()
            stop.set()
            for each in clients:
                each.join()
            self.assertEqual((code, wrong), (0, []))

    def test_who_reads_nothing_does_not_hold_up_the_end(self):
        with Omsd("--drain", "1") as omsd:
            products = [{"sku": f"P{i}"} for i in range(20_000)]
            omsd.put("/v1/suppliers/S", {"products": products})
            connection = ask(omsd, "/v1/suppliers/S", buffer=4096)
            connection.recv(1)
            self.assertEqual(omsd.stop(), 0)
            connection.close()

    def test_a_second_signal_ends_it_at_once(self):
        with Omsd("--drain", "600") as omsd:
            products = [{"sku": f"P{i}"} for i in range(20_000)]
            omsd.put("/v1/suppliers/S", {"products": products})
            connection = ask(omsd, "/v1/suppliers/S", buffer=4096)
            connection.recv(1)
            omsd.process.send_signal(signal.SIGTERM)
            eventually(lambda: "stopping" in omsd.said())
            self.assertEqual(omsd.stop(), 0)
            connection.close()


if __name__ == "__main__":
    unittest.main()
