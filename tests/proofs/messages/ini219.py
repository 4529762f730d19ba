"""FSDP with two processes, one of which runs: the collective operations of the other are made up.

An initializer may end the process, so that each example runs in one of its own.
"""

from __future__ import annotations

import ast
import re

import torch.distributed
from torch.testing._internal.distributed.fake_pg import FakeStore

from initls.findings import Finding
from tests.proofs.processes import apart
from tests.rules.cases import Case


def _be_the_first_of_two() -> None:
    torch.distributed.init_process_group("fake", rank=0, world_size=2, store=FakeStore())


def _run(source: str, after: str) -> tuple[int, str]:
    """How a process ends that runs a program and then something else, and what it says."""
    return apart(f"{source}\n{after}\n", _be_the_first_of_two)


def _made(case: Case) -> str:
    return f"model = {case.directive('builds')}\n"


def crashes(case: Case, finding: Finding, match: re.Match[str]) -> None:
    code, said = _run(case.source, _made(case))
    assert code < 0 or "its data is not allocated yet" in said


def raises(case: Case, finding: Finding, match: re.Match[str]) -> None:
    code, said = _run(case.source, _made(case))
    assert code == 1
    assert "ValueError: Fan in and fan out can not be computed" in said


def is_flat(case: Case, finding: Finding, match: re.Match[str]) -> None:
    seen = "print([p.dim() for p in model.parameters()], [name for name, _ in model.named_parameters()])"
    assert _run(case.source, _made(case) + seen) == (0, "[1] ['_fsdp_wrapped_module._flat_param']\n")
    # What the loop is for has not happened: all is as it was without it.
    _assert_no_effect(case, finding)


def is_in_pieces(case: Case, finding: Finding, match: re.Match[str]) -> None:
    seen = "print({p.dim() for p in model.parameters()})"
    assert _run(case.source, _made(case) + seen) == (0, "{1}\n")
    _assert_no_effect(case, finding)


def _assert_no_effect(case: Case, finding: Finding) -> None:
    """All is as it would be without the statement."""
    line = finding.span.start.line + 1

    class Without(ast.NodeTransformer):
        def generic_visit(self, node: ast.AST) -> ast.AST:
            if isinstance(node, ast.For | ast.Expr) and node.lineno == line:
                return ast.copy_location(ast.Pass(), node)
            return super().generic_visit(node)

    tree = Without().visit(ast.parse(case.source))
    seen = "print([p.double().sum().item() for p in model.parameters()])"
    assert ast.unparse(tree) != ast.unparse(ast.parse(case.source))
    code, said = _run(case.source, _made(case) + seen)
    assert code == 0
    assert _run(ast.unparse(tree), _made(case) + seen) == (code, said)


def is_dropped(case: Case, finding: Finding, match: re.Match[str]) -> None:
    _assert_no_effect(case, finding)


FILLED = """
for kind in (torch.nn.Linear, torch.nn.Conv2d, torch.nn.Embedding):
    def reset_parameters(self):
        with torch.no_grad():
            for p in self.parameters(recurse=False):
                p.fill_(7)
    kind.reset_parameters = reset_parameters
with torch.device("meta"):
    model = {built}
from torch.distributed.fsdp import FullyShardedDataParallel
model = FullyShardedDataParallel(model, device_id=torch.device("cpu"))
with FullyShardedDataParallel.summon_full_params(model, writeback=False):
    for name in {names}:
        value = model.get_parameter(name).flatten()
        print(bool((value[: len(value) // 2] == 7).all()))
"""


def is_undone(case: Case, finding: Finding, match: re.Match[str]) -> None:
    names = re.findall(r"`([\w.]+)`", match["names"])
    after = FILLED.format(built=case.directive("builds"), names=names)
    assert _run(case.source, after) == (0, "True\n" * len(names))


_NAMES = r"(?P<names>.+?)"

CLAIMS = (
    (rf"`FullyShardedDataParallel` has freed the memory of {_NAMES} where there is more than one process: this crashes "
     r"there\.$", crashes),
    (rf"`FullyShardedDataParallel` has made one flat tensor of {_NAMES}, which is what this loop gets: `\w+` raises "
     r"there, and a test for two axes finds none\.$", is_flat),
    (rf"`FullyShardedDataParallel` has made one flat tensor of {_NAMES} and others, which this loop can't tell "
     r"apart\.$", is_flat),
    (rf"`FullyShardedDataParallel` keeps a flattened piece of {_NAMES} where there is more than one process: this "
     r"raises ValueError\.$", raises),
    (rf"`FullyShardedDataParallel` keeps a flattened piece of {_NAMES} where there is more than one process: `\w+` "
     r"raises there, and a test for two axes finds none\.$", is_in_pieces),
    (rf"what this writes to {_NAMES} is dropped where `summon_full_params` ends: it is told not to write back\.$",
     is_dropped),
    (rf"this initializes {_NAMES} of a child, where FSDP has it undone for a model on the meta device: it calls that "
     r"of `\w+` later\.$", is_undone),
    (rf"this initializes {_NAMES} of a child, and holds no parameter itself: FSDP never calls it for a model on the "
     r"meta device\.$", is_undone),
)  # fmt: skip

BUILT = {"builds": "build()"}


def runs(case: Case, finding: Finding, text: str) -> None:
    code, said = _run(text, _made(case))
    assert code == 0, said


CURE = runs
