"""What findings can be printed as."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

Format: TypeAlias = Literal["full", "concise", "json", "sarif", "gitlab", "github", "junit"]

FORMATS: tuple[Format, ...] = get_args(Format)
"""The first two are for people, the others for programs."""
