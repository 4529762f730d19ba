"""What it takes to start: a server, the command line, and a look at a file that is opened; and the memory of it all."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import tables
from client import Client, Silent
from sections import Options, Section, Target
from servers import BENCH, EMPTY, HERE, LIBCST, PUSH, RUFF_SERVER, Peer, file_alone, initls, large_file, logs, peer
from taken import MEGABYTE, Taken

ROUNDS = 30
OPENINGS = 31
REST = 0.5
"""Seconds after which what a server does behind its answer is over, when its memory is read."""

NOTHING, PRINTING, VERSION = "python -c pass", "a console script that prints", "initls --version"

TO_EMPTY, TO_PRINTING, TO_LIBCST, TO_RUFF, MEMORY_TO_EMPTY = 1.15, 1.15, 0.08, 5.0, 1.6


def measure(options: Options) -> Section:
    """Start everything often, in turns."""
    section = Section("start")
    rounds, openings = (2, 1) if options.quick else (ROUNDS, OPENINGS)
    try:
        servers = _servers(rounds)
        commands = _commands(rounds)
        opened = _openings(openings)
    except (Silent, subprocess.CalledProcessError) as error:
        section.failures.append(f"start: {error}")
        return section
    section.lines += [
        "### A server, until it has answered `initialize`",
        "",
        *_table(servers),
        "",
        "### The command line",
        "",
        f"Behind `{NOTHING}` nothing can be; a console script that pip made for a function that prints a line is as "
        "near to it as any can be.",
        "",
        *_table(commands),
        "",
        "### Opening vision_transformer.py of timm 1.0.31, until its diagnostics are in",
        "",
        "Each time in a server that has just been started; the memory is what it holds half a second later.",
        "",
        *_table(opened, memory=True),
        "",
    ]
    floor = servers[EMPTY]
    section.targets = [
        Target("`initialize`: initls, times the empty server", TO_EMPTY, servers[PUSH].median / floor.median),
        Target(
            f"`{VERSION}`, times a console script that prints",
            TO_PRINTING,
            commands[VERSION].median / commands[PRINTING].median,
        ),
        Target("opening: initls, part of whole-file libcst", TO_LIBCST, opened[PUSH].median / opened[LIBCST].median),
        Target("opening: initls, times ruff server", TO_RUFF, opened[PUSH].median / opened[RUFF_SERVER].median),
        Target(
            "memory with the file open: initls, times the empty server",
            MEMORY_TO_EMPTY,
            statistics.median(opened[PUSH].memory) / statistics.median(opened[EMPTY].memory),
        ),
    ]
    return section


def _in_turns(names: Sequence[str], rounds: int, once: Callable[[str, Taken], None]) -> dict[str, Taken]:
    taken = {name: Taken() for name in names}
    # The first time the machine reads everything from its disk: that time says nothing, and is not kept.
    for name in names:
        once(name, Taken())
    for round_ in range(rounds):
        for turn in range(len(names)):
            name = names[(turn + round_) % len(names)]
            once(name, taken[name])
    return taken


def _servers(rounds: int) -> dict[str, Taken]:
    file = file_alone("small/models.py", "")

    def once(name: str, taken: Taken) -> None:
        client = _client(name, file)
        try:
            taken.wall.append(client.start_up)
            taken.processor.append(client.processor_time())
        finally:
            client.close()

    return _in_turns([EMPTY, PUSH, RUFF_SERVER], rounds, once)


def _openings(rounds: int) -> dict[str, Taken]:
    text = large_file()
    file = file_alone("large/vision_transformer.py", text)

    def once(name: str, taken: Taken) -> None:
        client = _client(name, file)
        try:
            before = client.processor_time()
            taken.wall.append(client.open(text)[0])
            taken.processor.append(client.processor_time() - before)
            time.sleep(REST)
            taken.memory.append(client.resident() / MEGABYTE)
        finally:
            client.close()

    return _in_turns([EMPTY, PUSH, RUFF_SERVER, LIBCST], rounds, once)


def _client(name: str, file: Path) -> Client:
    one: Peer = peer(name)
    return Client(one, file, logs("start") / f"{name}.log")


def _commands(rounds: int) -> dict[str, Taken]:
    ours = initls() / "initls"
    commands = {
        NOTHING: [str(initls() / "python"), "-c", "pass"],
        PRINTING: [str(_printing(ours))],
        VERSION: [str(ours), "--version"],
    }
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [os.getenv("PYTHONPATH"), str(HERE)]))}

    def once(name: str, taken: Taken) -> None:
        taken.run(commands[name], env=environment)

    return _in_turns(list(commands), rounds, once)


def _printing(ours: Path) -> Path:
    """A script like that of initls, for a function that prints a line and nothing else."""
    script = BENCH / "printing"
    text = ours.read_text()
    assert "from initls.cli.main import main" in text
    script.write_text(text.replace("from initls.cli.main import main", "from printing import main"))
    script.chmod(0o755)
    return script


def _table(taken: dict[str, Taken], *, memory: bool = False) -> list[str]:
    rows = [["", "ms", "processor time, ms", *(["MB"] if memory else []), "runs"]]
    for name, one in taken.items():
        rows.append(
            [
                name,
                tables.spread([seconds * 1e3 for seconds in one.wall], 1),
                tables.spread([seconds * 1e3 for seconds in one.processor], 1),
                *([tables.spread(one.memory, 0)] if memory else []),
                str(len(one.wall)),
            ]
        )
    return tables.grid(rows)
