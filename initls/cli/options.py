"""What `initls check` was asked to do, as one typed value."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Literal

from msgspec import Struct

from initls.cli.formats import Format
from initls.cli.outcome import Mode
from initls.cli.shards.shard import Shard
from initls.findings import Severity

STDIN = "-"
"""The path that stands for standard input."""


class Options(Struct, frozen=True):
    """What `initls check` was asked to do, or of it what `initls merge` knows."""

    paths: tuple[str, ...] = (".",)
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    fix: bool = False
    unsafe_fixes: bool = False
    diff: bool = False
    add_ignore: str | None = None
    baseline: str | None = None
    write_baseline: bool = False
    output_format: Format | None = "full"
    """None where the format is that of what is read."""
    statistics: bool = False
    color: Literal["auto", "always", "never"] = "auto"
    quiet: bool = False
    stdin_filename: str | None = None
    force_exclude: bool = False
    config: tuple[str, ...] = ()
    isolated: bool = False
    show_settings: bool = False
    show_files: bool = False
    exit_zero: bool = False
    exit_on: Severity = Severity.WARNING
    jobs: int | None = None
    dask: str | None = None
    """The address of a cluster, or the file that its scheduler has written."""
    shard: Shard | None = None
    watch: bool = False
    no_cache: bool = False
    cache_read_only: bool = False
    cache_dir: Path | None = None

    @property
    def mode(self) -> Mode:
        """What is done with each file; showing a diff wins over fixing."""
        return "diff" if self.diff else "fix" if self.fix or self.add_ignore is not None else "check"

    @property
    def from_stdin(self) -> bool:
        """Whether the text comes on standard input: it is named, or its name is given."""
        return self.paths == (STDIN,) or self.stdin_filename is not None


def options_of(arguments: Namespace) -> Options:
    """The options that the parsed `arguments` stand for; they go by the same names."""
    given = {name: getattr(arguments, name) for name in Options.__struct_fields__ if hasattr(arguments, name)}
    given = {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
    given |= {"paths": given["paths"] or (".",), "exit_on": Severity(arguments.exit_on)}
    return Options(**given)
