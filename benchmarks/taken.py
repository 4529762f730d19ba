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
        ran = subprocess.run(
            [sys.executable, "-S", __file__, *command], stdout=subprocess.PIPE, text=True, check=False, **how
        )
        if ran.returncode:
            raise subprocess.CalledProcessError(ran.returncode, list(command))
        wall, processor, memory = map(float, ran.stdout.split())
        self.wall.append(wall)
        self.processor.append(processor)
        self.memory.append(memory)
        return wall


def main(command: Sequence[str]) -> int:
    """Run a command from a process that holds nothing, and print what it took; the result is its status.

    To a process that is started Linux counts the memory of the one that starts it.
    """
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    # The usage of a process is also that of those that it has waited for.
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begun
    memory = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / MEGABYTE
    print(wall, used.ru_utime + used.ru_stime, memory)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
