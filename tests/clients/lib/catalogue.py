"""The Catalogue: `catalogue.py FILE` writes its port to FILE and serves until it is killed.

GET /books/42 is a book; a POST sets a provider state, which it has none of.
"""

import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BOOK = {"isbn": "42", "title": "Stone Bridges", "pages": 180}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        found = self.path == "/books/42"
        self.answer(200 if found else 404, BOOK if found else {})

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.answer(200, {})

    def answer(self, status, document):
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    with open(sys.argv[1] + ".new", "w", encoding="ascii") as file:
        file.write(str(server.server_port))
    os.replace(sys.argv[1] + ".new", sys.argv[1])
    server.serve_forever()
