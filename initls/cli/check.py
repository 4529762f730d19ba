"""`initls check`: from the options to the exit status."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from initls.cli import baseline as baselines
from initls.cli.baseline import Baseline
from initls.cli.cache import Cache, Place
from initls.cli.console import fail, out, warn
from initls.cli.exit import CLEAN, FAILED
from initls.cli.options import STDIN, Options
from initls.cli.outcome import AnalysisMaker, Outcome, Task
from initls.cli.output.summary import plural
from initls.cli.pool import default_jobs, run_cached, run_tasks
from initls.cli.progress import Progress
from initls.cli.report import report
from initls.cli.settings import configuration_of, shown
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
    baseline = _baseline(options)
    task = Task(
        path, name, settings, options.mode, options.unsafe_fixes, named=True, source=source, silence=options.add_ignore
    )
    outcome = run_tasks([task], 1, make)[0]
    if options.mode != "fix":
        return _conclude([outcome], options, baseline)
    # The repaired text is the output, so what is left to say goes to standard error.
    fixed = source.text if outcome.after is None else outcome.after
    _write_bytes(source.encode(fixed))
    return _conclude([outcome], options, baseline, to_stderr=True)


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
    baseline = _baseline(options)
    if options.show_settings:
        return _show_settings(configuration, paths[0])
    found: list[Found] = []
    failed = False
    for one in discover(paths, configuration.resolve, force_exclude=options.force_exclude):
        if isinstance(one, Missing):
            warn(f"{named(one.path)}: {one.reason}" + ("; check the name" if one.named else "; left out"))
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
            named(one.path),
            configuration.for_file(one.path),
            options.mode,
            options.unsafe_fixes,
            named=one.named,
            silence=options.add_ignore,
        )
        for one in found
    ]
    with Progress(len(tasks), quiet=options.quiet) as progress:
        if not options.no_cache:
            place = Place.of(configuration.resolve(Path.cwd()).root, options.cache_dir)
            outcomes = run_cached(tasks, Cache(place), options.jobs, make, lambda outcome: progress.advance())
        else:
            jobs = options.jobs or default_jobs(len(tasks))
            outcomes = run_tasks(tasks, jobs, make, lambda outcome: progress.advance())
    status = _conclude(outcomes, options, baseline)
    return FAILED if failed else status


def _baseline(options: Options) -> Baseline | None:
    """The baseline of the run; raises `ConfigError`."""
    if options.baseline is None:
        return None
    file = Path(os.path.expandvars(options.baseline)).expanduser()
    return baselines.read(file, missing_is_empty=options.write_baseline)


def _conclude(outcomes: list[Outcome], options: Options, baseline: Baseline | None, *, to_stderr: bool = False) -> int:
    """Report what the baseline does not know, or write it anew; the result is the exit status."""
    if baseline is None:
        return report(outcomes, options, to_stderr=to_stderr)
    name = named(baseline.file)
    if options.write_baseline:
        renewed = baseline.renewed(outcomes)
        try:
            baselines.write(renewed)
        except OSError as error:
            fail(f"{name}: the baseline cannot be written ({error.strerror})")
            return FAILED
        if not options.quiet:
            print(f"Recorded {plural(sum(renewed.counts.values()), 'problem')} in {name}.", file=sys.stderr)
        # What could not be read is in no baseline, and stays to be said.
        return report([replace(outcome, shown=()) for outcome in outcomes], replace(options, quiet=True))
    for words in baseline.stale(outcomes):
        warn(f"{name}: {words}; write it anew with --write-baseline")
    left = baseline.without_known(outcomes)
    known = sum(len(outcome.shown) for outcome in outcomes) - sum(len(outcome.shown) for outcome in left)
    if known and not options.quiet:
        print(f"Left out {plural(known, 'problem')} that {name} knows.", file=sys.stderr)
    return report(left, options, to_stderr=to_stderr)


def named(path: Path) -> str:
    """How the output names a file: from here where it is below, else in full."""
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _show_settings(configuration: Configuration, path: Path) -> int:
    resolved = configuration.resolve(path)
    out(f"# Settings for {named(path)}, from {resolved.source or 'the defaults'}\n{shown(resolved.settings)}")
    return CLEAN
