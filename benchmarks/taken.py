"""What contenders take: what each has cost so far, and what a command costs that is run to its end."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

MEGABYTE = 1e6


@dataclass
class Taken:
    """What one contender has taken, by round."""

    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    """Megabytes; of several processes those of the largest."""

    @property
    def median(self) -> float:
        """The median of the seconds."""
        return statistics.median(self.wall)

    def run(self, command: Sequence[str], **how: Any) -> float:
        """Run a command, keep what it took, and give the seconds; raises `CalledProcessError` where it fails."""
        begun = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, **how)
        # The usage of a process is also that of those that it has waited for.
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, list(command))
        self.wall.append(wall)
        self.processor.append(used.ru_utime + used.ru_stime)
        self.memory.append(used.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / MEGABYTE)
        return wall
