"""Who takes part, each in an environment of its own at versions that do not change under us, and on which files."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
PROJECT = HERE.parent
BENCH = PROJECT / ".bench"
"""Environments, files to type into and logs. Nothing in it is ever committed."""

RUFF = ("ruff==0.17.0",)
PYGLS = ("pygls==2.1.1", "lsprotocol==2025.0.0", "libcst==1.9.0")
TORCHFIX = ("torchfix==0.7.0", "libcst==1.5.1")
PACKAGES = {"timm": "timm==1.0.31", "transformers": "transformers==5.23.0"}

EMPTY, PUSH, PULL = "empty server", "initls, push", "initls, pull"
RUFF_SERVER, LIBCST = "ruff server", "whole-file libcst"


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
    pygls = environment("pygls", *PYGLS)
    ours = (str(initls() / "initls"), "server")
    return [
        Peer(EMPTY, (str(pygls / "python"), str(HERE / "empty_server.py"))),
        Peer(PUSH, ours, ours=True),
        Peer(PULL, ours, pulls=True, ours=True),
        Peer(RUFF_SERVER, (str(environment("ruff", *RUFF) / "ruff"), "server")),
        Peer(LIBCST, (str(pygls / "python"), str(HERE / "libcst_server.py")), every=20),
    ]


def peer(name: str) -> Peer:
    """The one of that name."""
    return next(one for one in peers() if one.name == name)


def large_file() -> str:
    """The largest single model file of timm."""
    return (package("timm") / "models" / "vision_transformer.py").read_text()


def package(name: str) -> Path:
    """The folder of a package, of the release that the corpus tests read as well."""
    unpacked = PROJECT / ".corpus" / name
    if unpacked.is_dir():
        return unpacked.resolve()
    folder = BENCH / "packages"
    if not (folder / name).is_dir():
        wheels = BENCH / "wheels"
        pip(Path(sys.executable), "download", "--no-deps", "--dest", str(wheels), PACKAGES[name])
        with zipfile.ZipFile(next(wheels.glob(f"{name}-*.whl"))) as wheel:
            wheel.extractall(folder)
    return folder / name


def file_alone(name: str, text: str) -> Path:
    """A file of that text in a folder of its own, with no settings but the defaults."""
    file = BENCH / "files" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    for settings in ("initls.toml", "ruff.toml"):
        # The project's own settings stand above this folder, and are not what is measured.
        (file.parent / settings).write_text("")
    return file


def logs(name: str) -> Path:
    """A folder for what servers say to their standard error."""
    folder = BENCH / "logs" / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@cache
def initls() -> Path:
    """The folder of programs of an environment that holds initls as it is here, installed as users install it.

    An editable one is slower to start: Python looks for it in a roundabout way, and may have to compile it each time.
    """
    programs = environment("initls", *PYGLS)
    pip(programs / "python", "install", "--force-reinstall", "--no-deps", str(PROJECT))
    # What else it needs; there already, but for the first time.
    pip(programs / "python", "install", str(PROJECT))
    return programs


def environment(name: str, *requirements: str) -> Path:
    """The folder of programs of an environment that holds `requirements`; made when there is none like it yet."""
    folder = BENCH / name
    programs = folder / ("Scripts" if sys.platform == "win32" else "bin")
    ready = folder / "requirements.txt"
    wanted = "\n".join(requirements)
    if not ready.exists() or ready.read_text() != wanted:
        venv.create(folder, clear=True, with_pip=True)
        pip(programs / "python", "install", *requirements)
        ready.write_text(wanted)
    return programs


def pip(python: Path, *arguments: str) -> None:
    """Run pip for an interpreter."""
    command = [str(python), "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments]
    subprocess.run(command, check=True)
