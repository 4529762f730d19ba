"""`initls check`: from the options to the exit status."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from initls.cli import baseline as baselines
from initls.cli.baseline import Baseline
from initls.cli.cache import Cache, Place
from initls.cli.conclusion import Conclusion
from initls.cli.console import fail, out, warn
from initls.cli.exit import CLEAN, FAILED
from initls.cli.options import STDIN, Options
from initls.cli.outcome import AnalysisMaker, Outcome, Task, named
from initls.cli.pool import InOrder, run_cached, run_tasks
from initls.cli.progress import Progress
from initls.cli.settings import configuration_of, shown
from initls.cli.shards.document import Absent, Part, name_of
from initls.cli.watch import repeat
from initls.workspace.config import NAMES, Configuration
from initls.workspace.discover import Found, Missing, discover, excluded_by
from initls.workspace.options import ConfigError
from initls.workspace.source import UnreadableError, decode


def run(options: Options, make: AnalysisMaker | None = None) -> int:
    """Do what `options` say with the analysis that `make` builds; the result is the exit status."""
    try:
        configuration = configuration_of(options)
        if options.from_stdin:
            return _check_stdin(options, configuration, make)
        if options.watch:
            return _watch(options, configuration, make)
        return _check_files(options, configuration, make)
    except ConfigError as error:
        fail(str(error))
        return FAILED


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
    baseline = baselines.of(options)
    task = Task(
        path, name, settings, options.mode, options.unsafe_fixes, named=True, source=source, silence=options.add_ignore
    )
    outcome = run_tasks([task], 1, make)[0]
    if options.mode != "fix":
        return _conclude(outcome, options, baseline)
    # The repaired text is the output, so what is left to say goes to standard error.
    fixed = source.text if outcome.after is None else outcome.after
    _write_bytes(source.encode(fixed))
    return _conclude(outcome, options, baseline, to_stderr=True)


def _conclude(outcome: Outcome, options: Options, baseline: Baseline | None, *, to_stderr: bool = False) -> int:
    conclusion = Conclusion(options, baseline, to_stderr=to_stderr)
    conclusion.hear(outcome)
    return conclusion.end()


def _write_bytes(data: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _watch(options: Options, configuration: Configuration, make: AnalysisMaker | None) -> int:
    if options.mode == "fix":
        raise ConfigError("files that are watched are not repaired by themselves; use --diff", source="--watch")
    seen: set[Path] = set()

    def watched() -> Iterator[Path]:
        """The files to be checked, and the settings files that say so."""
        paths = [Path(text) for text in options.paths]
        try:
            for one in discover(paths, configuration.resolve, force_exclude=options.force_exclude):
                if isinstance(one, Found):
                    yield one.path
                    seen.update(one.path.absolute().parents)
        except ConfigError:
            # The run itself says so. It is tried again when the file has changed.
            yield from paths
        yield from (folder / name for folder in seen or set(Path.cwd().parents) | {Path.cwd()} for name in NAMES)

    def run() -> int:
        try:
            return _check_files(options, configuration, make)
        except ConfigError as error:
            fail(str(error))
            return FAILED

    repeat(run, watched)
    return CLEAN


def _check_files(options: Options, configuration: Configuration, make: AnalysisMaker | None) -> int:
    paths = [Path(text) for text in options.paths]
    baseline = baselines.of(options)
    if options.show_settings:
        return _show_settings(configuration, paths[0])
    found: list[Found] = []
    missing: list[Absent] = []
    for one in discover(paths, configuration.resolve, force_exclude=options.force_exclude):
        if isinstance(one, Missing):
            missing.append(Absent(name_of(one.path), one.reason, one.named))
            warn(missing[-1].words)
        else:
            found.append(one)
    failed = any(absent.named for absent in missing)
    shard = options.shard
    if options.show_files:
        shown = [one for one in found if shard is None or shard.holds(name_of(one.path))]
        out("".join(f"{os.path.abspath(one.path)}\n" for one in shown))
        return FAILED if failed else CLEAN
    if not found and not failed:
        warn("no Python files were found under the given paths")
    every = [
        Task(
            one.path,
            named(one.path),
            configuration.for_file(one.path),
            options.mode,
            options.unsafe_fixes,
            named=one.named,
            silence=options.add_ignore,
        )
        for one in found
    ]
    if shard is None:
        tasks, part = every, None
    else:
        tasks = [task for task in every if shard.holds(name_of(task.path))]
        part = partial(Part.made, shard, every, tuple(missing))
    progress = Progress(len(tasks), quiet=options.quiet)
    conclusion = Conclusion(options, baseline, part=part, aside=progress.aside)
    in_order = InOrder(tasks, conclusion.hear)

    def done(outcome: Outcome) -> None:
        progress.advance()
        in_order(outcome)

    with progress:
        if options.no_cache:
            run_tasks(tasks, options.jobs, make, done, cluster=options.dask)
        else:
            place = Place.of(configuration.resolve(Path.cwd()).root, options.cache_dir)
            cache = Cache(place, options.cache_read_only)
            run_cached(tasks, cache, options.jobs, make, done, cluster=options.dask)
    status = conclusion.end()
    return FAILED if failed else status


def _show_settings(configuration: Configuration, path: Path) -> int:
    resolved = configuration.resolve(path)
    out(f"# Settings for {named(path)}, from {resolved.source or 'the defaults'}\n{shown(resolved.settings)}")
    return CLEAN
