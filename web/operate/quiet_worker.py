"""gunicorn's worker, without what gunicorn tells: who asked for what, and which program it is."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from gunicorn.http import wsgi
from gunicorn.http.errors import InvalidResponseHeader, ParseException
from gunicorn.workers.gthread import ThreadWorker

from web.operate.slow_clients import ReadDeadline, hang_up
from web.security import HEADERS


class NamelessResponse(wsgi.Response):  # type: ignore[misc]
    """An answer without the ``Server`` line."""

    def default_headers(self) -> list[str]:
        """Return gunicorn's own headers but the one that names it."""
        return [line for line in super().default_headers() if not line.startswith("Server:")]


class QuietWorker(ThreadWorker):  # type: ignore[misc]
    """Answers what is not HTTP without repeating it, and writes nothing of it down."""

    def init_process(self) -> None:
        """Begin to serve, with answers that do not name the program."""
        wsgi.Response = NamelessResponse
        self._deadline = ReadDeadline()
        self._deadline.watch()
        super().init_process()

    def handle(self, conn: Any) -> Any:
        """Handle a request that arrives within half a minute; return whether another may follow it."""
        with self._deadline.reading(conn.sock):
            more = super().handle(conn)
        if more is False:
            hang_up(conn.sock)
        return more

    def handle_error(self, _request: Any, client: Any, _address: Any, error: Exception) -> None:
        """Answer what no view could answer. gunicorn's own would log the address and quote the request."""
        theirs = isinstance(error, ParseException) and not isinstance(error, InvalidResponseHeader)
        if not theirs:
            self.log.error("fault", exc_info=(type(error), error, error.__traceback__))
        status = "400 Bad Request" if theirs else "500 Internal Server Error"
        headers = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())
        with suppress(OSError):
            client.sendall(
                f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: 0\r\n{headers}\r\n".encode()
            )
