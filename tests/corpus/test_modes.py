"""The same is found in every way of looking: cold and warm, in one process and in several."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.corpus.packages import folder_of

WAYS = {
    "one process": ["-j", "1", "--no-cache"],
    "several processes": ["-j", "3", "--no-cache"],
    "cold": ["-j", "2"],
    "warm": ["-j", "2"],
    "warm, one process": ["-j", "1"],
}
"""In this order: the warm ones find what the cold one has left."""

pytestmark = [pytest.mark.corpus, pytest.mark.timeout(1200)]


@pytest.mark.parametrize("package", ["torchvision", "vit_pytorch"])
def test_every_way_prints_the_same(package: str, tmp_path: Path) -> None:
    """Byte for byte, with all code frames and offers of repair."""
    printed = {}
    for way, options in WAYS.items():
        command = [sys.executable, "-m", "initls", "check", "--isolated", "--select", "ALL", "-q", *options]
        ran = subprocess.run(
            [*command, "--cache-dir", str(tmp_path), package], cwd=folder_of(package), capture_output=True
        )
        assert ran.returncode in (0, 1), ran.stderr.decode()
        printed[way] = ran.stdout
    assert printed["one process"]
    assert {way: text == printed["one process"] for way, text in printed.items()} == dict.fromkeys(WAYS, True)
