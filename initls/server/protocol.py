"""How messages find their handlers, and what goes back when they cannot.

Handlers take the parameters as the client sent them, and answer in JSON values: turning them into objects of the
protocol's many types would cost as much as the analysis of a keystroke, loading these types more than all the rest of
a start, and one strange value in somebody else's diagnostic the whole request.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from initls.server.errors import Code, InvalidParams, Refused, ResponseError

if TYPE_CHECKING:
    from initls.server.server import Server

log = logging.getLogger(__name__)

MOST_ASKED = 200
"""Questions to the client that may wait for an answer."""

INITIALIZE, EXIT = "initialize", "exit"

Handler = Callable[[Any], Any]
"""Takes raw parameters; gives a JSON value, or a coroutine that does."""


class Protocol:
    """One conversation in JSON-RPC, from its hello to its end. Everything here runs on the event loop's thread."""

    VERSION = "2.0"

    def __init__(self, server: Server) -> None:
        self._server = server
        self._handlers: dict[str, Handler] = {
            INITIALIZE: self._initialize,
            "shutdown": self._shut_down,
            EXIT: self._exit,
            "$/cancelRequest": self._cancel,
            # Who has had enough of waiting cancels the request itself.
            "window/workDoneProgress/cancel": lambda params: None,
        }
        self._began = False
        self._shutdown = False
        self._answering: dict[str | int, asyncio.Task[Any]] = {}
        self._asked: dict[str, asyncio.Future[Any]] = {}
        self._ids = itertools.count(1)

    def handle(self, method: str, handler: Handler) -> None:
        """Have `handler` called with the parameters of each `method`."""
        self._handlers[method] = handler

    # ----------------------------------------------------------------------------------------------- incoming

    def receive(self, body: bytes) -> None:
        """Handle the body of one message. Whatever it holds, this does not raise."""
        try:
            message = json.loads(body)
        except (ValueError, RecursionError) as error:
            log.error("A message is not JSON: %s", error)
            self._fail(None, ResponseError(Code.PARSE_ERROR, str(error)))
            return
        # There are no batches in this protocol: every message is one object.
        if not isinstance(message, dict):
            self._fail(None, ResponseError(Code.INVALID_REQUEST, "a message is an object"))
            return
        method, id = message.get("method"), message.get("id")
        if not isinstance(method, str):
            if id is not None and ("result" in message or "error" in message):
                self._take_answer(id, message)
            else:
                self._fail(id, ResponseError(Code.INVALID_REQUEST, "a message has a method or is an answer"))
        elif id is None:
            self._notified(method, message)
        elif isinstance(id, str | int):
            self._requested(id, method, message)
        else:
            self._fail(None, ResponseError(Code.INVALID_REQUEST, "an id is a string or an integer"))

    def _requested(self, id: str | int, method: str, message: dict[str, Any]) -> None:
        try:
            if self._shutdown:
                raise ResponseError(Code.INVALID_REQUEST, "the server has been shut down")
            if not self._began and method != INITIALIZE:
                raise ResponseError(Code.SERVER_NOT_INITIALIZED, "the server has not been initialized")
            handler = self._handlers.get(method)
            if handler is None:
                raise ResponseError(Code.METHOD_NOT_FOUND, f"there is no request {method}")
            result = handler(message.get("params"))
            if asyncio.iscoroutine(result):
                task = asyncio.ensure_future(result)
                self._answering[id] = task
                task.add_done_callback(lambda done: self._finish(id, done))
            else:
                self.answer(id, result)
        except Exception as error:
            # Whatever it is, the client is told.
            self._fail(id, error)

    def _notified(self, method: str, message: dict[str, Any]) -> None:
        if method != EXIT and (not self._began or self._shutdown):
            log.warning("Ignored %s: it came before initialize or after shutdown", method)
            return
        handler = self._handlers.get(method)
        if handler is None:
            # Notifications whose names start like this may be ignored, the protocol says.
            if not method.startswith("$/"):
                log.warning("Ignored %s: there is no such notification", method)
            return
        try:
            handler(message.get("params"))
        except InvalidParams as error:
            log.error("Ignored %s: %s", method, error)
        except Exception:
            log.exception("%s failed", method)

    def _initialize(self, params: object) -> dict[str, Any]:
        if self._began:
            raise ResponseError(Code.INVALID_REQUEST, "the server has been initialized already")
        if not isinstance(params, dict):
            raise InvalidParams("initialize needs parameters")
        self._began = True
        return self._server.meet(params)

    def _shut_down(self, params: object) -> None:
        self._shutdown = True

    def _take_answer(self, id: object, message: dict[str, Any]) -> None:
        """The client answers a question of ours."""
        future = self._asked.pop(id, None) if isinstance(id, str) else None
        if future is None or future.done():
            log.warning("Ignored the answer to %r, which was not asked", id)
        elif "error" in message:
            future.set_exception(Refused(f"the client says {message['error']}"))
        else:
            future.set_result(message["result"])

    def _cancel(self, params: object) -> None:
        id = params.get("id") if isinstance(params, dict) else None
        if isinstance(id, str | int) and (task := self._answering.get(id)) is not None:
            task.cancel()

    def _exit(self, params: object) -> None:
        self._server.hang_up()

    @property
    def said_goodbye(self) -> bool:
        """Whether the client has asked us to shut down."""
        return self._shutdown

    # ----------------------------------------------------------------------------------------------- outgoing

    def answer(self, id: str | int, result: object) -> None:
        """Send the result of the request `id`."""
        self.send({"jsonrpc": self.VERSION, "id": id, "result": result})

    def tell(self, method: str, params: object) -> None:
        """Send a notification whose parameters are JSON values already."""
        self.send({"jsonrpc": self.VERSION, "method": method, "params": params})

    async def ask(self, method: str, params: object = None) -> Any:
        """Send a request whose parameters are JSON values, and give the result as the client sent it."""
        id = f"initls-{next(self._ids)}"
        if len(self._asked) >= MOST_ASKED:
            # Of a client that leaves us without answers, the oldest question is given up.
            self._asked.pop(next(iter(self._asked))).cancel()
        answer = self._asked[id] = asyncio.get_running_loop().create_future()
        self.send({"jsonrpc": self.VERSION, "id": id, "method": method, "params": params})
        return await answer

    def send(self, message: dict[str, Any]) -> None:
        """Send a message of JSON values; from any thread."""
        self._server.writer.send(json.dumps(message, separators=(",", ":")).encode("ascii"))

    def _finish(self, id: str | int, task: asyncio.Task[Any]) -> None:
        self._answering.pop(id, None)
        if task.cancelled():
            self._fail(id, ResponseError(Code.REQUEST_CANCELLED, "the client cancelled the request"))
        elif (error := task.exception()) is not None:
            self._fail(id, error)
        else:
            self.answer(id, task.result())

    def _fail(self, id: str | int | None, error: BaseException) -> None:
        """Answer with an error. Only what nobody expects is logged with its traceback."""
        if not isinstance(error, ResponseError):
            log.error("A request failed", exc_info=error)
            error = ResponseError(Code.INTERNAL_ERROR, f"{type(error).__name__}: {error}")
        answer: dict[str, Any] = {"code": error.code, "message": error.message}
        if error.data is not None:
            answer["data"] = error.data
        self.send({"jsonrpc": self.VERSION, "id": id, "error": answer})
