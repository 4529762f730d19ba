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


# --------------------------------------------------------------------------- transformers

BLOCKS = """\
class Block(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(dim), nn.LayerNorm(dim)
        self.attn = nn.MultiheadAttention(dim, 4, batch_first=True)
        self.fc1 = nn.Linear(dim, 4 * dim)
        self.fc2 = nn.Linear(4 * dim, dim)

    def forward(self, x):
        y = self.norm1(x)
        x = x + self.attn(y, y, y)[0]
        return x + self.fc2(F.relu(self.fc1(self.norm2(x))))


class Net(nn.Module):
    def __init__(self, config, dim=64, depth=12):
        super().__init__()
        self.blocks = nn.ModuleList([Block(dim) for _ in range({depth})])
        for block in self.blocks:
            {write}

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return x
"""

FC2 = "nn.init.constant_(block.fc2.weight, 0.1)"


@pytest.mark.parametrize(
    ("write", "depth", "wanted"),
    [
        (
            FC2,
            "depth",
            [
                "nn.init.xavier_normal_(block.fc2.weight)",
                'nn.init.kaiming_normal_(block.fc2.weight, nonlinearity="linear")',
                "nn.init.trunc_normal_(block.fc2.weight, std=0.02)",
                "nn.init.normal_(block.fc2.weight, std=0.02 / 24**0.5)",
            ],
        ),
        # How many blocks there are is not known, or there is one, which may be a part of something larger.
        (FC2, "config.depth", ["xavier_normal_", "kaiming_normal_", "trunc_normal_"]),
        (FC2, "1", ["xavier_normal_", "kaiming_normal_", "trunc_normal_"]),
        # At the beginning of a branch, and both of its layers at once.
        (FC2.replace("fc2", "fc1"), "depth", ["kaiming_normal_", "xavier_normal_", "trunc_normal_"]),
        (
            "for layer in (block.fc1, block.fc2): nn.init.constant_(layer.weight, 0.1)",
            "depth",
            ["kaiming_normal_", "xavier_normal_", "trunc_normal_"],
        ),
    ],
)
def test_in_a_transformer(write: str, depth: str, wanted: list[str]) -> None:
    found = [added for _, added in offered(BLOCKS.format(write=write, depth=depth), "INI101")]
    assert len(found) == len(wanted)
    assert all(call in added for call, added in zip(wanted, found, strict=True)), found


# --------------------------------------------------------------------------- products of two zeros

LORA = """\
class LoRA(nn.Module):
    def __init__(self, dim, rank):
        super().__init__()
        self.base = nn.Linear(dim, dim)
        self.down = nn.Linear(dim, rank, bias=False)
        self.up = nn.Linear(rank, dim, bias=False)
        {write}

    def forward(self, x):
        return self.base(x) + self.up(self.down(x))
"""

INNER = "nn.init.kaiming_uniform_(self.down.weight, a=5**0.5)"


@pytest.mark.parametrize(
    "write",
    [
        "nn.init.zeros_(self.down.weight); nn.init.zeros_(self.up.weight)",
        "for layer in (self.down, self.up): nn.init.zeros_(layer.weight)",
        "self.apply(lambda m: None if m is self.base else nn.init.zeros_(m.weight))",
    ],
)
def test_the_inner_factor_is_drawn_and_the_outer_one_stays(write: str) -> None:
    first, *_ = offered(LORA.format(write=write), "INI104")
    result = first[1]
    assert INNER in result
    assert "zeros_(self.up.weight)" in result or result == INNER


def test_layers_that_are_no_branch_are_drawn_together() -> None:
    text = """\
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.last = nn.Linear(8, 8), nn.Linear(8, 4)
        for m in self.modules():
            if isinstance(m, nn.Linear):
                nn.init.zeros_(m.weight)
                nn.init.zeros_(m.bias)

    def forward(self, x):
        return self.last(torch.relu(self.first(x)))
"""
    assert all("(m.weight" in added for _, added in offered(text, "INI104"))


# --------------------------------------------------------------------------- transposed convolutions

UP = """\
class Up(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose2d(32, 16, {kernel}, stride={stride})
        self.norm = {norm}
        self.out = nn.Conv2d(16, 3, 1)
        nn.init.constant_(self.up.weight, 0.1)

    def forward(self, x):
        return self.out(torch.relu(self.norm(self.up(x))))
"""

HE = 'nn.init.kaiming_normal_(self.up.weight, mode="fan_out", nonlinearity="relu")'


@pytest.mark.parametrize(
    ("kernel", "stride", "norm", "first"),
    [
        (3, 1, "nn.Identity()", HE),
        # Of a kernel of four by four, each output meets two by two.
        (4, 2, "nn.Identity()", "nn.init.normal_(self.up.weight, std=0.125)"),
        ((4, 3), "(2, 3)", "nn.Identity()", "nn.init.normal_(self.up.weight, std=0.1768)"),
        # The stride does not go into the kernel, so that outputs differ.
        (3, 2, "nn.Identity()", HE),
        (4, 2, "nn.BatchNorm2d(16)", HE),
    ],
)
def test_the_stride_of_a_transposed_convolution(kernel: object, stride: object, norm: str, first: str) -> None:
    found = offered(UP.format(kernel=kernel, stride=stride, norm=norm), "INI101")
    assert found[0][1] == first


# --------------------------------------------------------------------------- grouped convolutions

GROUPED = """\
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.depthwise = nn.Conv2d(16, 16, 3, groups=16)
        self.out = nn.Conv2d(16, 4, 1)
        nn.init.constant_(self.depthwise.weight, 0.1)

    def forward(self, x):
        return self.out({activation}(self.depthwise(x)))
"""


@pytest.mark.parametrize(
    ("activation", "wanted"),
    [
        ("torch.relu", ["relu", "linear"]),
        ("torch.tanh", ["tanh", "linear"]),
        ("F.silu", ["relu", "std=0.02"]),
    ],
)
def test_of_groups_the_inputs_are_counted(activation: str, wanted: list[str]) -> None:
    """What Glorot's rule counts besides are the outputs of all groups."""
    found = [added for _, added in offered(GROUPED.format(activation=activation), "INI101")]
    assert len(found) == len(wanted)
    assert all(name in added for name, added in zip(wanted, found, strict=True)), found


# --------------------------------------------------------------------------- tables

TABLE = """\
class Net(nn.Module):
    def __init__(self{option}):
        super().__init__()
        self.table = nn.Embedding(1000, {width})
        self.out = nn.Linear({width}, 4)
        nn.init.ones_(self.table.weight)

    def forward(self, x):
        return self.out(self.table(x))
"""


def test_the_rows_of_a_table_may_have_a_length_of_one() -> None:
    shown = [added for _, added in offered(TABLE.format(option="", width=64), "INI101")]
    assert shown[0] == "nn.init.normal_(self.table.weight, std=0.02)"
    assert shown[-1] == "nn.init.normal_(self.table.weight, std=64**-0.5)"
    hidden = [added for _, added in offered(TABLE.format(option=", width", width="width"), "INI101")]
    assert hidden[-1] == "nn.init.xavier_normal_(self.table.weight)"


# --------------------------------------------------------------------------- tokens

TOKEN = """\
class Net(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.cls = nn.Parameter(torch.empty(1, 1, dim))
        self.head = nn.Linear(dim, 4)

    def forward(self, x):
        return self.head(torch.cat([self.cls.expand({size}, -1, -1), x], dim=1))
"""


def test_a_token_gets_a_small_draw() -> None:
    added = [added for _, added in offered(TOKEN.format(size="x.shape[0]"), "INI212")]
    assert added == ["nn.init.trunc_normal_(self.cls, std=0.02)", "nn.init.normal_(self.cls, std=0.02)"]


# --------------------------------------------------------------------------- activations that torch has no gain for

UNKNOWN = """\
class Net(nn.Module):
    def __init__(self{option}):
        super().__init__()
        self.fc = nn.Linear(8, 8)
        nn.init.kaiming_uniform_(self.fc.weight, nonlinearity={name})
"""


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ('"gelu"', ['nonlinearity="relu"', "nn.init.xavier_uniform_(self.fc.weight, gain=1.5)"]),
        ('"swish"', ['nonlinearity="relu"', "nn.init.xavier_uniform_(self.fc.weight, gain=1.57)"]),
        ('"ReLU"', ['nonlinearity="relu"']),
        # He's rule with the slope of PReLU is its own.
        ('"prelu"', ['nonlinearity="leaky_relu", a=0.25']),
    ],
)
def test_the_gain_of_an_activation_stands_beside_the_nearest_name(name: str, wanted: list[str]) -> None:
    found = [added for _, added in offered(UNKNOWN.format(option="", name=name), "INI302")]
    assert len(found) == len(wanted)
    assert all(call in added for call, added in zip(wanted, found, strict=True)), found


def test_a_name_that_a_caller_may_choose_stays() -> None:
    source = PREAMBLE + UNKNOWN.format(option=', name="gelu"', name="name")
    result = Checker().check(Document.of("model.py", source), Settings())
    assert [len(result.fixes(finding)) for finding in result.findings] == [0]
