"""Which repairs are offered in which context, the best first."""

from __future__ import annotations

import pytest

from initls.check import Checker
from initls.document import Document
from initls.findings import Fix
from initls.fixes.apply import apply
from initls.settings import Settings
from tests.rules.cases import PREAMBLE


def offered(text: str, code: str) -> tuple[tuple[Fix, str], ...]:
    """The fixes of the only finding of a rule, each with the lines that it adds."""
    source = PREAMBLE + text
    result = Checker().check(Document.of("model.py", source), Settings())
    (finding,) = [one for one in result.findings if one.code == code]
    fixes = result.fixes(finding)
    assert [fix.preferred for fix in fixes] == [True] + [False] * (len(fixes) - 1)
    had = source.splitlines()
    return tuple((fix, _added(had, apply(result.document, fix.edits).source.splitlines())) for fix in fixes)


def _added(had: list[str], now: list[str]) -> str:
    """The lines that are new, without their indentation."""
    rest = list(had)
    added = []
    for line in now:
        if line in rest:
            rest.remove(line)
        else:
            added.append(line.strip())
    return " ".join(added)


# --------------------------------------------------------------------------- several matrices in one

ATTENTION = """\
class Attention(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.dim, self.heads = dim, heads
        self.qkv = nn.Linear(dim, {rows})
        self.proj = nn.Linear(dim, dim)
        nn.init.constant_(self.qkv.weight, 0.1)

    def forward(self, x):
        B, N, C = x.shape
{cut}
        return self.proj(F.scaled_dot_product_attention(q, k, v))
"""

EACH = "for part in self.qkv.weight.chunk(3): nn.init.xavier_normal_(part)"
GAIN = "nn.init.xavier_normal_(self.qkv.weight, gain=1.4142)"
LECUN = 'nn.init.kaiming_normal_(self.qkv.weight, nonlinearity="linear")'
PLAIN = "nn.init.xavier_normal_(self.qkv.weight)"

HEADS = "        qkv = self.qkv(x).reshape(B, N, 3, self.heads, C // self.heads).permute(2, 0, 3, 1, 4)\n"
TURNS = "        q, k, v = self.qkv(x).reshape(B, N, self.heads, 3, C // self.heads).unbind(3)"


@pytest.mark.parametrize(
    ("rows", "cut", "wanted"),
    [
        ("3 * dim", "        q, k, v = self.qkv(x).chunk(3, dim=-1)", [EACH, GAIN, LECUN]),
        ("dim * 3", "        q, k, v = self.qkv(x).split(self.dim, dim=2)", [EACH, GAIN, LECUN]),
        ("3 * dim", "        q, k, v = torch.split(self.qkv(x), [C, C, C], -1)", [EACH, GAIN, LECUN]),
        ("3 * dim", HEADS + "        q, k, v = qkv.unbind(0)", [EACH, GAIN, LECUN]),
        ("3 * dim", HEADS + "        q, k, v = qkv[0], qkv[1], qkv[2]", [EACH, GAIN, LECUN]),
        # The rows of query, key and value take turns, so that thirds are other ones.
        ("3 * dim", TURNS, [GAIN, LECUN]),
        # What is not known to be square has no gain that makes up.
        ("rows", "        q, k, v = self.qkv(x).chunk(3, dim=-1)", [EACH, LECUN]),
        # Parts of several sizes.
        ("2 * dim", "        q, k, v = self.qkv(x).split([C, C // 2, C // 2], dim=-1)", [PLAIN, LECUN]),
        # Not only cut.
        ("3 * dim", "        y = self.qkv(x)\n        q, k, v = (y + y.mean()).chunk(3, dim=-1)", [PLAIN, LECUN]),
    ],
)
def test_query_key_and_value_in_one(rows: str, cut: str, wanted: list[str]) -> None:
    text = ATTENTION.format(rows=rows, cut=cut)
    text = text.replace("heads):", "heads, rows):") if rows == "rows" else text
    assert [added for _, added in offered(text, "INI101")] == wanted


# --------------------------------------------------------------------------- initialized after a load

BACKBONE = """\
class Net(nn.Module):
    def __init__(self, saved):
        super().__init__()
        self.encoder = nn.Linear(8, 16)
        self.encoder.load_state_dict(saved)
        self.neck = nn.Linear(16, 16)
        self.head = {head}
        {run}

    def init(self, m):
        if isinstance(m, nn.Linear):
            nn.init.normal_(m.weight, std=0.02)
"""


@pytest.mark.parametrize(
    ("head", "run", "preferred"),
    [
        ("nn.Linear(16, 2)", "self.apply(self.init)", "self.neck.apply(self.init) self.head.apply(self.init)"),
        # Of what the visitor does not touch nothing is said.
        ("nn.LayerNorm(16)", "self.apply(self.init)", "self.neck.apply(self.init)"),
        # A parameter of the model itself, which no layer holds.
        ("nn.Parameter(torch.zeros(2, 16))", "for p in self.parameters(): nn.init.normal_(p, std=0.02)", ""),
    ],
)
def test_new_layers_alone_come_first(head: str, run: str, preferred: str) -> None:
    fixes = offered(BACKBONE.format(head=head, run=run), "INI204")
    assert fixes[0][1] == preferred
    assert fixes[-1][0].title == "Load behind the initialization"
