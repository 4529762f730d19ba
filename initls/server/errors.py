"""What goes wrong between client and server, by the numbers that the protocol has for it."""

from __future__ import annotations

from enum import IntEnum


class Code(IntEnum):
    """The errors of the protocol, as far as a server says them."""

    PARSE_ERROR = -32700
    INVALID_REQUEST = -32600
    METHOD_NOT_FOUND = -32601
    INVALID_PARAMS = -32602
    INTERNAL_ERROR = -32603
    SERVER_NOT_INITIALIZED = -32002
    REQUEST_CANCELLED = -32800
    CONTENT_MODIFIED = -32801
    SERVER_CANCELLED = -32802


class ResponseError(Exception):
    """What a request is answered with where it has no result."""

    def __init__(self, code: Code, message: str, data: object = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data


class InvalidParams(ResponseError):
    """The parameters do not have the shape that the protocol gives them."""

    def __init__(self, message: str) -> None:
        super().__init__(Code.INVALID_PARAMS, message)


class Refused(Exception):
    """The client answers a question of ours with an error."""
