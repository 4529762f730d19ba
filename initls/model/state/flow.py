"""The dataflow of a forward pass: which layer feeds which operation."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct, field

from initls.facts.place import Place
from initls.knowledge.tensors import SUMS


class Node(Struct, frozen=True, gc=False):
    """One tensor of a forward pass, by the operation that makes it.

    Kinds: `input`, `parameter`, `constant`, `affine` (Linear, convolutions and `F.linear` alike), `embedding`,
    `recurrent`, `activation`, `norm`, `dropout`, `pooling`, `reshape`, `permute` (the units may come to lie on another
    axis), `slice`, `detach`, `add`, `shift` (a number is added), `multiply`, `matmul`, `concat`, `softmax`, `function`
    (of each element by itself), `loss`, `mix` (of elements, in a way that is not told), `reduce`, `test` (no gradient
    goes back), `sample` (reads its first input where the others say), `choice` (one of its inputs, by a branch) and
    `unknown`. An unknown operation may do anything with its inputs; all others can be derived.

    `module` is the object that is called, `weight`, `bias` and so on are numbers of parameters of the trace.
    """

    id: int
    kind: str
    inputs: tuple[int, ...] = ()
    module: int | None = None
    weight: int | None = None
    bias: int | None = None
    activation: str | None = None
    slope: float | None = None
    rate: float | None = None
    inputs_first: bool = False
    """Whether the weight is stored as (in, out), as in `x @ w`."""
    grouped: bool = False
    """Whether each unit may read inputs of its own (`groups` of a convolution), or a slope of its own (PReLU)."""
    flat: bool = False
    """Whether the units of an affine node lie on the last axis."""
    place: Place | None = None
    name: str = ""
    part: tuple[int, int | None] | None = None
    """Of a slice: which of how many parts it is that do not overlap. Of an affine node: which of the parts that its
    units fall into it makes."""
    axes: tuple[int, ...] = ()
    """Of a slice, the axis that it cuts; of a permutation, where each axis comes from; of a reshape that cuts one axis
    by a number that the program spells, the axis that counts the parts and their number. Of `unsqueeze` and
    `transpose` their axes, of `expand` and `repeat` how many axes come out, of a concatenation the one along which it
    goes, of the products of an attention that of the tokens, of a reduction those that it takes away."""
    whole: bool = False
    """Whether it is certain that a slice or a reshape cuts the axis of the units."""
    even: bool = True
    """Of a slice: whether the program shows no parts of different sizes."""
    likely: bool = True
    """Whether it is made under the defaults of all options."""
    number: float | None = None
    """What a scaling multiplies with, what a shift adds, if the program shows it."""
    settings: tuple[tuple[str, object], ...] = ()
    """Of a function that slides a window, its sizes as far as the program shows them: `kernel_size`, `stride` and
    `padding`. Of a reshape the `sizes`. Of a module's call nothing: its constructor was given them."""


def always() -> bool:
    """What is followed at the moment happens whatever the options are."""
    return True


class Graph(Struct):
    """The nodes of one forward pass, inputs before those that read them."""

    nodes: list[Node] = field(default_factory=list)
    outputs: list[int] = field(default_factory=list)
    complete: bool = True
    """False where something of the pass could not be followed at all, so that tensors may be used out of sight."""
    likely: Callable[[], bool] = always
    """Whether what is followed at the moment happens under the defaults of all options."""
    made_by: dict[int, int] = field(default_factory=dict)
    """The innermost module of the program's own whose call gives a node."""
    changed: dict[int, int] = field(default_factory=dict)
    """What stands for a tensor that was changed in place from there on."""
    kinds: set[str] = field(default_factory=set)
    """The kinds of the nodes."""

    def add(self, kind: str, inputs: tuple[int, ...] = (), **detail: object) -> int:
        """Append a node; gives its number."""
        number = len(self.nodes)
        self.kinds.add(kind)
        self.nodes.append(Node(number, kind, inputs, likely=self.likely(), **detail))  # type: ignore[arg-type]
        return number

    def now(self, number: int) -> int:
        """The node that stands for a tensor here, after all that was done to it in place."""
        while number in self.changed:
            number = self.changed[number]
        return number

    def change(self, number: int, result: int) -> None:
        """A tensor is changed in place, on some path at least, and with it what it is a view of."""
        while True:
            latest = self.now(number)
            if latest != result:
                self.changed[latest] = self.add("choice", (latest, result))
            node = self.nodes[number]
            if node.kind not in VIEWS or not node.inputs:
                return
            number, result = node.inputs[0], self.add("concat", (self.now(node.inputs[0]), result))

    def consumers(self) -> dict[int, list[Node]]:
        """The nodes that read each node."""
        found: dict[int, list[Node]] = {node.id: [] for node in self.nodes}
        for node in self.nodes:
            for source in node.inputs:
                found[source].append(node)
        return found

    def of_module(self, module: int) -> Iterator[Node]:
        """The calls of a module."""
        return (node for node in self.nodes if node.module == module)

    def of_weight(self, parameter: int) -> Iterator[Node]:
        """The operations whose matrix is this parameter."""
        return (node for node in self.nodes if node.weight == parameter)


VIEWS = frozenset({"reshape", "permute", "slice", "detach"})
"""Operations whose result may lie in the memory of what they read."""

SCORES, SHARED_OUT = "scores", "shared out"
"""The names of the two products of an attention: of queries and keys, and of the shares and what is shared out."""

IN_FRONT = "in front"
"""The name of a product with the parameter on the left: it may be a weight, or a query that asks what is behind it."""

SCALED = "scaled"
"""The name of a node that is its input times a number: the same units, but larger or smaller."""

PICKED = "picked"
"""The name of a slice that takes one element along each of its axes, and all along the others."""

MINUS, OVER, BETWEEN = "minus", "over", "between"
"""The names of sums and products that are not plain: a difference, a quotient, what takes shares of both."""

TRANSPARENT = frozenset({"norm", "dropout", "pooling", "reshape", "permute", "slice", "shift", "choice"})
"""Operations behind which one still looks for the activation of a layer."""


class Following(Struct, frozen=True):
    """What follows a layer: the activation, if one does, and what lies between and behind.

    `activation` is None where none follows; `known` is False where the tensor goes somewhere that is not followed.
    """

    activation: str | None
    slope: float | None
    norm: bool
    added: bool
    """Whether the output is added to something else."""
    multiplied: bool
    gated: bool
    """Whether its activation is added to something, multiplied with it, or used in a way that is not followed."""
    sampled: bool
    """Whether it says where to read something else (offsets, grids)."""
    tested: bool
    """Whether masks, positions or other numbers are made of it through which nothing learns."""
    returned: bool
    """Whether it reaches the return value through nothing but transparent operations."""
    layers: bool
    """Whether another layer reads it, directly or through what was passed."""
    last: bool
    """Whether no further layer hangs on it at all."""
    known: bool


NOTHING_KNOWN = Following(
    None,
    None,
    norm=False,
    added=False,
    multiplied=False,
    gated=False,
    sampled=False,
    tested=False,
    returned=False,
    layers=False,
    last=False,
    known=False,
)


def following(graph: Graph, node: Node, consumers: dict[int, list[Node]]) -> Following:
    """What follows a node, looking through norms, dropout, pooling and reshaping."""
    activation: str | None = None
    slope: float | None = None
    names = ("gated", "norm", "added", "multiplied", "sampled", "tested", "returned", "layers")
    flags = dict.fromkeys(names, False)
    known = True
    outputs = set(graph.outputs)
    stack, seen = [node.id], {node.id}
    while stack:
        here = stack.pop()
        if here in outputs:
            flags["returned"] = True
        for reader in consumers[here]:
            if reader.id in seen or (node.likely and not reader.likely):
                continue  # What only options lead to that a user has to ask for is not what follows.
            seen.add(reader.id)
            if reader.kind in TRANSPARENT or _carries(reader, here):
                flags["norm"] = flags["norm"] or reader.kind == "norm"
                stack.append(reader.id)
            elif reader.kind == "activation":
                if reader.activation is None:
                    known = False
                elif activation is None:
                    activation, slope = reader.activation, reader.slope
                elif activation != reader.activation:
                    known = False
                flags["gated"] = flags["gated"] or _set_apart(reader, consumers)
            elif reader.kind == "softmax":
                activation = activation or "softmax"
            elif reader.kind in ("affine", "recurrent", "embedding", "matmul"):
                flags["layers"] = True
            elif reader.kind in ("add", "concat"):
                flags["added"] = True
            elif reader.kind == "multiply":
                flags["multiplied"] = True
            elif reader.kind == "sample":
                flags["sampled"] = True
            elif reader.kind == "test":
                flags["tested"] = True
            elif reader.kind == "loss":
                flags["returned"] = True
            elif reader.kind in ("unknown", "function", "mix", "reduce"):
                known = False
    flags["sampled"] = flags["sampled"] or ("sample" in graph.kinds and _says_where(node, consumers))
    return Following(activation, slope, last=_is_last(node, consumers), known=known, **flags)


POSITIONING = TRANSPARENT | {"activation", "add", "multiply", "function", "concat"}
"""What offsets go through before something is sampled: they are bounded, scaled, and added to a grid."""


def _says_where(node: Node, consumers: dict[int, list[Node]]) -> bool:
    """Whether a layer's output, as positions are made of it, says where to sample something."""
    stack, seen = [node.id], {node.id}
    while stack:
        here = stack.pop()
        for reader in consumers[here]:
            if reader.kind == "sample" and here in reader.inputs[1:]:
                return True
            if reader.kind in POSITIONING and reader.id not in seen:
                seen.add(reader.id)
                stack.append(reader.id)
    return False


def _carries(reader: Node, source: int) -> bool:
    """Whether an operation hands a signal on as a pooling or a mask would, that others of its kind do not."""
    match reader.kind:
        case "reduce":
            return reader.name.rpartition(".")[2] in SUMS
        case "mix":
            return len(reader.inputs) == 1
        case "sample":
            return source not in reader.inputs[1:]
        case _:
            return False


def _set_apart(node: Node, consumers: dict[int, list[Node]]) -> bool:
    """Whether an activation meets another branch, or something that is not followed, before any layer reads it."""
    stack = [node.id]
    while stack:
        for reader in consumers[stack.pop()]:
            if reader.kind in ("add", "multiply", "unknown", "mix"):
                return True
            if reader.kind in TRANSPARENT:
                stack.append(reader.id)
    return False


def _is_last(node: Node, consumers: dict[int, list[Node]]) -> bool:
    stack, seen = [node.id], {node.id}
    while stack:
        for reader in consumers[stack.pop()]:
            if node.likely and not reader.likely:
                continue
            if reader.kind in ("affine", "recurrent", "embedding", "unknown"):
                return False
            if reader.id not in seen and reader.kind != "test":
                seen.add(reader.id)
                stack.append(reader.id)
    return True
