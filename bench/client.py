"""A client so plain that it is never the bottleneck: kept connections and no parsing."""

import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from bench.subjects import Page

CONNECTIONS = 8
LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Answer:
    seconds: float
    length: int


class Visitor:
    """One kept connection."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, page: Page) -> Answer:
        """Raises RuntimeError for any other answer than 200."""
        began = time.perf_counter()
        lines = (f"GET {page.path} HTTP/1.1", "Host: localhost", f"Cookie: {page.cookie}", "", "")
        self.socket.sendall("\r\n".join(lines).encode())
        received = self.socket.recv(65536)
        while b"\r\n\r\n" not in received:
            received += self.more()
        head, _, body = received.partition(b"\r\n\r\n")
        length = int(LENGTH.search(head)[1])
        got = len(body)
        while got < length:
            got += len(self.more())
        if not head.startswith(b"HTTP/1.1 200 "):
            raise RuntimeError(f"{page.path.partition('?')[0]} answered {head[9:12].decode()}")
        return Answer(time.perf_counter() - began, length)

    def more(self) -> bytes:
        received = self.socket.recv(65536)
        if not received:
            raise RuntimeError("The measured server closed a connection.")
        return received


def requests_a_second(port: int, page: Page, *, seconds: float) -> float:
    """Under as many kept connections as keep both workers busy."""
    visitors = [Visitor(port) for _ in range(CONNECTIONS)]
    began = time.perf_counter()
    deadline = began + seconds

    def visit(visitor: Visitor) -> int:
        count = 0
        while time.perf_counter() < deadline:
            visitor.ask(page)
            count += 1
        return count

    with ThreadPoolExecutor(CONNECTIONS) as threads:
        total = sum(threads.map(visit, visitors))
    taken = time.perf_counter() - began
    for visitor in visitors:
        visitor.socket.close()
    return total / taken
