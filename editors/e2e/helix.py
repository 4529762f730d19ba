"""Drives a real Helix in a terminal of its own: set up as docs/editors.md says, the finding seen, repaired and saved.

What it needs to know comes from the environment that `run` makes. Prints one line for each step.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pty
import re
import select
import struct
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pyte

ROWS, COLUMNS = 50, 220
PATIENCE = float(os.environ["E2E_PATIENCE"])
STARTED = time.monotonic()
FILE, EXPECTED = Path(os.environ["E2E_FILE"]), Path(os.environ["E2E_EXPECTED"])
SCENARIO = json.loads(Path(os.environ["E2E_SCENARIO"]).read_text())


def done(step: str) -> None:
    print(f"  {time.monotonic() - STARTED:5.1f} s  {step}", flush=True)


def set_up() -> None:
    """Write the snippet of the documentation where Helix reads it; of its servers only ours is on this machine."""
    page = Path(os.environ["E2E_DOCUMENTATION"]).read_text()
    found = re.search(r"^```toml\n(\[language-server\.initls\]\n.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert found is not None, "the documentation has no snippet for Helix"
    folder = Path(os.environ["XDG_CONFIG_HOME"], "helix")
    folder.mkdir(parents=True)
    (folder / "languages.toml").write_text(found[1])
    (folder / "config.toml").write_text('[editor]\nend-of-line-diagnostics = "hint"\n')


class Screen(pyte.Screen):
    """A screen that hears the questions of a modern program, which pyte does not know, and answers none."""

    def report_device_status(self, *_: object, **__: object) -> None:
        pass

    def set_margins(self, *arguments: int, **_: object) -> None:
        super().set_margins(*arguments)


class Terminal:
    """A terminal that Helix believes in, and what stands on it."""

    def __init__(self, *command: str) -> None:
        self.screen = Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self.screen)
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.environ["TERM"] = "xterm-256color"
            os.execvp(command[0], command)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))

    def press(self, keys: str) -> None:
        os.write(self._fd, keys.encode())

    def look(self, seconds: float = 0.1) -> str:
        if select.select([self._fd], [], [], seconds)[0]:
            with contextlib.suppress(OSError):  # Helix is gone
                self._stream.feed(os.read(self._fd, 1 << 16))
        return "\n".join(self.screen.display)

    def until(self, seen: Callable[[str], bool], what: str) -> None:
        end = time.monotonic() + PATIENCE
        while not seen(self.look()):
            if time.monotonic() > end:
                shown = "\n".join(line.rstrip() for line in self.screen.display)
                print(f"  FAIL  {what}: not within {PATIENCE:.0f} s; the screen is\n{shown}", flush=True)
                sys.exit(1)


def main() -> None:
    set_up()
    terminal = Terminal("hx", str(FILE))
    terminal.until(lambda screen: "class LeNet" in screen, "the file is shown")
    terminal.until(lambda screen: "this initialization runs before" in screen, "the finding is shown")
    done("the finding is shown")
    terminal.press("]d")
    terminal.until(lambda screen: re.search(r"15:\d+", screen) is not None, "the cursor is on the finding")
    terminal.press(" a")
    terminal.until(lambda screen: SCENARIO["fix"] in screen, "the menu of repairs is shown")
    done("the menu offers the repair")
    terminal.press("\r")
    terminal.until(lambda screen: "this initialization runs before" not in screen, "the finding is gone")
    terminal.press(":w\r")
    terminal.until(lambda _: FILE.read_bytes() == EXPECTED.read_bytes(), "the file on disk is the repaired text")
    done("saved, and the file on disk is the repaired text")
    terminal.press(":q!\r")


main()
