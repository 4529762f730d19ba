"""Models on which the expected signals are held against real ones: families of everyday shapes, deep and shallow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

PREAMBLE = "import math\nimport torch\nimport torch.nn.functional as F\nfrom torch import nn\n\n\n"


@dataclass(frozen=True, slots=True)
class Case:
    """One model: its text, and what it is given."""

    name: str
    text: str
    inputs: tuple[int, ...]
    words: int = 0
    """How many different words the input is made of, where it is made of words."""
    side: int = 224
    tokens: int = 128


def _text(constructor: str, forward: str, before: str = "") -> str:
    made = "".join(f"        {line}\n" for line in constructor.strip("\n").splitlines())
    flows = "".join(f"        {line}\n" for line in forward.strip("\n").splitlines())
    head = "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    return f"{PREAMBLE}{before}\n\n{head}{made}\n    def forward(self, x):\n{flows}"


def _dense(activation: str, depth: int, init: str = "", width: int = 256) -> str:
    return _text(
        f"""
self.first = nn.Linear(128, {width})
self.layers = nn.ModuleList([nn.Linear({width}, {width}) for _ in range({depth})])
self.last = nn.Linear({width}, 64)
{init}""",
        f"""
x = {activation}(self.first(x))
for layer in self.layers:
    x = {activation}(layer(x))
return self.last(x)""",
    )


HE = """for m in self.modules():
    if isinstance(m, nn.Linear):
        nn.init.kaiming_normal_(m.weight, nonlinearity="relu")
        nn.init.zeros_(m.bias)"""
GLOROT = """for m in self.modules():
    if isinstance(m, nn.Linear):
        nn.init.xavier_uniform_(m.weight)
        nn.init.zeros_(m.bias)"""
SMALL = """for m in self.modules():
    if isinstance(m, nn.Linear):
        nn.init.normal_(m.weight, std=0.02)
        if m.bias is not None:
            nn.init.zeros_(m.bias)"""
ORTHOGONAL = """for m in self.modules():
    if isinstance(m, nn.Linear):
        nn.init.orthogonal_(m.weight, gain=1.4)"""

PLAIN_CONVOLUTIONS = _text(
    """
self.body = nn.Sequential(
    nn.Conv2d(3, 32, 3, padding=1), nn.ReLU(),
    nn.Conv2d(32, 64, 3, stride=2, padding=1), nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Conv2d(64, 128, 3, padding=1), nn.ReLU(),
    nn.AvgPool2d(2),
    nn.Flatten(),
)
self.fc = nn.Linear(128 * 4 * 4, 100)""",
    "return self.fc(self.body(x))",
)


def _convolutions(activation: str, norm: str, depth: int) -> str:
    return _text(
        f"""
layers = [nn.Conv2d(3, 64, 3, padding=1), {norm.format(64)}, {activation}]
for _ in range({depth}):
    layers += [nn.Conv2d(64, 64, 3, padding=1), {norm.format(64)}, {activation}]
self.body = nn.Sequential(*layers)
self.pool = nn.AdaptiveAvgPool2d(1)
self.fc = nn.Linear(64, 100)""",
        "x = self.pool(self.body(x))\nreturn self.fc(torch.flatten(x, 1))",
    )


BASIC = """
class Basic(nn.Module):
    def __init__(self, inside, outside, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(inside, outside, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outside)
        self.conv2 = nn.Conv2d(outside, outside, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outside)
        self.down = None
        if stride != 1 or inside != outside:
            self.down = nn.Sequential(nn.Conv2d(inside, outside, 1, stride, bias=False), nn.BatchNorm2d(outside))

    def forward(self, x):
        identity = x if self.down is None else self.down(x)
        out = F.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        return F.relu(out + identity)
"""

PREACTIVATED = """
class Basic(nn.Module):
    def __init__(self, inside, outside, stride=1):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(inside)
        self.conv1 = nn.Conv2d(inside, outside, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outside)
        self.conv2 = nn.Conv2d(outside, outside, 3, 1, 1, bias=False)
        self.down = None
        if stride != 1 or inside != outside:
            self.down = nn.Conv2d(inside, outside, 1, stride, bias=False)

    def forward(self, x):
        out = F.relu(self.bn1(x))
        identity = x if self.down is None else self.down(out)
        out = self.conv1(out)
        return identity + self.conv2(F.relu(self.bn2(out)))
"""


def _residual(block: str, depth: int) -> str:
    return _text(
        f"""
self.stem = nn.Conv2d(3, 32, 3, padding=1, bias=False)
self.norm = nn.BatchNorm2d(32)
stages = []
inside = 32
for outside, stride in ((32, 1), (64, 2), (128, 2)):
    for index in range({depth}):
        stages.append(Basic(inside, outside, stride if index == 0 else 1))
        inside = outside
self.stages = nn.Sequential(*stages)
self.fc = nn.Linear(128, 100)""",
        """
x = F.relu(self.norm(self.stem(x)))
x = self.stages(x)
return self.fc(x.mean(dim=(2, 3)))""",
        block,
    )


def _residual_dense(depth: int, activation: str) -> str:
    return _text(
        f"""
self.first = nn.Linear(128, 256)
self.up = nn.ModuleList([nn.Linear(256, 512) for _ in range({depth})])
self.down = nn.ModuleList([nn.Linear(512, 256) for _ in range({depth})])
self.last = nn.Linear(256, 64)""",
        f"""
x = self.first(x)
for up, down in zip(self.up, self.down):
    x = x + down({activation}(up(x)))
return self.last(x)""",
    )


ATTENTION = """
class Block(nn.Module):
    def __init__(self, dim, heads, gate=False):
        super().__init__()
        self.norm1 = nn.LayerNorm(dim)
        self.qkv = nn.Linear(dim, 3 * dim)
        self.heads = heads
        self.scale = (dim // heads) ** -0.5
        self.proj = nn.Linear(dim, dim)
        self.norm2 = nn.LayerNorm(dim)
        self.mlp = nn.Sequential(nn.Linear(dim, 4 * dim), nn.GELU(), nn.Dropout(0.1), nn.Linear(4 * dim, dim))

    def attend(self, x):
        B, N, C = x.shape
        qkv = self.qkv(x).reshape(B, N, 3, self.heads, C // self.heads).permute(2, 0, 3, 1, 4)
        q, k, v = qkv[0], qkv[1], qkv[2]
        shares = (q @ k.transpose(-2, -1)) * self.scale
        x = (shares.softmax(dim=-1) @ v).transpose(1, 2).reshape(B, N, C)
        return self.proj(x)

    def forward(self, x):
        x = x + self.attend(self.norm1(x))
        return x + self.mlp(self.norm2(x))
"""

SDPA = ATTENTION.replace(
    """        shares = (q @ k.transpose(-2, -1)) * self.scale
        x = (shares.softmax(dim=-1) @ v)""",
    "        x = F.scaled_dot_product_attention(q, k, v, is_causal=True)",
)


def _vision(depth: int, pool: str, init: str = "") -> str:
    return _text(
        f"""
self.embed = nn.Conv2d(3, 192, 8, 8)
self.cls = nn.Parameter(torch.zeros(1, 1, 192))
self.pos = nn.Parameter(torch.randn(1, 65, 192) * 0.02)
self.blocks = nn.Sequential(*[Block(192, 3) for _ in range({depth})])
self.norm = nn.LayerNorm(192)
self.head = nn.Linear(192, 100)
{init}""",
        f"""
x = self.embed(x).flatten(2).transpose(1, 2)
x = torch.cat([self.cls.expand(x.shape[0], -1, -1), x], dim=1)
x = self.blocks(x + self.pos)
return self.head(self.norm(x){pool})""",
        ATTENTION,
    )


def _language(block: str, depth: int, init: str = "") -> str:
    return _text(
        f"""
self.words = nn.Embedding(500, 192)
self.places = nn.Embedding(64, 192)
self.blocks = nn.ModuleList([Block(192, 3) for _ in range({depth})])
self.norm = nn.LayerNorm(192)
self.head = nn.Linear(192, 500, bias=False)
{init}""",
        """
x = self.words(x) + self.places(torch.arange(x.shape[1]))
for block in self.blocks:
    x = block(x)
return self.head(self.norm(x))""",
        block,
    )


GATED = """
class Block(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.norm = nn.RMSNorm(dim)
        self.gate = nn.Linear(dim, 2 * dim, bias=False)
        self.up = nn.Linear(dim, 2 * dim, bias=False)
        self.down = nn.Linear(2 * dim, dim, bias=False)

    def forward(self, x):
        h = self.norm(x)
        return x + self.down(F.silu(self.gate(h)) * self.up(h))
"""

MIXED = """
class Block(nn.Module):
    def __init__(self, dim, tokens):
        super().__init__()
        self.norm1 = nn.LayerNorm(dim)
        self.across = nn.Sequential(nn.Linear(64, 128), nn.GELU(), nn.Linear(128, 64))
        self.norm2 = nn.LayerNorm(dim)
        self.within = nn.Sequential(nn.Linear(dim, 2 * dim), nn.GELU(), nn.Linear(2 * dim, dim))

    def forward(self, x):
        x = x + self.across(self.norm1(x).transpose(1, 2)).transpose(1, 2)
        return x + self.within(self.norm2(x))
"""


def _encoder(first: bool, depth: int, activation: str = "relu") -> str:
    return _text(
        f"""
layer = nn.TransformerEncoderLayer(192, 4, 512, dropout=0.0, activation="{activation}", batch_first=True,
                                   norm_first={first})
self.inside = nn.Linear(64, 192)
self.encoder = nn.TransformerEncoder(layer, {depth})
self.head = nn.Linear(192, 100)""",
        "return self.head(self.encoder(self.inside(x)))",
    )


def _recurrent(kind: str, options: str, outside: int) -> str:
    return _text(
        f"self.words = nn.Linear(64, 128)\nself.layer = nn.{kind}(128, 256, batch_first=True{options})\n"
        f"self.head = nn.Linear({outside}, 100)",
        "x, _ = self.layer(self.words(x))\nreturn self.head(x)",
    )


NEXT = """
class Block(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.depthwise = nn.Conv2d(dim, dim, 7, padding=3, groups=dim)
        self.norm = nn.LayerNorm(dim)
        self.up = nn.Linear(dim, 4 * dim)
        self.down = nn.Linear(4 * dim, dim)
        self.gamma = nn.Parameter(0.5 * torch.ones(dim))

    def forward(self, x):
        inner = self.depthwise(x).permute(0, 2, 3, 1)
        inner = self.gamma * self.down(F.gelu(self.up(self.norm(inner))))
        return x + inner.permute(0, 3, 1, 2)
"""

SQUEEZED = """
class Block(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.up = nn.Conv2d(dim, 2 * dim, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(2 * dim)
        self.depthwise = nn.Conv2d(2 * dim, 2 * dim, 3, padding=1, groups=2 * dim, bias=False)
        self.bn2 = nn.BatchNorm2d(2 * dim)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.reduce = nn.Conv2d(2 * dim, dim // 2, 1)
        self.expand = nn.Conv2d(dim // 2, 2 * dim, 1)
        self.down = nn.Conv2d(2 * dim, dim, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(dim)

    def forward(self, x):
        h = F.silu(self.bn1(self.up(x)))
        h = F.silu(self.bn2(self.depthwise(h)))
        h = h * torch.sigmoid(self.expand(F.silu(self.reduce(self.pool(h)))))
        return x + self.bn3(self.down(h))
"""


def _blocks(block: str, depth: int, stem: str = "nn.Conv2d(3, 64, 4, 4)") -> str:
    return _text(
        f"""
self.stem = {stem}
self.blocks = nn.Sequential(*[Block(64, 4) for _ in range({depth})])
self.head = nn.Linear(64, 100)""",
        "x = self.blocks(self.stem(x))\nreturn self.head(x.mean((2, 3)))",
        block,
    )


DENSE_NET = _text(
    """
self.stem = nn.Conv2d(3, 32, 3, padding=1)
self.layers = nn.ModuleList([nn.Conv2d(32 + 32 * i, 32, 3, padding=1) for i in range(4)])
self.head = nn.Conv2d(160, 64, 1)""",
    """
x = F.relu(self.stem(x))
for layer in self.layers:
    x = torch.cat([x, F.relu(layer(x))], dim=1)
return self.head(x)""",
)

UP_AND_DOWN = _text(
    """
self.a = nn.Conv2d(3, 32, 3, padding=1)
self.b = nn.Conv2d(32, 64, 4, stride=2, padding=1)
self.c = nn.ConvTranspose2d(64, 32, 4, stride=2, padding=1)
self.d = nn.Conv2d(64, 3, 3, padding=1)""",
    """
one = F.leaky_relu(self.a(x), 0.2)
two = F.leaky_relu(self.b(one), 0.2)
back = F.leaky_relu(self.c(two), 0.2)
return torch.tanh(self.d(torch.cat([one, back], 1)))""",
)


def cases() -> Iterator[Case]:
    """All of them."""
    for activation in (
        "F.relu",
        "torch.tanh",
        "torch.sigmoid",
        "F.gelu",
        "F.silu",
        "F.elu",
        "F.selu",
        "F.softplus",
        "F.leaky_relu",
        "F.mish",
        "F.hardswish",
        "F.softsign",
    ):
        yield Case(f"dense {activation}", _dense(activation, 4), (64, 128))
    for name, init in (("he", HE), ("glorot", GLOROT), ("small", SMALL), ("orthogonal", ORTHOGONAL)):
        for activation in ("F.relu", "torch.tanh", "F.gelu"):
            yield Case(f"dense {activation} {name}", _dense(activation, 3, init), (64, 128))
    yield Case("dense deep relu", _dense("F.relu", 14), (64, 128))
    yield Case("dense deep tanh", _dense("torch.tanh", 14, GLOROT), (64, 128))
    yield Case("dense deep wide he", _dense("F.relu", 12, HE, 512), (64, 128))
    yield Case("convolutions", PLAIN_CONVOLUTIONS, (4, 3, 32, 32), side=32)
    for activation in ("nn.ReLU()", "nn.Tanh()", "nn.SiLU()", "nn.LeakyReLU(0.1)"):
        for norm in ("nn.Identity()", "nn.BatchNorm2d({})", "nn.GroupNorm(8, {})", "nn.InstanceNorm2d({})"):
            text = _convolutions(activation, norm, 3)
            yield Case(f"convolutions {activation} {norm}", text, (4, 3, 16, 16), side=16)
    yield Case("convolutions deep", _convolutions("nn.ReLU()", "nn.BatchNorm2d({})", 9), (4, 3, 16, 16), side=16)
    for name, block in (("post", BASIC), ("pre", PREACTIVATED)):
        for depth in (1, 2, 4):
            yield Case(f"residual {name} {depth}", _residual(block, depth), (4, 3, 32, 32), side=32)
    for depth in (2, 8):
        yield Case(f"residual dense {depth}", _residual_dense(depth, "F.relu"), (64, 128))
        yield Case(f"residual dense tanh {depth}", _residual_dense(depth, "torch.tanh"), (64, 128))
    for depth in (2, 6):
        yield Case(f"vision token {depth}", _vision(depth, "[:, 0]"), (16, 3, 64, 64), side=64)
        yield Case(f"vision mean {depth}", _vision(depth, ".mean(dim=1)"), (16, 3, 64, 64), side=64)
        yield Case(f"vision small {depth}", _vision(depth, ".mean(1)", SMALL), (16, 3, 64, 64), side=64)
        yield Case(f"language {depth}", _language(ATTENTION, depth), (4, 64), words=500, tokens=64)
        yield Case(f"language causal {depth}", _language(SDPA, depth, SMALL), (4, 64), words=500, tokens=64)
        yield Case(f"gated {depth}", _language(GATED, depth), (4, 64), words=500, tokens=64)
        yield Case(f"encoder after {depth}", _encoder(False, depth), (8, 64, 64), tokens=64)
        yield Case(f"encoder before {depth}", _encoder(True, depth, "gelu"), (8, 64, 64), tokens=64)
        yield Case(f"next {depth}", _blocks(NEXT, depth), (4, 3, 64, 64), side=64)
        yield Case(f"squeezed {depth}", _blocks(SQUEEZED, depth), (8, 3, 64, 64), side=64)
    for kind in ("RNN", "LSTM", "GRU"):
        yield Case(f"recurrent {kind}", _recurrent(kind, "", 256), (16, 20, 64), tokens=20)
        yield Case(f"recurrent {kind} 2", _recurrent(kind, ", num_layers=2", 256), (16, 20, 64), tokens=20)
        yield Case(f"recurrent {kind} both", _recurrent(kind, ", bidirectional=True", 512), (16, 20, 64), tokens=20)
    yield Case("dense concatenations", DENSE_NET, (4, 3, 16, 16), side=16)
    yield Case("up and down", UP_AND_DOWN, (4, 3, 32, 32), side=32)
