"""Framing, however the bytes arrive."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from initls.server.transport import Channel, Writer, encoded, read_messages


def arriving(data: bytes, chance: random.Random) -> Callable[[int], bytes]:
    """A `read` that gives the data in pieces of random length."""
    rest = bytearray(data)

    def read(size: int) -> bytes:
        count = chance.randint(1, min(size, 40))
        piece = bytes(rest[:count])
        del rest[:count]
        return piece

    return read


def framed(body: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


@pytest.mark.parametrize("seed", range(20))
def test_messages_arrive_whole_whatever_the_pieces(seed: int) -> None:
    chance = random.Random(seed)
    bodies = [bytes(chance.choices(b"\r\n:{}Content-Length: 12", k=chance.randint(0, 90))) for _ in range(8)]
    stream = b"".join(map(framed, bodies))
    assert list(read_messages(arriving(stream, chance))) == bodies


@pytest.mark.parametrize(
    "header",
    [
        b"Content-Length: 2\r\nContent-Type: x\r\n\r\n",
        b"Content-Type: x\r\nCONTENT-LENGTH:2\r\n\r\n",
        b"content-length :  2 \r\n\r\n",
        b"X: 1\r\n\r\nContent-Length: -1\r\n\r\nContent-Length: x\r\n\r\nContent-Length: 2\r\n\r\n",
    ],
)
def test_headers(header: bytes) -> None:
    assert list(read_messages(arriving(header + b"{}", random.Random(0)))) == [b"{}"]


def test_a_message_that_is_cut_off_is_none() -> None:
    for stream in (b"Content-Length: 5\r\n\r\n{}", b"Content-Length: 5\r\n", b""):
        assert list(read_messages(arriving(stream, random.Random(0)))) == []


def test_noise_without_end_does_not_fill_the_memory_and_messages_behind_it_are_found() -> None:
    noise = b"x" * 200_000 + b"\r\n\r\n"
    assert list(read_messages(arriving(noise + framed(b"{}"), random.Random(0)))) == [b"{}"]


def test_a_reader_that_fails_is_at_its_end() -> None:
    def read(size: int) -> bytes:
        raise ConnectionResetError

    assert list(read_messages(read)) == []


def test_a_client_that_is_gone_is_noticed_and_not_written_to_again() -> None:
    tries: list[bytes] = []
    losses: list[int] = []

    def write(data: bytes) -> None:
        tries.append(data)
        raise BrokenPipeError

    writer = Writer(Channel(lambda size: b"", write), lambda: losses.append(1))
    writer.send(b"{}")
    writer.send(b"{}")
    assert tries == [b"Content-Length: 2\r\n\r\n{}"]
    assert losses == [1]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)


@given(JSON)
def test_what_is_sent_is_what_arrives(value: object) -> None:
    assert json.loads(encoded(value)) == value


@pytest.mark.parametrize("value", ["half \ud83d", 2**70, {"\udc80": ["x"]}])
def test_half_a_character_and_a_long_number_arrive_too(value: object) -> None:
    assert json.loads(encoded(value)) == value
