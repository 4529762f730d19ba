"""The floor of the command line: a program that prints a line."""

from __future__ import annotations


def main() -> None:
    """Print it."""
    print("printing 1.0")
