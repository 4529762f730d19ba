"""The same is found in every way of looking: cold and warm, in one process and in several, in parts, and in the editor.

What is dear is done with some files of all packages: those in which the reviewed list has findings, and by a rule
others (`modes.some_files`). One process looks at them without a cache, several with one that is empty, then from it;
three parts are made without it and merged; and the server is shown each file. What is cheap is done with all files of
all packages, where they are looked at for the reviewed list: again from the cache, by several processes and in parts
(`modes.once_more`). Two packages are looked at in every way of the command line, with all rules and all that people see
of a finding. `make cluster` has a cluster look at the same files of all packages.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.corpus.modes import in_parts, initls, some_files
from tests.corpus.packages import CORPUS, folder_of
from tests.server.lsp_client import Client

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
    folder, check = folder_of(package), ["--isolated", "--select", "ALL", "-q", "--cache-dir", str(tmp_path), package]
    printed = {way: initls(folder, "check", *options, *check) for way, options in WAYS.items()}
    printed["in parts"] = initls(folder, "merge", "-q", "--output-format", "full", *in_parts(folder, tmp_path, *check))
    assert printed["one process"]
    assert {way: text == printed["one process"] for way, text in printed.items()} == dict.fromkeys(printed, True)


def test_some_files_of_all_packages_are_found_the_same(tmp_path: Path) -> None:
    check = ["--isolated", "--select", "ALL", "--output-format", "json", *some_files()]
    kept = ["--cache-dir", str(tmp_path / "cache")]
    one = initls(CORPUS, "check", "-j", "1", "--no-cache", *check)
    assert initls(CORPUS, "check", "-j", "3", *kept, *check) == one, "cold, several processes"
    assert initls(CORPUS, "check", "-j", "1", *kept, *check) == one, "warm"
    parts = in_parts(CORPUS, tmp_path, "-j", "1", "--no-cache", *check)
    assert initls(CORPUS, "merge", *parts) == one, "in parts"
    sarif = ["--output-format", "sarif"]
    assert initls(CORPUS, "merge", *parts, *sarif) == initls(CORPUS, "check", *kept, *check, *sarif), "in parts, SARIF"
    found = json.loads(one)
    assert len({entry["code"] for entry in found}) > 10
    assert shown_by_the_server(some_files()) == sorted(map(told, (e for e in found if e["code"].startswith("INI"))))


# --------------------------------------------------------------------------- the editor

EDITOR = {
    "general": {"positionEncodings": ["utf-32"]},
    "textDocument": {"diagnostic": {}, "publishDiagnostics": {"relatedInformation": True}},
}
"""A client that counts as the command line does, asks for what it shows, and shows all places of a finding."""

SEVERITIES = {1: "error", 2: "warning", 3: "information", 4: "hint"}


def shown_by_the_server(files: list[str]) -> list[str]:
    """What the server says of files that are opened, one after the other, in the words of `told`."""
    client = Client([sys.executable, "-m", "initls", "server"], root=CORPUS)
    try:
        client.hello(EDITOR, settings={"select": ["ALL"], "configurationPreference": "editorOnly"})
        shown = []
        for name in files:
            uri = client.open((CORPUS / name).read_bytes().decode(), (CORPUS / name).as_uri())
            report = client.request("textDocument/diagnostic", {"textDocument": {"uri": uri}}, timeout=300)
            shown += [told(_entry(uri, item)) for item in report["items"]]
            client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    finally:
        client.close()
    assert client.malformed == []
    return sorted(shown)


def told(entry: dict[str, Any]) -> str:
    """What an editor shows of a finding, from an entry of the command line's JSON."""
    keys = ("filename", "code", "severity", "message", "location", "end_location")
    related = [
        {key: one[key] for key in ("filename", "message", "location", "end_location")} for one in entry["related"]
    ]
    return json.dumps({**{key: entry[key] for key in keys}, "related": related}, sort_keys=True)


def _entry(uri: str, item: dict[str, Any]) -> dict[str, Any]:
    """What the server says of a finding, as an entry of that JSON."""
    return {
        "code": item["code"],
        "severity": SEVERITIES[item["severity"]],
        "message": item["message"],
        **_place(uri, item["range"]),
        "related": [
            {"message": one["message"], **_place(one["location"]["uri"], one["location"]["range"])}
            for one in item.get("relatedInformation", ())
        ],
    }


def _place(uri: str, range_: dict[str, Any]) -> dict[str, Any]:
    ends = ({"row": range_[end]["line"] + 1, "column": range_[end]["character"] + 1} for end in ("start", "end"))
    return {"filename": uri.removeprefix("file://"), **dict(zip(("location", "end_location"), ends, strict=True))}
