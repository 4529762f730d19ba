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
from initls.server.orders import usual_checker
usual_checker()
print("\\n".join(sys.modules))
"""


def test_the_rules_that_are_on_are_there_for_the_first_document_and_the_others_are_not() -> None:
    ran = subprocess.run([sys.executable, "-c", READY], capture_output=True, text=True, check=True)
    loaded = set(ran.stdout.split())
    assert {code for code in codes() if f"initls.rules.{code.lower()}" in loaded} == {*codes()} - QUIET - PACKED.keys()


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


MADE = """
import sys
from initls.check import Checker
from initls.server.main import serve

load_fixes = Checker.load_fixes

def load(checker):
    load_fixes(checker)
    print("fixes are there" if "initls.fixes.build" in sys.modules else "nothing is", file=sys.stderr)

Checker.load_fixes = load
serve()
"""
SOUND = "import torch\n\nlayer = torch.nn.Linear(2, 2)\n"
TO_BE_FIXED = f"{SOUND}torch.nn.init.zeros_(layer.weight)\ntorch.nn.init.kaiming_normal_(layer.bias)\n"


def test_what_makes_fixes_is_loaded_once_there_is_something_to_fix(start: Start) -> None:
    """The first light bulb does not wait for it; who has nothing to fix never loads it."""
    client = start(command=[sys.executable, "-c", MADE])
    uri = client.open(SOUND)
    assert client.diagnostics(uri, 1) == []
    assert b"fixes" not in client.errors
    client.change(uri, 2, TO_BE_FIXED)
    assert client.diagnostics(uri, 2) != []
    end = time.monotonic() + TIMEOUT
    while b"fixes are there" not in client.errors:
        assert time.monotonic() < end, client.errors
        time.sleep(0.02)
