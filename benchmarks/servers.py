"""Who takes part: the servers, each in an environment of its own, at versions that do not change under us."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
PROJECT = HERE.parent
BENCH = PROJECT / ".bench"
"""Environments, files to type into and logs. Nothing in it is ever committed."""

RUFF = "ruff==0.17.0"
PYGLS = ("pygls==2.1.1", "lsprotocol==2025.0.0", "libcst==1.9.0")
TIMM = "timm==1.0.31"


@dataclass(frozen=True, slots=True)
class Peer:
    """A server that takes part."""

    name: str
    command: tuple[str, ...]
    pulls: bool = False
    """Whether it is asked for diagnostics; else it is waited for."""
    every: int = 1
    """It sees every so many keystrokes, in between together with the next one; above 1 for the very slow."""
    ours: bool = False


def peers() -> list[Peer]:
    """All that take part, the floor first."""
    ruff, pygls = _environment("ruff", RUFF), _environment("pygls", *PYGLS)
    initls = (sys.executable, "-m", "initls", "server")
    return [
        Peer("empty server", (str(pygls / "python"), str(HERE / "empty_server.py"))),
        Peer("initls, push", initls, ours=True),
        Peer("initls, pull", initls, pulls=True, ours=True),
        Peer("ruff server", (str(ruff / "ruff"), "server")),
        Peer("whole-file libcst", (str(pygls / "python"), str(HERE / "libcst_server.py")), every=20),
    ]


def large_file() -> str:
    """The largest single model file of timm, out of the release that the corpus tests read as well."""
    name = "timm/models/vision_transformer.py"
    unpacked = PROJECT / ".corpus" / name
    if unpacked.exists():
        return unpacked.read_text()
    wheels = BENCH / "wheels"
    if not list(wheels.glob("timm-*.whl")):
        _pip(Path(sys.executable), "download", "--no-deps", "--dest", str(wheels), TIMM)
    with zipfile.ZipFile(next(wheels.glob("timm-*.whl"))) as wheel:
        return wheel.read(name).decode()


def _environment(name: str, *requirements: str) -> Path:
    """The folder of programs of an environment that holds `requirements`; made when there is none like it yet."""
    folder = BENCH / name
    programs = folder / ("Scripts" if sys.platform == "win32" else "bin")
    ready = folder / "requirements.txt"
    wanted = "\n".join(requirements)
    if not ready.exists() or ready.read_text() != wanted:
        venv.create(folder, clear=True, with_pip=True)
        _pip(programs / "python", "install", *requirements)
        ready.write_text(wanted)
    return programs


def _pip(python: Path, *arguments: str) -> None:
    command = [str(python), "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments]
    subprocess.run(command, check=True)
