"""Baselines: findings that are there today and are to be dealt with another time.

A finding is recognized by its file, its code and the class or function that it stands in, never by its line, so that
edits elsewhere in the file do not bring it back. How many of a kind there are in one place is counted. Where there are
more than were recorded nobody can say which one is new, and all of them are shown.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from initls.cli.options import Options
from initls.cli.outcome import Outcome, Shown
from initls.rulebook import all_rules
from initls.settings import Settings
from initls.workspace import source
from initls.workspace.options import ConfigError

VERSION = 1


class Entry(Struct, frozen=True, order=True):
    """Findings of one kind in one place; the path counts from the folder of the baseline, with slashes."""

    path: str
    code: str
    name: str


class Baseline(Struct, frozen=True):
    """How many findings there are of each kind in each place."""

    file: Path
    counts: Mapping[Entry, int] = field(default_factory=dict)

    def without_known(self, outcome: Outcome) -> Outcome:
        """The outcome with what is recorded left out."""
        found = self._found(outcome)
        left = []
        for shown in outcome.shown:
            entry = self._entry(outcome, shown)
            if shown.is_problem or found[entry] > self.counts.get(entry, 0):
                left.append(shown)
        return replace(outcome, shown=tuple(left))

    def stale(self, outcomes: Sequence[Outcome]) -> Iterator[str]:
        """What is recorded and is there no more, of the files that were looked at and those that are gone."""
        looked = self._looked(outcomes)
        found = self._all(outcomes)
        for entry, count in sorted(self.counts.items()):
            where = f"{entry.code} in {entry.name} of {entry.path}"
            if entry.path not in looked:
                if not (self.file.parent / entry.path).exists():
                    yield f"{where}: the file is gone"
            elif found[entry] < count and _asked(entry.code, looked[entry.path]):
                left = f"{found[entry]} of {count} are left" if found[entry] else "it is not there any more"
                yield f"{where}: {left}"

    def renewed(self, outcomes: Sequence[Outcome]) -> Baseline:
        """What is there now; of files and rules that were not asked, what was recorded of them stays."""
        looked = self._looked(outcomes)

        def stays(entry: Entry) -> bool:
            if entry.path in looked:
                return not _asked(entry.code, looked[entry.path])
            return (self.file.parent / entry.path).exists()

        kept = {entry: count for entry, count in self.counts.items() if stays(entry)}
        return replace(self, counts={**kept, **self._all(outcomes)})

    def _looked(self, outcomes: Iterable[Outcome]) -> dict[str, Settings]:
        """The files that could be looked at, with the settings that held."""
        return {self._path(outcome): outcome.task.settings for outcome in outcomes if outcome.failure is None}

    def _all(self, outcomes: Iterable[Outcome]) -> Counter[Entry]:
        found: Counter[Entry] = Counter()
        for outcome in outcomes:
            found += self._found(outcome)
        return found

    def _found(self, outcome: Outcome) -> Counter[Entry]:
        return Counter(self._entry(outcome, shown) for shown in outcome.shown if not shown.is_problem)

    def _entry(self, outcome: Outcome, shown: Shown) -> Entry:
        return Entry(self._path(outcome), shown.finding.code, shown.scope)

    def _path(self, outcome: Outcome) -> str:
        path = os.path.abspath(outcome.task.path)
        try:
            return Path(os.path.relpath(path, self.file.parent)).as_posix()
        except ValueError:  # On another drive.
            return Path(path).as_posix()


def _asked(code: str, settings: Settings) -> bool:
    """Whether a rule had its say; one that there is no more counts as asked and silent."""
    rule = all_rules().get(code)
    return rule is None or settings.selects(code, default=rule.default)


def of(options: Options) -> Baseline | None:
    """The baseline of a run, if it has one; raises `ConfigError`."""
    if options.baseline is None:
        return None
    file = Path(os.path.expandvars(options.baseline)).expanduser()
    return read(file, missing_is_empty=options.write_baseline)


def read(file: Path, *, missing_is_empty: bool = False) -> Baseline:
    """The baseline in `file`; raises `ConfigError`."""
    file = file.absolute()
    try:
        raw = json.loads(file.read_bytes())
    except FileNotFoundError:
        if missing_is_empty:
            return Baseline(file)
        raise ConfigError("there is no such file; --write-baseline makes it", source=str(file)) from None
    except OSError as error:
        raise ConfigError(f"the baseline cannot be read ({error.strerror})", source=str(file)) from None
    except ValueError:
        raise ConfigError("the baseline is not valid JSON", source=str(file)) from None
    if not isinstance(raw, dict) or raw.get("version") != VERSION or not isinstance(raw.get("findings"), list):
        raise ConfigError(f"this is no baseline of version {VERSION}", source=str(file))
    counts: dict[Entry, int] = {}
    for one in raw["findings"]:
        match one:
            case {"path": str(path), "code": str(code), "name": str(name), "count": int(count)} if count > 0:
                counts[Entry(path, code, name)] = count
            case _:
                shown = json.dumps(one)
                raise ConfigError(f"this entry is none that initls has written: {shown[:80]}", source=str(file))
    return Baseline(file, counts)


def write(baseline: Baseline) -> None:
    """Put `baseline` into its file, an entry on each line, so that version control can merge it; raises `OSError`."""
    lines = [
        json.dumps({"path": entry.path, "code": entry.code, "name": entry.name, "count": count}, ensure_ascii=False)
        for entry, count in sorted(baseline.counts.items())
    ]
    findings = "[\n    " + ",\n    ".join(lines) + "\n  ]" if lines else "[]"
    text = f'{{\n  "version": {VERSION},\n  "findings": {findings}\n}}\n'
    if baseline.file.exists():
        # Whatever happens meanwhile, there is the old one or the new one.
        source.write(baseline.file, text.encode("utf-8"))
    else:
        baseline.file.write_text(text, encoding="utf-8")
