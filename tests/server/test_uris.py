"""From URIs to files, as every editor writes them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from initls.server.uris import to_path

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the paths are those of POSIX")


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///home/me/net.py", "/home/me/net.py"),
        ("file:///home/me/a%20model.py", "/home/me/a model.py"),
        ("file:///home/me/caf%C3%A9.py", "/home/me/café.py"),
        ("file:///home/me/a;b.py", "/home/me/a;b.py"),
        ("file:///home/me/100%25.py", "/home/me/100%.py"),
        ("file:///home/me/net.py#L4", "/home/me/net.py"),
        # Editors write the drive in either case, and the colon in two ways.
        ("file:///C:/net.py", "c:/net.py"),
        ("file:///c%3A/net.py", "c:/net.py"),
        ("file://server/share/net.py", "//server/share/net.py"),
    ],
)
def test_files(uri: str, path: str) -> None:
    assert to_path(uri) == path


@pytest.mark.parametrize(
    "uri", ["untitled:Untitled-1", "vscode-notebook-cell:/home/me/a.ipynb#W0", "", "file://[", "net.py"]
)
def test_what_is_no_file(uri: str) -> None:
    assert to_path(uri) is None


def test_there_and_back(tmp_path: Path) -> None:
    path = tmp_path / "so many # ways? 100% é.py"
    assert to_path(path.as_uri()) == str(path)
