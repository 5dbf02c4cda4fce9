"""Where a real browser lands that follows a link: a server of one page, and Chromium.

The page itself tells the server what is in view. Virtual time would be faster, but under it Chromium does not fall back
from words that it does not find to the anchor (measured with Chromium 156).
"""

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from threading import Thread
from urllib.parse import urlsplit

from tests.environment import chromium

PATIENCE = 60
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--window-size=800,600", "--force-device-scale-factor=1"),
    # No other address is resolved. The port keeps Chromium running until it is told to end.
    *("--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"),
    "--remote-debugging-port=0",
)


class Landings(ThreadingHTTPServer):
    """Serves a page under every path, and keeps for each visitor the ids that the page says are in view."""

    def __init__(self, page: Path) -> None:
        self.page = page.read_bytes()
        self.landed: dict[str, Queue[str]] = {}
        super().__init__(("127.0.0.1", 0), Visit)


class Visit(BaseHTTPRequestHandler):
    """One request: for the page, or with the report of where it was opened."""

    server: Landings

    def do_GET(self) -> None:
        """Send the page."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(self.server.page)

    def do_POST(self) -> None:
        """Take the report."""
        report = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.send_response(204)
        self.end_headers()
        self.server.landed[urlsplit(self.path).query].put(report)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving(page: Path) -> Iterator[Landings]:
    """Serve a page while the block runs."""
    with Landings(page) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def visit(server: Landings, visitor: str, link: str, profile: Path) -> Sequence[str]:
    """Return the ids in view where Chromium lands by a link, from the top."""
    server.landed[visitor] = Queue()
    command = [str(chromium()), *FLAGS, f"--user-data-dir={profile}", link]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as browser:
        try:
            return server.landed[visitor].get(timeout=PATIENCE).split()
        finally:
            browser.terminate()


def land(server: Landings, links: Mapping[str, str], folder: Path) -> dict[str, Sequence[str]]:
    """Return for each link, by its visitor's name, the ids in view where Chromium lands."""
    with ThreadPoolExecutor(4) as pool:
        found = pool.map(lambda name: visit(server, name, links[name], folder / name), links)
        return dict(zip(links, found, strict=True))
