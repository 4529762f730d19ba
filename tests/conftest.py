"""Which tests need a real PyTorch, Keras and Flax, or Dask: they are marked so, and without these not collected.

A test that is skipped looks like one that was forgotten. So `make test` leaves these out, and `make proofs`,
`make proofs-keras` and `make cluster`, which bring what they need, run them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import settings

# Where a verdict is given, the generated cases are the same ones every time; at a desk they are new ones every time.
settings.register_profile("verdict", derandomize=True, database=None, print_blob=True)
if os.environ.get("CI"):
    settings.load_profile("verdict")

PROOFS = Path(__file__).parent / "proofs"
KERAS = Path(__file__).parent / "keras"
CLUSTER = Path(__file__).parent / "cluster"

ASKS_FOR_TORCH = re.compile(r"^torch\b.*importorskip\(|^pytestmark\b.*\bmark\.torch\b", re.MULTILINE)
"""How a file says that all of its tests need PyTorch. A single test is marked by itself."""


@pytest.fixture(autouse=True, scope="session")
def _no_cache_of_ours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what the command line finds in a folder of the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INITLS_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        yield


@cache
def needs_torch(path: Path) -> bool:
    """Whether no test of the file can run without PyTorch."""
    if path.suffix != ".py" or not path.name.startswith("test_"):
        return False
    return path.is_relative_to(PROOFS) or ASKS_FOR_TORCH.search(path.read_text(encoding="utf-8")) is not None


def installed() -> bool:
    """Whether there is a PyTorch."""
    return find_spec("torch") is not None


@cache
def keras_installed() -> bool:
    """Whether there are Keras, JAX and Flax."""
    return all(find_spec(name) is not None for name in ("keras", "jax", "flax"))


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    if collection_path.is_relative_to(KERAS) and not keras_installed():
        return True
    if collection_path.is_relative_to(CLUSTER) and find_spec("distributed") is None:
        return True
    return True if needs_torch(collection_path) and not installed() else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if needs_torch(item.path):
            item.add_marker(pytest.mark.torch)
        if item.path.is_relative_to(KERAS):
            item.add_marker(pytest.mark.keras)
    if not installed() and (left := [item for item in items if item.get_closest_marker("torch")]):
        items[:] = [item for item in items if item not in left]
        config.hook.pytest_deselected(items=left)


def pytest_report_header() -> str | None:
    return None if installed() else "PyTorch is not installed: what needs it is left to `make proofs` and `make corpus`"
