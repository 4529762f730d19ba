"""Which packs a file has on: by what it imports, by what its classes derive from, and by the settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from initls.check import Checker
from initls.document import Document
from initls.facts.store import FactStore
from initls.knowledge import packs
from initls.library import Library
from initls.model.traces.tracer import Tracer
from initls.rules.registry import RULES
from initls.settings import Settings
from initls.workspace.index import Index
from tests.model.traces import program_of, source_of

WRITES = """
def init(m):
    m.weight.data.zero_()
"""
DERIVED = """
import torch
from base import Base

class Net(Base):
    def __init__(self):
        super().__init__()
        self.fc = torch.nn.Linear(8, 4)
        torch.nn.init.zeros_(self.fc.bias)
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import torch", set()),
        ("import deepspeed", {"deepspeed"}),
        ("import os, deepspeed.zero", {"deepspeed"}),
        ("import deepspeed as ds", {"deepspeed"}),
        ("from torch.distributed.fsdp import FullyShardedDataParallel as FSDP", {"fsdp"}),
        ("from torch.distributed import init_process_group", set()),
        ("import pytorch_lightning as pl", {"lightning"}),
        ("from lightning.pytorch import LightningModule", {"lightning"}),
        ("from peft import get_peft_model\nimport transformers", {"peft", "transformers"}),
        ("from peftly import nothing", set()),
        ("from .peft import mine", set()),
        ("try:\n    from mmcv.runner import BaseModule\nexcept ImportError:\n    pass", {"mmengine"}),
        ("def build():\n    from peft import LoraConfig\n    return LoraConfig()", {"peft"}),
        ("important = 1", set()),
    ],
)
def test_an_import_gives_a_framework_away(text: str, expected: set[str]) -> None:
    assert program_of(text + "\n" + WRITES).packs(()) == expected


def test_the_setting_names_further_ones() -> None:
    assert program_of("import deepspeed\n" + WRITES).packs(("fsdp",)) == {"deepspeed", "fsdp"}


@pytest.mark.parametrize(
    ("base", "expected"),
    [("import lightning\n\nclass Base(lightning.LightningModule):", {"lightning"}),
     ("import lightning\nfrom torch import nn\n\nclass Base(nn.Module):", set())],
)  # fmt: skip
def test_a_base_in_another_file_gives_a_framework_away(tmp_path: Path, base: str, expected: set[str]) -> None:
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "base.py").write_text(f"{base}\n    pass\n")
    path = str(tmp_path / "net.py")
    files = Library(Index(), FactStore()).around(path)
    assert Tracer().program(source_of(DERIVED, path), files=files).packs(()) == expected


PARTITIONED = """
import torch
from compat import deepspeed

with deepspeed.zero.Init():
    model = torch.nn.Linear(8, 4)
torch.nn.init.zeros_(model.bias)
"""


def test_a_rule_of_a_pack_is_asked_where_the_pack_is_on() -> None:
    def codes(text: str, *named: str) -> list[str]:
        result = Checker().check(Document.of("model.py", text), Settings(framework=named))
        return [finding.code for finding in result.findings]

    assert codes(PARTITIONED) == []
    assert codes(PARTITIONED, "fsdp") == []
    assert codes(PARTITIONED, "deepspeed") == ["INI218"]
    assert codes(PARTITIONED.replace("from compat import", "import")) == ["INI218"]


def test_an_import_that_comes_or_goes_changes_what_is_asked() -> None:
    checker = Checker()
    told = PARTITIONED + "\n\ndef unrelated():\n    import deepspeed.comm\n"
    found = [
        [finding.code for finding in checker.check(Document.of("model.py", text), Settings()).findings]
        for text in (PARTITIONED, told, PARTITIONED)
    ]
    assert found == [[], ["INI218"], []]


def test_the_packs_of_rules_are_packs() -> None:
    assert all(name in packs.PACKS for rule in RULES.values() for name in rule.packs)
    assert all(name == pack.name for name, pack in packs.PACKS.items())
