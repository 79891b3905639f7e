"""A running omsd, and a client of it: for the tests over real sockets."""

import http.client
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile

OMSD = os.environ.get("OMSD", "build/release/omsd")
OMSCTL = os.environ.get("OMSCTL", "build/release/omsctl")


class Answer:
    """Status, headers and body, read as JSON where it is."""

    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.raw = response.read()
        kind = self.headers.get("Content-Type", "")
        self.body = json.loads(self.raw) if "json" in kind and self.raw else None

    @property
    def text(self):
        return self.raw.decode()

    @property
    def code(self):
        """Of a problem document; None of anything else."""
        if self.headers.get("Content-Type") != "application/problem+json":
            return None
        return self.body["code"]


class Omsd:
    """omsd on a port of its own; killed at the end, if it still runs."""

    def __init__(self, *options, store=None):
        self.store = store
        arguments = [OMSD, "--listen", "127.0.0.1:0", *options]
        if store:
            arguments += ["--store", str(store)]
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            arguments, stdout=subprocess.PIPE, stderr=self.log, text=True
        )
        line = self.process.stdout.readline()
        found = re.search(r"listens on https?://[^:]+:(\d+)", line)
        if not found:
            self.process.wait()
            said = self.said()
            self.process.stdout.close()
            self.log.close()
            raise RuntimeError(f"omsd did not begin: {line}{said}")
        self.port = int(found[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.log.close()

    def said(self):
        self.log.seek(0)
        return self.log.read()

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        """By SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)

    def call(self, method, path, body=None, timeout=30, **headers):
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body, named)
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def get(self, path, **headers):
        return self.call("GET", path, **headers)

    def post(self, path, body, **headers):
        return self.call("POST", path, body, **headers)

    def put(self, path, body, **headers):
        return self.call("PUT", path, body, **headers)

    def patch(self, path, body, **headers):
        return self.call("PATCH", path, body, **headers)


def eventually(what, patience_s=20):
    """Waits until `what()` is true: for what follows an answer by itself."""
    import time

    end = time.monotonic() + patience_s
    while True:
        got = what()
        if got:
            return got
        if time.monotonic() > end:
            raise AssertionError("it did not come to be")
        time.sleep(0.02)
