"""What is loaded before a client has been answered."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import gc, sys
gc.disable()
import initls.server.main
print("\\n".join(sys.modules))
"""


def test_the_analysis_is_not_loaded_before_it_is_needed() -> None:
    """A hello is answered by less than half of the program."""
    ran = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    loaded = set(ran.stdout.split())
    assert "pygls.server" in loaded
    assert (
        not {"libcst", "initls.check", "initls.model", "initls.rules.rule", "initls.fixes", "initls.suppress"} & loaded
    )
