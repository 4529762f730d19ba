"""The settings that the analysis obeys, as one frozen value.

`initls.workspace` reads them from files and from the editor; nothing else asks where they came from.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

from initls.findings import Severity

FAMILY = "INI"
"""What all codes begin with. Selected by this alone, as by default, are the rules that are on by default."""

COMMENT_CODES = ("INI001", "INI002")
"""The codes of the rules about comments that silence findings."""

DEFAULT_EXCLUDE: tuple[str, ...] = (
    ".direnv",
    ".eggs",
    ".git",
    ".hg",
    ".initls_cache",
    ".ipynb_checkpoints",
    ".mypy_cache",
    ".nox",
    ".pytest_cache",
    ".ruff_cache",
    ".svn",
    ".tox",
    ".venv",
    "__pycache__",
    "__pypackages__",
    "_build",
    "build",
    "dist",
    "node_modules",
    "site-packages",
    "venv",
)
"""Folders that hold other people's code or no code at all; a name stands for a path segment wherever it occurs."""


class Settings(Struct, frozen=True):
    """What to report, how loudly, and which fixes to prefer.

    `select`, `ignore` and `extend_select` hold codes or prefixes of codes (`INI1`, `INI101`, `ALL`).
    `per_file_ignores` pairs a glob with codes. `severity` pairs a code or prefix with a severity; the longest prefix
    wins. `exclude` and `extend_exclude` hold globs of files and folders.
    """

    select: tuple[str, ...] = (FAMILY,)
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    exclude: tuple[str, ...] = DEFAULT_EXCLUDE
    extend_exclude: tuple[str, ...] = ()
    severity: tuple[tuple[str, Severity], ...] = ()
    distribution: Literal["normal", "uniform"] = "normal"
    torch_version: str | None = None
    framework: tuple[str, ...] = field(default=())

    def selects(self, code: str, *, default: bool = True) -> bool:
        """Whether findings of `code` are wanted; the longest prefix that names it decides, and ignoring wins a tie.

        A rule that is off by `default` is wanted where `ALL` or something longer than the family of all codes names it.
        """

        def longest(prefixes: tuple[str, ...]) -> int:
            return max((_reach(prefix, code) for prefix in prefixes), default=-1)

        chosen = (*self.select, *self.extend_select)
        if not default and not any(prefix == "ALL" or _reach(prefix, code) > len(FAMILY) for prefix in chosen):
            return False
        return longest(chosen) > longest(self.ignore)

    def severity_of(self, code: str, found: Severity) -> Severity:
        """The severity that the user wants for `code`, or the one that the rule `found`."""
        reach, severity = max(
            ((_reach(prefix, code), severity) for prefix, severity in self.severity),
            key=lambda pair: pair[0],
            default=(-1, found),
        )
        return severity if reach >= 0 else found


def _reach(prefix: str, code: str) -> int:
    """How closely a code or a beginning of codes names `code`; -1 where it does not."""
    if prefix == "ALL":
        return 0
    return len(prefix) if code.startswith(prefix) else -1
