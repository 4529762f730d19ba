"""What is loaded before a client has been answered, and what is loaded after that without being asked for."""

from __future__ import annotations

import subprocess
import sys
import time

from lsp_client import TIMEOUT, Start

from initls.rules.codes import PACKED, QUIET, codes

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


READY = """
import sys
from initls.document import Document
from initls.server.orders import usual_checker
from initls.settings import Settings

checker = usual_checker()
before = {*sys.modules}
text = "import torch\\ntorch.nn.init.zeros_(torch.nn.Linear(2, 2).bias)\\n"
checker.check(Document.of("model.py", text), Settings())
print(*before, "after", *{*sys.modules} - before)
"""


def test_rules_are_loaded_when_a_document_shows_something_that_they_may_speak_of() -> None:
    ran = subprocess.run([sys.executable, "-c", READY], capture_output=True, text=True, check=True)
    before, after = (
        {code for code in codes() if f"initls.rules.{code.lower()}" in loaded.split()}
        for loaded in ran.stdout.split(" after ")
    )
    assert not before
    assert {"INI101", "INI301"} <= after
    assert after.isdisjoint(QUIET | PACKED.keys() | {"INI105", "INI201", "INI402"})


LOUD = """
import sys
from initls.server.main import serve
from initls.server.orders import usual_checker

def make_checker():
    made = usual_checker()
    print("the analysis is there", file=sys.stderr)
    return made

serve(make_checker=make_checker)
"""


def test_the_analysis_is_loaded_behind_the_hello(start: Start) -> None:
    """The first document finds it there."""
    client = start(command=[sys.executable, "-c", LOUD])
    end = time.monotonic() + 4 * TIMEOUT
    while b"the analysis is there" not in client.errors:
        assert time.monotonic() < end, client.errors
        time.sleep(0.02)
