"""Many clients from one process, each of whom keeps its connection.

In `run` each sends its next request when its answer is whole; in `run_on_schedule` all of them together keep to times
that were set beforehand, whatever the server does. A loop over sockets, since a thread a client would measure this
process and not the server.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SECONDS_AT_MOST = 120.0


@dataclass
class Result:
    """`latencies` in seconds, in order of arrival; `statuses` counts the answers by HTTP status.

    `cpu` are the seconds that the clients themselves worked, and `held_back` counts requests for which no client was
    free when they were due.
    """

    seconds: float = 0.0
    cpu: float = 0.0
    held_back: int = 0
    latencies: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class _Client:
    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer, self.asked_at = b"", 0.0

    def send(self, request: bytes, due_at: float | None = None) -> None:
        """`due_at` is when it should have been sent, from which its answer's latency is counted."""
        self.buffer, self.asked_at = b"", time.perf_counter() if due_at is None else due_at
        self.socket.sendall(request)

    def answer(self) -> int | None:
        """The status, once the whole answer is here."""
        piece = self.socket.recv(262144)
        if not piece:
            raise ConnectionError("the server closed the connection")
        self.buffer += piece
        head, found, body = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return None
        status = int(head[9:12])
        return status if status in (204, 304) or len(body) >= _length(head) else None


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    raise ValueError("an answer without Content-Length")


def run(port: int, requests: Iterator[bytes], clients: int) -> Result:
    """Send all `requests` from `clients` connections at 127.0.0.1:`port`."""
    result, selector = Result(), selectors.DefaultSelector()
    open_clients = [_Client(port) for _ in range(clients)]
    working, start = time.process_time(), time.perf_counter()
    waiting = 0
    for client in open_clients:
        request = next(requests, None)
        if request is not None:
            client.send(request)
            selector.register(client.socket, selectors.EVENT_READ, client)
            waiting += 1
    while waiting:
        if time.perf_counter() - start > SECONDS_AT_MOST:
            raise TimeoutError("the load did not end in time")
        for key, _ in selector.select(timeout=1.0):
            client = key.data
            status = client.answer()
            if status is None:
                continue
            result.latencies.append(time.perf_counter() - client.asked_at)
            result.statuses[status] += 1
            request = next(requests, None)
            if request is None:
                selector.unregister(client.socket)
                waiting -= 1
            else:
                client.send(request)
    result.seconds, result.cpu = time.perf_counter() - start, time.process_time() - working
    for client in open_clients:
        client.socket.close()
    return result


def run_on_schedule(port: int, requests: Sequence[bytes], due: Sequence[float], clients: int) -> Result:
    """Send each of `requests` so many seconds after the start as `due` says, by the client that is free for longest.

    One that is due while all are busy waits for the first of them, and that counts in its latency as all the rest.
    """
    result, selector = Result(), selectors.DefaultSelector()
    free = deque(_Client(port) for _ in range(clients))
    for client in free:
        selector.register(client.socket, selectors.EVENT_READ, client)
    working, start = time.process_time(), time.perf_counter()
    sent, all_busy_until = 0, -1.0
    while len(result.latencies) < len(requests):
        now = time.perf_counter() - start
        if now > due[-1] + SECONDS_AT_MOST:
            raise TimeoutError("the load did not end in time")
        while sent < len(requests) and due[sent] <= now and free:
            result.held_back += due[sent] < all_busy_until
            free.popleft().send(requests[sent], start + due[sent])
            sent += 1
        patience = due[sent] - now if free and sent < len(requests) else 1.0
        for key, _ in selector.select(timeout=max(0.0, patience)):
            status = key.data.answer()
            if status is None:
                continue
            answered = time.perf_counter()
            result.latencies.append(answered - key.data.asked_at)
            result.statuses[status] += 1
            all_busy_until = all_busy_until if free else answered - start
            free.append(key.data)
    result.seconds, result.cpu = time.perf_counter() - start, time.process_time() - working
    for client in free:
        client.socket.close()
    return result


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n\r\n".encode()


def post(path: str, body: bytes, *, token: str = "") -> bytes:
    return _post(path, body, "application/json", {"Authorization": f"Bearer {token}"} if token else {})


def post_form(path: str, values: Mapping[str, str], *, cookies: str) -> bytes:
    """As a page's own script sends it."""
    return _post(path, urlencode(values).encode(), "application/x-www-form-urlencoded", {"Cookie": cookies})


def _post(path: str, body: bytes, kind: str, more: Mapping[str, str]) -> bytes:
    said = {"Host": "127.0.0.1", "Content-Type": kind, "Content-Length": str(len(body)), **more}
    head = "".join(f"{name}: {value}\r\n" for name, value in said.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body
