"""Every module of the model can be loaded first: those of the machine know each other, but not while they load."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import initls.model

FOLDER = Path(initls.model.__file__).parent

LOAD_EACH = """
import importlib, os, sys, traceback
import dataclasses, enum, fractions, msgspec, msgspec.structs, re, typing  # What all of them load is loaded once.

for name in sys.argv[1:]:
    child = os.fork()
    if child == 0:
        try:
            importlib.import_module(name)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        print(name)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="each module is loaded by a fork, which Windows has not")
@pytest.mark.parametrize("package", sorted(folder.parent.name for folder in FOLDER.glob("*/__init__.py")))
def test_a_module_can_be_loaded_first(package: str) -> None:
    names = [f"initls.model.{package}.{file.stem}" for file in sorted((FOLDER / package).glob("[!_]*.py"))]
    assert names
    ran = subprocess.run([sys.executable, "-c", LOAD_EACH, *names], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == [], ran.stderr
