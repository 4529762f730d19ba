"""Files as text and back."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from initls.workspace.source import UnreadableError, decode, read, write


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x = 1\r\ny = 2\rz = 3\n",
        b"\xef\xbb\xbfx = '\xc3\xa4'\r\n",
        b"# -*- coding: latin-1 -*-\nx = '\xe4'\n",
        b"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nx = '\x80'\n",
        b"x = '\xff\xfe'\n",
        "x = '\U0001f600'".encode(),
        b"x\0y\x0c\n",
    ],
)
def test_text_goes_back_to_the_bytes_that_it_came_from(data: bytes) -> None:
    source = decode(data)
    assert source.encode(source.text) == data


def test_line_ends_and_forms_of_blank_stay() -> None:
    assert decode(b"a\r\nb\rc\x0cd\n").text == "a\r\nb\rc\x0cd\n"


def test_an_edit_keeps_mark_and_encoding() -> None:
    source = decode(b"\xef\xbb\xbfx = '\xc3\xa4'\r\n")
    assert source.encode(source.text.replace("x", "y")) == b"\xef\xbb\xbfy = '\xc3\xa4'\r\n"
    latin = decode(b"# coding: latin-1\nx = '\xe4'\n")
    assert latin.encode(latin.text.replace("x", "y")) == b"# coding: latin-1\ny = '\xe4'\n"


def test_a_character_that_the_encoding_lacks_is_refused() -> None:
    source = decode(b"# coding: latin-1\nx = 1\n")
    with pytest.raises(UnreadableError, match="encoding cannot hold the new text"):
        source.encode(source.text + "\N{SNOWMAN}")


@pytest.mark.parametrize("data", [b"# coding: klingon\nx\n", b"\xff\xfex\0=\0", b"# coding: rot13\nk = 1\n"])
def test_bytes_that_are_no_python_text_are_refused_with_a_way_out(data: bytes) -> None:
    with pytest.raises(UnreadableError, match=r"^line 1: .*save it as UTF-8"):
        decode(data)


def test_a_file_that_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="no such file or directory"):
        read(tmp_path / "none.py")
    with pytest.raises(UnreadableError, match="is a directory"):
        read(tmp_path)


def test_writing_keeps_permissions_and_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "run.py"
    path.write_bytes(b"old")
    path.chmod(0o754)
    write(path, b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o754
    assert os.listdir(tmp_path) == ["run.py"]


def test_writing_through_a_link_changes_its_target(tmp_path: Path) -> None:
    target = tmp_path / "target.py"
    target.write_bytes(b"old")
    link = tmp_path / "link.py"
    link.symlink_to(target)
    write(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")

    def no_room(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", no_room)
    with pytest.raises(OSError, match="No space"):
        write(path, b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.py"]
