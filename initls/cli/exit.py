"""What the exit status of the program means."""

CLEAN = 0
"""Nothing was found that counts."""

FOUND = 1
"""Something was found that counts, or `--diff` has something to show."""

FAILED = 2
"""The run itself failed: wrong usage, bad settings, a file that is not there."""

INTERRUPTED = 130
"""The user pressed Ctrl-C."""
