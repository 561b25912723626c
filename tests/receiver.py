"""A real HTTP server on this machine that tests post to."""

import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiver(BaseHTTPRequestHandler):
    """Answers as its server is told, and keeps what came."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.came.append((self.path, dict(self.headers), body))
        if self.server.answer is None:
            time.sleep(2)
            return
        if callable(self.server.answer):
            self.server.answer(self.wfile)
            return
        status, headers, text = self.server.answer
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_words):
        """Quiet."""


@contextmanager
def http_receiver():
    """A server on 127.0.0.1; ``came`` is what it got, ``answer`` what it says (or who says it)."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.came, server.answer = [], (200, {}, b"ok")
    server.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
