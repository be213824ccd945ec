"""What can go wrong on the way to a server: a proxy that the test makes fail.

A fault is a function that is given one connection, ours and the server's, and ends with it.
"""

import socket
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Thread

PIECE = 65536
Fault = Callable[[socket.socket, socket.socket], None]


class Proxy:
    """Passes connections on to a local port, the next ones by the faults it is given."""

    def __init__(self, upstream: int) -> None:
        self.upstream = upstream
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.once: list[Fault] = []
        self.always: Fault = forward
        self.open: list[socket.socket] = []
        self.accepted = 0
        Thread(target=self.serve, daemon=True).start()

    def fail(self, fault: Fault, *, times: int | None = None) -> None:
        """From now on, or for so many connections; those that are open end."""
        self.once = [fault] * (times or 0)
        self.always = forward if times else fault
        self.drop()

    def heal(self) -> None:
        self.fail(forward)

    def drop(self) -> None:
        for connection in self.open:
            end(connection)
        self.open = []

    def close(self) -> None:
        end(self.listener)
        self.drop()

    def serve(self) -> None:
        with suppress(OSError):  # closed
            while True:
                ours, _ = self.listener.accept()
                self.accepted += 1
                fault = self.once.pop() if self.once else self.always
                self.open.append(ours)
                Thread(target=self.handle, args=(fault, ours), daemon=True).start()

    def handle(self, fault: Fault, ours: socket.socket) -> None:
        server = ("127.0.0.1", self.upstream)
        # Either side may go meanwhile.
        with suppress(OSError), socket.create_connection(server) as theirs:
            self.open.append(theirs)
            fault(ours, theirs)
        end(ours)


def end(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()


def copy(source: socket.socket, target: socket.socket, limit: int | None, delay: float) -> None:
    """Ends with either side, or once the limit is passed on."""
    passed = 0
    while (piece := source.recv(PIECE)) and (limit is None or passed < limit):
        time.sleep(delay)
        target.sendall(piece[: None if limit is None else limit - passed])
        passed += len(piece)


# --- faults ----------------------------------------------------------------------------------


def forward(
    ours: socket.socket,
    theirs: socket.socket,
    *,
    sent: int | None = None,
    answered: int | None = None,
    delay: float = 0,
) -> None:
    """None, or: the connection breaks after so many bytes; each piece of an answer is late."""

    def send() -> None:
        with suppress(OSError):
            copy(ours, theirs, sent, 0)
        end(theirs)

    Thread(target=send, daemon=True).start()
    copy(theirs, ours, answered, delay)


def cut(**after: int) -> Fault:
    """The connection breaks after so many bytes ``sent`` or ``answered``."""
    return partial(forward, **after)


def late(seconds: float) -> Fault:
    return partial(forward, delay=seconds)


def closed(ours: socket.socket, theirs: socket.socket) -> None:
    """The connection ends as soon as it is made."""


def silent(ours: socket.socket, theirs: socket.socket) -> None:
    """The request is taken, and never answered."""
    while ours.recv(PIECE):
        pass


def answering(status: int, code: str) -> Fault:
    """Every request is answered so, and does not reach the server."""
    answer = (
        f"HTTP/1.1 {status} {code}\r\nx-ms-error-code: {code}\r\n"
        "Content-Length: 0\r\nConnection: close\r\n\r\n"
    )

    def fault(ours: socket.socket, theirs: socket.socket) -> None:
        request = ours.makefile("rb")
        length = 0
        while (line := request.readline().strip()) != b"":
            name, _, value = line.lower().partition(b":")
            length = int(value) if name == b"content-length" else length
        request.read(length)
        ours.sendall(answer.encode())

    return fault
