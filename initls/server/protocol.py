"""How messages find their handlers, and what goes back when they cannot.

pygls answers the requests of the protocol's beginning and end (`initialize`, `shutdown`) and sends ours. The features
themselves take the parameters as the client sent them, and answer in JSON values: on a keystroke the structuring that
pygls does would cost as much as the analysis, and one strange value in somebody else's diagnostic the whole request.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import (
    JsonRpcException,
    JsonRpcInternalError,
    JsonRpcInvalidParams,
    JsonRpcInvalidRequest,
    JsonRpcMethodNotFound,
    JsonRpcParseError,
    JsonRpcRequestCancelled,
    JsonRpcServerNotInitialized,
)
from pygls.protocol import LanguageServerProtocol

from initls.server.params import InvalidParams
from initls.server.transport import encoded

if TYPE_CHECKING:
    from cattrs import Converter

    from initls.server.server import Server

log = logging.getLogger(__name__)

MOST_ASKED = 200
"""Questions to the client that may wait for an answer."""

Handler = Callable[[Any], Any]
"""Takes raw parameters; gives a JSON value, or a coroutine that does."""


class Protocol(LanguageServerProtocol):
    """pygls' protocol with our dispatch in front of it. Everything here runs on the event loop's thread."""

    _server: Server

    def __init__(self, server: Server, converter: Converter) -> None:
        super().__init__(server, converter)
        self.direct: dict[str, Handler] = {
            types.CANCEL_REQUEST: self._cancel,
            types.EXIT: self._exit,
        }
        self._began = False
        self._answering: dict[str | int, asyncio.Task[Any]] = {}
        self._asked: dict[str, asyncio.Future[Any]] = {}
        self._ids = itertools.count(1)

    # ----------------------------------------------------------------------------------------------- incoming

    def receive(self, body: bytes) -> None:
        """Handle the body of one message. Whatever it holds, this does not raise."""
        try:
            message = json.loads(body)
        except (ValueError, RecursionError) as error:
            log.error("A message is not JSON: %s", error)
            self._fail(None, JsonRpcParseError(str(error)))
            return
        # There are no batches in this protocol: every message is one object.
        if not isinstance(message, dict):
            self._fail(None, JsonRpcInvalidRequest("a message is an object"))
            return
        method, id = message.get("method"), message.get("id")
        if not isinstance(method, str):
            if id is not None and ("result" in message or "error" in message):
                self._take_answer(id, message)
            else:
                self._fail(id, JsonRpcInvalidRequest("a message has a method or is an answer"))
        elif id is None:
            self._notified(method, message)
        elif isinstance(id, str | int):
            self._requested(id, method, message)
        else:
            self._fail(None, JsonRpcInvalidRequest("an id is a string or an integer"))

    def _requested(self, id: str | int, method: str, message: dict[str, Any]) -> None:
        try:
            if self._shutdown:
                raise JsonRpcInvalidRequest("the server has been shut down")
            if method == types.INITIALIZE:
                if self._began:
                    raise JsonRpcInvalidRequest("the server has been initialized already")
                message["params"] = self._begin(message.get("params"))
            elif not self._began:
                raise JsonRpcServerNotInitialized("the server has not been initialized")
            handler = self.direct.get(method)
            if handler is None:
                self._hand_to_pygls(method, message)
                return
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
        if method != types.EXIT and (not self._began or self._shutdown):
            log.warning("Ignored %s: it came before initialize or after shutdown", method)
            return
        try:
            handler = self.direct.get(method)
            if handler is None:
                self._hand_to_pygls(method, message)
            else:
                handler(message.get("params"))
        except JsonRpcMethodNotFound:
            # Notifications whose names start like this may be ignored, the protocol says.
            if not method.startswith("$/"):
                log.warning("Ignored %s: there is no such notification", method)
        except InvalidParams as error:
            log.error("Ignored %s: %s", method, error)
        except Exception:
            log.exception("%s failed", method)

    def _hand_to_pygls(self, method: str, message: dict[str, Any]) -> None:
        """Let pygls handle what is not ours; raises where it cannot read it."""
        if method not in self.fm.builtin_features and method not in self.fm.features:
            raise JsonRpcMethodNotFound.of(method)
        message.setdefault("jsonrpc", self.VERSION)
        self.handle_message(self.structure_message(message))

    def _begin(self, params: object) -> dict[str, Any]:
        """Meet the client; gives parameters of `initialize` that pygls can read, whatever the client declared."""
        if not isinstance(params, dict):
            raise JsonRpcInvalidParams("initialize needs parameters")
        self._began = True
        self._server.meet(params)
        declared = params.get("capabilities")
        capabilities = declared if isinstance(declared, dict) else {}
        # A client may be newer than our tables. What we cannot read of it is left out; it is not turned away.
        readable = {
            key: value for key, value in capabilities.items() if self._reads(types.ClientCapabilities, {key: value})
        }
        # What we have worked out ourselves has to be what pygls announces.
        readable["general"] = {"positionEncodings": [self._server.client.encoding]}
        kept = {key: params[key] for key in ("processId", "rootUri", "workspaceFolders", "clientInfo") if key in params}
        kept = {
            key: value
            for key, value in kept.items()
            if self._reads(types.InitializeParams, {"capabilities": {}, key: value})
        }
        return {**kept, "capabilities": readable}

    def _reads(self, kind: type[Any], value: dict[str, Any]) -> bool:
        try:
            self._converter.structure(value, kind)
        except Exception:
            # The converter raises all sorts of things.
            log.info("Cannot read what the client says about %s", ", ".join(value))
            return False
        return True

    def _take_answer(self, id: object, message: dict[str, Any]) -> None:
        """The client answers a question of ours."""
        future = self._asked.pop(id, None) if isinstance(id, str) else None
        if future is None or future.done():
            log.warning("Ignored the answer to %r, which was not asked", id)
        elif "error" in message:
            future.set_exception(JsonRpcException(f"the client says {message['error']}"))
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
        self._server.writer.send(encoded(message))

    def _finish(self, id: str | int, task: asyncio.Task[Any]) -> None:
        self._answering.pop(id, None)
        if task.cancelled():
            self._fail(id, JsonRpcRequestCancelled("the client cancelled the request"))
        elif (error := task.exception()) is not None:
            self._fail(id, error)
        else:
            self.answer(id, task.result())

    def _fail(self, id: str | int | None, error: BaseException) -> None:
        """Answer with an error. Only what nobody expects is logged with its traceback."""
        if isinstance(error, InvalidParams):
            error = JsonRpcInvalidParams(str(error))
        elif not isinstance(error, JsonRpcException):
            log.error("A request failed", exc_info=error)
            error = JsonRpcInternalError(f"{type(error).__name__}: {error}")
        answer: dict[str, Any] = {"code": error.code, "message": error.message}
        if error.data is not None:
            answer["data"] = error.data
        self.send({"jsonrpc": self.VERSION, "id": id, "error": answer})
