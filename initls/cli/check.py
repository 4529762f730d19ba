"""`initls check`: from the arguments to the exit status."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from initls.cli.console import fail, out, paint, warn
from initls.cli.exit import CLEAN, FAILED, FOUND
from initls.cli.output import concise, full, json, patch, summary
from initls.cli.pool import default_jobs, run_tasks
from initls.cli.progress import Progress
from initls.cli.work import AnalysisMaker, Mode, Outcome, Task
from initls.findings import Severity
from initls.rulebook import all_rules
from initls.workspace import toml
from initls.workspace.config import Configuration, Overrides
from initls.workspace.discover import Found, Missing, discover, excluded_by
from initls.workspace.options import ConfigError, selectors
from initls.workspace.source import UnreadableError, decode

STDIN = "-"


@dataclass(frozen=True, slots=True)
class Options:
    """What `initls check` was asked to do."""

    paths: tuple[str, ...] = (".",)
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    fix: bool = False
    unsafe_fixes: bool = False
    diff: bool = False
    output_format: Literal["full", "concise", "json"] = "full"
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

    @property
    def mode(self) -> Mode:
        """What is done with each file; showing a diff wins over fixing."""
        return "diff" if self.diff else "fix" if self.fix else "check"

    @property
    def from_stdin(self) -> bool:
        """Whether the text comes on standard input: it is named, or its name is given."""
        return self.paths == (STDIN,) or self.stdin_filename is not None


def options_of(arguments: Namespace) -> Options:
    """The options that the parsed `arguments` stand for."""
    return Options(
        paths=tuple(arguments.paths) or (".",),
        select=tuple(arguments.select),
        ignore=tuple(arguments.ignore),
        extend_select=tuple(arguments.extend_select),
        fix=arguments.fix,
        unsafe_fixes=arguments.unsafe_fixes,
        diff=arguments.diff,
        output_format=arguments.output_format,
        statistics=arguments.statistics,
        color=arguments.color,
        quiet=arguments.quiet,
        stdin_filename=arguments.stdin_filename,
        force_exclude=arguments.force_exclude,
        config=tuple(arguments.config),
        isolated=arguments.isolated,
        show_settings=arguments.show_settings,
        show_files=arguments.show_files,
        exit_zero=arguments.exit_zero,
        exit_on=Severity(arguments.exit_on),
        jobs=arguments.jobs,
    )


def run(options: Options, make: AnalysisMaker | None = None) -> int:
    """Do what `options` say with the analysis that `make` builds; the result is the exit status."""
    try:
        configuration = _configuration(options)
        if options.from_stdin:
            return _check_stdin(options, configuration, make)
        return _check_files(options, configuration, make)
    except ConfigError as error:
        fail(str(error))
        return FAILED


def _configuration(options: Options) -> Configuration:
    codes = tuple(all_rules())
    file: Path | None = None
    settings: list[str] = []
    for text in options.config:
        if "=" in text and not Path(text).is_file():
            settings.append(text)
        elif file is not None:
            raise ConfigError("only one settings file can be given", source="--config", key=text)
        else:
            file = Path(os.path.expandvars(text)).expanduser()
    if file is not None and options.isolated:
        raise ConfigError("--isolated looks at no settings file, but one is given", source="--config", key=str(file))

    def codes_of(flag: str, texts: Iterable[str]) -> tuple[str, ...]:
        return tuple(code for text in texts for code in selectors(text, codes=codes, source=flag))

    overrides = Overrides(
        select=codes_of("--select", options.select) if options.select else None,
        ignore=codes_of("--ignore", options.ignore),
        extend_select=codes_of("--extend-select", options.extend_select),
        options=_inline(settings),
        origin="--config",
    )
    return Configuration(codes, overrides=overrides, file=file, isolated=options.isolated)


def _inline(settings: Iterable[str]) -> dict[str, object]:
    """The settings that `--config KEY=VALUE` gives, each a line of TOML."""
    merged: dict[str, object] = {}
    for text in settings:
        merged.update(toml.parse(text, f"--config {text}"))
    return merged


# --------------------------------------------------------------------------- standard input


def _check_stdin(options: Options, configuration: Configuration, make: AnalysisMaker | None) -> int:
    name = options.stdin_filename or STDIN
    path = Path(options.stdin_filename or "stdin.py").absolute()
    resolved = configuration.resolve(path.parent)
    if options.show_settings:
        return _show_settings(configuration, path)
    data = sys.stdin.buffer.read()
    if options.force_exclude and options.stdin_filename and excluded_by(path, resolved.settings, resolved.root):
        if options.mode == "fix":
            _write_bytes(data)
        return CLEAN
    try:
        source = decode(data)
    except UnreadableError as error:
        fail(f"{name}: {error}")
        return FAILED
    settings = configuration.for_file(path)
    task = Task(path, name, settings, options.mode, options.unsafe_fixes, named=True, source=source)
    outcome = run_tasks([task], 1, make)[0]
    if options.mode != "fix":
        return _report([outcome], options)
    # The repaired text is the output, so what is left to say goes to standard error.
    fixed = source.text if outcome.after is None else outcome.after
    _write_bytes(source.encode(fixed))
    return _report([outcome], options, to_stderr=True)


def _write_bytes(data: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


# --------------------------------------------------------------------------- files and folders


def _check_files(options: Options, configuration: Configuration, make: AnalysisMaker | None) -> int:
    paths = [Path(text) for text in options.paths]
    if options.show_settings:
        return _show_settings(configuration, paths[0])
    found: list[Found] = []
    failed = False
    for one in discover(paths, configuration.resolve, force_exclude=options.force_exclude):
        if isinstance(one, Missing):
            warn(f"{_shown(one.path)}: {one.reason}" + ("; check the name" if one.named else "; left out"))
            failed = failed or one.named
        else:
            found.append(one)
    if options.show_files:
        out("".join(f"{os.path.abspath(one.path)}\n" for one in found))
        return FAILED if failed else CLEAN
    if not found and not failed:
        warn("no Python files were found under the given paths")
    tasks = [
        Task(
            one.path,
            _shown(one.path),
            configuration.for_file(one.path),
            options.mode,
            options.unsafe_fixes,
            named=one.named,
        )
        for one in found
    ]
    jobs = options.jobs or default_jobs(len(tasks))
    with Progress(len(tasks), quiet=options.quiet) as progress:
        outcomes = run_tasks(tasks, jobs, make, lambda outcome: progress.advance())
    status = _report(outcomes, options)
    return FAILED if failed else status


def _shown(path: Path) -> str:
    """How the output names a file: from here where it is below, else in full."""
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _show_settings(configuration: Configuration, path: Path) -> int:
    resolved = configuration.resolve(path)
    settings = resolved.settings
    out(f"# Settings for {_shown(path)}, from {resolved.source or 'the defaults'}\n")
    for key, value in (
        ("select", list(settings.select)),
        ("ignore", list(settings.ignore)),
        ("extend-select", list(settings.extend_select)),
        ("per-file-ignores", {glob: list(codes) for glob, codes in settings.per_file_ignores}),
        ("exclude", list(settings.exclude)),
        ("extend-exclude", list(settings.extend_exclude)),
        ("severity", {code: severity.value for code, severity in settings.severity}),
        ("distribution", settings.distribution),
        ("torch-version", settings.torch_version),
        ("framework", list(settings.framework)),
    ):
        if value is not None:
            out(f"{key} = {_toml(value)}\n")
    return CLEAN


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_toml(key)} = {_toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    import json as encoder

    # A JSON string is a TOML basic string.
    return encoder.dumps(value, ensure_ascii=False)


# --------------------------------------------------------------------------- the end of a run


def _report(outcomes: Sequence[Outcome], options: Options, *, to_stderr: bool = False) -> int:
    """Print what was found and what became of it; the result is the exit status."""
    failed = False
    for outcome in outcomes:
        if outcome.failure is not None:
            warn(f"{outcome.task.name}: {outcome.failure}")
            failed = failed or outcome.crashed or outcome.task.named
        for note in outcome.notes:
            warn(f"{outcome.task.name}: {note}")
    stream = sys.stderr if to_stderr else sys.stdout
    colours = paint(options.color, stream)
    unsafe = options.unsafe_fixes
    if options.mode == "diff":
        for outcome in outcomes:
            if outcome.before is not None and outcome.after is not None:
                out(patch.unified(outcome.before, outcome.after, outcome.task.name, colours))
        if not options.quiet:
            print(summary.would_fix(outcomes, unsafe=unsafe), file=sys.stderr)
    else:
        text = "".join(_lines(outcomes, options))
        if to_stderr:
            sys.stderr.write(text)
        else:
            out(text)
    if failed:
        return FAILED
    if options.exit_zero:
        return CLEAN
    if options.mode == "diff":
        return FOUND if any(outcome.after is not None for outcome in outcomes) else CLEAN
    least = options.exit_on.rank
    counts = any(one.finding.severity.rank >= least for outcome in outcomes for one in outcome.shown)
    return FOUND if counts else CLEAN


def _lines(outcomes: Sequence[Outcome], options: Options) -> Iterable[str]:
    unsafe = options.unsafe_fixes
    colours = paint(options.color, sys.stdout)
    if options.output_format == "json":
        yield summary.statistics_json(outcomes, unsafe=unsafe) if options.statistics else json.render(outcomes)
        return
    if options.statistics:
        yield from (line + "\n" for line in summary.statistics(outcomes, colours, unsafe=unsafe))
    elif options.output_format == "concise":
        yield from concise.render(outcomes, colours, unsafe=unsafe)
    else:
        yield from full.render(outcomes, colours, unsafe=unsafe)
    if not options.quiet:
        closing = summary.closing(outcomes, colours, fixing=options.mode == "fix", unsafe=unsafe)
        yield from (line + "\n" for line in closing)
