"""How an operation carries tensors on: into the graph of a forward pass, or into what a new tensor holds."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from initls.knowledge.activations import activation_of
from initls.knowledge.numbers import divide as divide_numbers
from initls.knowledge.tensors import SINGULAR, SPLITS, Category, Op
from initls.model.effects import cuts, einsum, repeats
from initls.model.machine import objects
from initls.model.machine.machine import Run
from initls.model.state.contents import Constant, Content, Random, Repeated
from initls.model.state.contents import Unknown as UnknownContent
from initls.model.state.flow import BETWEEN, IN_FRONT, MINUS, OVER, SCALED, SCORES, SHARED_OUT, Graph
from initls.model.state.values import (
    NONE,
    Absent,
    Bound,
    DictRef,
    Either,
    Known,
    ListRef,
    Many,
    ParameterRef,
    Record,
    Tensor,
    Tuple,
    Unknown,
    Value,
    likely,
    options,
)

KINDS = {
    Category.ACTIVATION: "activation",
    Category.SOFTMAX: "softmax",
    Category.NORM: "norm",
    Category.DROPOUT: "dropout",
    Category.POOLING: "pooling",
    Category.RESHAPE: "reshape",
    Category.DETACH: "detach",
    Category.SLICE: "slice",
    Category.ADD: "add",
    Category.MULTIPLY: "multiply",
    Category.MATMUL: "matmul",
    Category.CONCAT: "concat",
    Category.REDUCE: "reduce",
    Category.SAMPLE: "sample",
    Category.FUNCTION: "function",
    Category.TEST: "test",
    Category.MIX: "mix",
    Category.LOSS: "loss",
}
"""The kind of node for each category of operation; all others are unknown."""

NOT_FOLLOWED = UnknownContent("the result of an operation")


def operation(run: Run, kind: str, operands: tuple[Value, ...], site: int, *, sign: str = "") -> Value:
    """The tensor that an operator or a simple operation makes."""
    if run.graph is None:
        return _computed(run, kind, operands, sign)
    if kind == "matmul":
        return matmul(run, operands[0], operands[1], site)
    inputs = tuple(node for node in (node_of(run, run.graph, operand) for operand in operands) if node is not None)
    name = ""
    numbers = [o.value for o in operands if isinstance(o, Known) and isinstance(o.value, int | float)]
    number = float(numbers[0]) if len(numbers) == 1 and len(inputs) < 2 else None
    if kind == "add" and len(inputs) < 2:
        kind = "mix" if not numbers else "reshape" if numbers == [0] else "shift"
    elif kind == "multiply" and len(inputs) < 2:
        # A number by itself only makes the signal larger or smaller.
        kind = "reshape" if sign != "/" or isinstance(operands[0], Tensor | ParameterRef) else "function"
        name = SCALED
        number = divide_numbers(1.0, number) if sign == "/" and number is not None else number
    elif kind == "unknown" and sign in PURE:
        kind, name = _of_elements(operands, sign), sign
    name = name or SIGNS.get(sign, "")
    return Tensor(NOT_FOLLOWED, node=run.graph.add(kind, inputs, place=run.place(site), name=name, number=number))


SIGNS = {"-": MINUS, "/": OVER, "lerp": BETWEEN, "addcmul": BETWEEN, "addcdiv": BETWEEN}
"""The names of sums and products that are not plain, by their operators and functions."""


def _sign(name: str) -> str:
    """The operator that a function stands for, or its own name where there is none."""
    short = name.rpartition(".")[2].rstrip("_")
    return {"sub": "-", "subtract": "-", "div": "/", "divide": "/", "true_divide": "/"}.get(short, short)


PURE = frozenset({"**", "//", "%"})
"""Operators besides the four that compute something of each element."""


def _of_elements(operands: tuple[Value, ...], sign: str) -> str:
    if sign == "//":
        return "test"
    numbers = sum(isinstance(operand, Known) for operand in operands)
    return "function" if numbers == len(operands) - 1 else "unknown"


def _computed(run: Run, kind: str, operands: tuple[Value, ...], sign: str) -> Tensor:
    """The tensor that an operation gives while a model is built."""
    content = _content(run, kind, operands, sign)
    whole = [operand for operand in operands if isinstance(operand, Tensor | ParameterRef)]
    found = [repeats.sizes_of(run, operand) for operand in whole]
    if kind not in ("add", "multiply", "unknown") or not found:
        return Tensor(content)
    sizes = found[0] if len(found) == 1 else repeats.together(found[0], found[1])
    for operand, own in zip(whole, found, strict=True):
        if isinstance(_held(run, operand), Random):
            content = repeats.broadcast(content, own, sizes)
    return Tensor(content, sizes=sizes)


def _content(run: Run, kind: str, operands: tuple[Value, ...], sign: str) -> Content:
    """What an element-wise result holds while a model is built."""
    contents = [content for content in (_held(run, operand) for operand in operands) if content is not None]
    if len(contents) < len(operands) or not contents:
        return NOT_FOLLOWED
    if kind in ("reshape", "slice"):
        return NOT_FOLLOWED if isinstance(contents[0], Repeated) else contents[0]
    if kind not in ("add", "multiply") and sign not in ("**",):
        return NOT_FOLLOWED
    if all(isinstance(content, Constant) for content in contents):
        values = [content.value for content in contents if isinstance(content, Constant)]
        return Constant(_compute(sign, values))
    drawn = [content for content in contents if isinstance(content, Random | Repeated)]
    if len(drawn) == 1 and all(
        content is drawn[0] or (isinstance(content, Constant) and (content.value != 0 or sign in ("+", "-")))
        for content in contents
    ):
        numbers = [content.value for content in contents if isinstance(content, Constant)]
        factor = numbers[0] if len(numbers) == 1 and sign == "*" else None
        if sign == "/" and len(numbers) == 1 and numbers[0] is not None and contents[0] is drawn[0]:
            factor = divide_numbers(1.0, numbers[0])
        return scaled(drawn[0], factor)
    return NOT_FOLLOWED


def scaled(drawn: Random | Repeated, factor: float | None = None) -> Content:
    """A draw after arithmetic with numbers; `factor` is told where a plain draw is multiplied by it."""
    if isinstance(drawn, Repeated):
        return replace(drawn, drawn=Random(drawn.drawn.scheme, (("scaled", True),)))
    by = (("by", factor),) if factor is not None and not drawn.arguments else ()
    return Random(drawn.scheme, (("scaled", True), *by))


def _compute(sign: str, values: list[float | None]) -> float | None:
    if None in values or len(values) != 2:
        return None
    left, right = values[0] or 0.0, values[1] or 0.0
    if sign == "/":
        return divide_numbers(left, right)
    return {"+": left + right, "-": left - right, "*": left * right}.get(sign)


def _held(run: Run, value: Value) -> Content | None:
    """What a value holds as an operand of element-wise arithmetic."""
    if isinstance(value, Known) and isinstance(value.value, int | float):
        return Constant(None if value.soft else float(value.value))
    if isinstance(value, Tensor):
        return value.content
    if isinstance(value, ParameterRef):
        ways = run.now.writes.get(value.id, ())
        found = {way.content for way in ways}
        return found.pop() if len(found) == 1 else UnknownContent("one of several")
    # A number that the program does not show still leaves a draw a draw.
    return Constant(None)


# --------------------------------------------------------------------------- nodes


def node_of(run: Run, graph: Graph, value: Value) -> int | None:
    """The node of a tensor; None for what is no tensor."""
    if isinstance(value, Tensor):
        return graph.add("unknown") if value.node is None else graph.now(value.node)
    if isinstance(value, ParameterRef):
        run.read(value)
        info = run.parameters[value.id]
        if not info.trainable:
            return graph.add("unknown")
        node = graph.add("parameter", weight=value.id)
        return graph.add("slice", (node,)) if value.region is not None else node
    if isinstance(value, Either):
        found = [node for node in (node_of(run, graph, option) for option in value.options) if node is not None]
        if len(found) > 1:
            return graph.add("choice", tuple(found))
        return found[0] if found else None
    if isinstance(value, Many):
        return node_of(run, graph, value.item)
    if isinstance(value, Bound) and isinstance(value.receiver, Tensor):
        return graph.add("unknown", (node_of(run, graph, value.receiver) or 0,))
    return None


def nodes_in(run: Run, graph: Graph, value: Value, depth: int = 4) -> tuple[int, ...]:
    """The nodes of all tensors in a value, displays included; what is one of several tensors is one node."""
    found: list[int] = []
    if isinstance(value, Either) and all(isinstance(o, Tensor | ParameterRef | Known | Absent) for o in value.options):
        node = node_of(run, graph, value)
        return () if node is None else (node,)
    for option in options(value):
        if isinstance(option, Tensor | ParameterRef):
            node = node_of(run, graph, option)
            if node is not None:
                found.append(node)
        elif isinstance(option, Bound) and isinstance(option.receiver, Tensor):
            found.append(graph.add("unknown", nodes_in(run, graph, option.receiver)))
        elif depth and isinstance(option, Record):
            for _, item in option.fields:
                found.extend(nodes_in(run, graph, item, depth - 1))
        elif depth and isinstance(option, Tuple):
            for item in option.items:
                found.extend(nodes_in(run, graph, item, depth - 1))
        elif depth and isinstance(option, ListRef):
            for item in run.items(option).values:
                found.extend(nodes_in(run, graph, item, depth - 1))
        elif depth and isinstance(option, DictRef):
            for _, item in run.entries(option).values:
                found.extend(nodes_in(run, graph, item, depth - 1))
        elif isinstance(option, Many):
            found.extend(nodes_in(run, graph, option.item, depth))
    return tuple(found)


def unknown_operation(run: Run, values: tuple[Value, ...], site: int) -> Value:
    """What code that is not followed makes of tensors: something that may hang on all of them, in any way."""
    graph = run.graph
    assert graph is not None
    inputs: list[int] = []
    for value in values:
        inputs.extend(nodes_in(run, graph, value))
        if not isinstance(value, ParameterRef | Tensor):
            inputs += [graph.add("parameter", weight=ref.id) for ref in objects.parameters_below(run, value)]
    return Tensor(NOT_FOLLOWED, node=graph.add("unknown", tuple(inputs), place=run.place(site)))


def function(run: Run, op: Op, arguments: tuple[Value, ...], keywords: dict[str, Value], site: int) -> Value:
    """The tensor that a function or method of torch makes in a forward pass, or changes there."""
    made = _made(run, op, arguments, keywords, site)
    if op.name.endswith("_") and op.category not in (Category.ACTIVATION, Category.QUERY):
        change(run, arguments[:1], made)
    if "out" in keywords:
        change(run, (keywords["out"],), made)
    return made


def change(run: Run, targets: tuple[Value, ...], made: Value) -> None:
    """What is read of these tensors from here on is what was made of them."""
    graph = run.graph
    assert graph is not None
    result = made.node if isinstance(made, Tensor) and made.node is not None else graph.add("unknown")
    for target in targets:
        for option in options(target):
            if isinstance(option, Tensor) and option.node is not None:
                graph.change(option.node, result)


def attention(
    run: Run,
    query: Value,
    key: Value,
    value: Value,
    site: int,
    mask: Value | None = None,
    *,
    masked: bool = False,
    rate: float | None = 0.0,
    along: int | None = None,
) -> Value:
    """`softmax(query @ key) @ value`, whoever computes it; what else is added to the scores is a mask.

    `masked` tells that there is one which is no tensor of the program's, `rate` how much of the shares is dropped.
    `along` is the axis on which the tokens lie, counted from the last.
    """
    graph = run.graph
    assert graph is not None
    place = run.place(site)
    axes = () if along is None else (along,)
    both = nodes_in(run, graph, query) + nodes_in(run, graph, key)
    scores = graph.add("matmul", both, place=place, name=SCORES, axes=axes)
    masks = () if mask is None else nodes_in(run, graph, mask)
    if masks or masked:
        scores = graph.add("mix", (scores, *masks), place=place)
    shares = graph.add("softmax", (scores,), place=place)
    if rate != 0:
        shares = graph.add("dropout", (shares,), rate=rate, place=place)
    values = nodes_in(run, graph, value)
    return Tensor(NOT_FOLLOWED, node=graph.add("matmul", (shares, *values), place=place, name=SHARED_OUT, axes=axes))


def sample(run: Run, signal: Value | None, places: tuple[Value, ...], site: int) -> Value:
    """What is read of a signal at places that other tensors give."""
    graph = run.graph
    assert graph is not None
    first = () if signal is None else nodes_in(run, graph, signal)[:1]
    # Without a signal of its own, the first input is one that nothing is asked of.
    inputs = (first or (graph.add("constant"),)) + tuple(n for value in places for n in nodes_in(run, graph, value))
    return Tensor(NOT_FOLLOWED, node=graph.add("sample", inputs, place=run.place(site)))


def _made(run: Run, op: Op, arguments: tuple[Value, ...], keywords: dict[str, Value], site: int) -> Value:
    graph = run.graph
    assert graph is not None

    def given(position: int, keyword: str) -> Value | None:
        return arguments[position] if position < len(arguments) else keywords.get(keyword)

    place = run.place(site)
    signal = given(op.input, op.keyword)
    match op.category:
        case Category.QUERY:
            return Unknown("a question about a tensor")
        case Category.MATMUL if op.weights:
            position, keyword = op.weights[0]
            weight = _usual(given(position, keyword))
            bias = None if op.bias is None else given(*op.bias)
            if len(op.operands) == 2:  # A bilinear form: linear in the products of its two inputs.
                one, two = (given(*operand) or NONE for operand in op.operands)
                signal = matmul(run, one, two, site, plain=True)
            if signal is not None and isinstance(weight, ParameterRef) and weight.region is None:
                kind = "embedding" if "embedding" in op.name else "affine"
                groups = given(6, "groups") if ".conv" in op.name else None
                grouped = groups is not None and _number(groups) != 1
                flat = ".conv" not in op.name
                settings = () if flat else _settings(run, CONVOLUTION_ARGUMENTS, arguments[3:], keywords)
                return affine(
                    run,
                    signal,
                    weight,
                    bias,
                    site,
                    kind=kind,
                    grouped=grouped,
                    flat=flat,
                    name="" if flat else op.name,
                    settings=settings,
                )
            if signal is not None and weight is not None:
                product = matmul(run, signal, weight, site)
                return product if bias is None or bias == NONE else operation(run, "add", (product, bias), site)
        case Category.ACTIVATION if signal is not None:
            inputs = nodes_in(run, graph, signal)
            known = activation_of(op.name) if op.activation is None else None
            slope = _number(given(op.input + 1, "negative_slope"))
            name = op.activation or (known.name if known else None)
            node = graph.add("activation", inputs, activation=name, slope=slope, grouped=name == "prelu", place=place)
            return Tensor(NOT_FOLLOWED, node=node)
        case Category.DROPOUT if signal is not None:
            rate = _number(given(op.input + 1, "p"))
            inputs = nodes_in(run, graph, signal)
            return Tensor(NOT_FOLLOWED, node=graph.add("dropout", inputs, rate=rate, place=place, name=op.name))
        case Category.RESHAPE if signal is not None:
            return cuts.moved(run, op, signal, arguments[op.input + 1 :], keywords, site)
        case Category.POOLING | Category.DETACH | Category.SOFTMAX if signal is not None:
            inputs = nodes_in(run, graph, signal)
            made = graph.add(
                KINDS[op.category],
                inputs,
                activation=op.activation,
                place=place,
                name=op.name if op.category is Category.POOLING else "",
                settings=_settings(run, POOLING_ARGUMENTS, arguments[op.input + 1 :], keywords),
            )
            return Tensor(NOT_FOLLOWED, node=made)
        case Category.SLICE if signal is not None and op.name.rpartition(".")[2] in SPLITS:
            return cuts.split(run, op, signal, arguments[op.input + 1 :], keywords, site)
        case Category.SLICE if signal is not None:
            return Tensor(NOT_FOLLOWED, node=graph.add("slice", nodes_in(run, graph, signal), place=place))
        case Category.NORM if signal is not None:
            names = NORM_ARGUMENTS.get(op.name.rpartition(".")[2], ())
            named = {**dict(zip(names, arguments[op.input + 1 :], strict=False)), **keywords}
            gain, shift = _held_by(named.get("weight")), _held_by(named.get("bias"))
            inputs = nodes_in(run, graph, signal)
            if gain is not MANY and shift is not MANY and "response" not in op.name:
                node = graph.add("norm", inputs, weight=gain, bias=shift, place=place, name=op.name)
                return Tensor(NOT_FOLLOWED, node=node)
        case Category.FUNCTION if signal is not None:
            others = (*arguments[: op.input], *arguments[op.input + 1 :], *keywords.values())
            inputs = nodes_in(run, graph, signal)
            extra = tuple(node for value in others if value is not signal for node in nodes_in(run, graph, value))
            singular = op.name.rpartition(".")[2] in SINGULAR
            kind = "unknown" if singular and extra else "mix" if extra else "function"
            return Tensor(NOT_FOLLOWED, node=graph.add(kind, inputs + extra, place=place, name=op.name))
        case Category.ATTENTION if len(arguments) >= 3 and not op.weights:
            causal, dropped = given(5, "is_causal"), given(4, "dropout_p")
            return attention(
                run,
                arguments[0],
                arguments[1],
                arguments[2],
                site,
                mask=given(3, "attn_mask"),
                masked=not is_nothing(given(3, "attn_mask")) or not is_nothing(causal),
                rate=0.0 if dropped is None else _number(dropped),
                along=-2,
            )
        case Category.MULTIPLY if not op.operands and signal is not None:
            return operation(run, "multiply", (signal, Known(-1, "int")), site, sign="*")
        case Category.ADD | Category.MULTIPLY if len(op.operands) == 2:
            operands = tuple(v for v in (given(*operand) for operand in op.operands) if v is not None)
            if len(operands) == 2:
                return operation(run, KINDS[op.category], operands, site, sign=_sign(op.name))
        case Category.MATMUL if len(op.operands) == 2 and not op.rest:
            operands = tuple(v for v in (given(*operand) for operand in op.operands) if v is not None)
            if len(operands) == 2:
                return matmul(run, operands[0], operands[1], site)
        case Category.CONCAT:
            inputs = tuple(node for value in arguments for node in nodes_in(run, graph, value))
            inputs += tuple(node for value in keywords.values() for node in nodes_in(run, graph, value))
            along = given(1, "dim") if op.name.rpartition(".")[2] in ("cat", "concat", "concatenate") else NONE
            axis = Known(0, "int") if along is None else along
            axes = (axis.value,) if isinstance(axis, Known) and isinstance(axis.value, int) else ()
            return Tensor(NOT_FOLLOWED, node=graph.add("concat", inputs, place=place, axes=axes))
        case Category.SAMPLE:
            return _sampled(run, op, given, site)
        case Category.MATMUL if op.rest and "einsum" in op.name:
            found = einsum.product(run, arguments, site)
            if found is not None:
                return found
        case _:
            pass
    inputs = tuple(node for value in (*arguments, *keywords.values()) for node in nodes_in(run, graph, value))
    kind = BY_ITSELF.get(op.category, "unknown")
    if kind == "reduce" and len(inputs) > 1:
        kind = "mix"
    over = _axes(run, given(op.input + 1, "dim")) if kind == "reduce" else ()
    return Tensor(NOT_FOLLOWED, node=graph.add(kind, inputs, place=place, name=op.name, axes=over))


POOLING_ARGUMENTS = ("kernel_size", "stride", "padding")
CONVOLUTION_ARGUMENTS = ("stride", "padding", "dilation")
"""What functions that slide a window take behind the signal, the weight and the bias."""


def _settings(
    run: Run, names: tuple[str, ...], arguments: tuple[Value, ...], keywords: dict[str, Value]
) -> tuple[tuple[str, object], ...]:
    """The sizes that a function which slides a window is given, as far as the program shows them."""
    given = {**dict(zip(names, arguments, strict=False)), **{key: keywords[key] for key in names if key in keywords}}
    found: list[tuple[str, object]] = []
    for name, value in given.items():
        if isinstance(value, Tuple | ListRef):
            items = value.items if isinstance(value, Tuple) else run.items(value).values
            found.append((name, tuple(item.value if isinstance(item, Known) else None for item in items)))
        else:
            found.append((name, value.value if isinstance(value, Known) else None))
    return tuple(found)


def _axes(run: Run, value: Value | None) -> tuple[int, ...]:
    """The axes that an argument names."""
    items: tuple[Value, ...] = () if value is None else (value,)
    if isinstance(value, Tuple):
        items = value.items
    elif isinstance(value, ListRef):
        items = run.items(value).values
    found = [item.value for item in items if isinstance(item, Known) and isinstance(item.value, int)]
    return tuple(found) if len(found) == len(items) else ()


def _usual(value: Value | None) -> Value | None:
    """What a weight is that is there: one that is missing, or there under unusual options alone, is no other."""
    there = [] if value is None else [one for one in likely(value) if one != NONE and not isinstance(one, Absent)]
    return there[0] if len(there) == 1 else value


BY_ITSELF = {
    Category.MATMUL: "matmul",
    Category.REDUCE: "reduce",
    Category.TEST: "test",
    Category.MIX: "mix",
    Category.LOSS: "loss",
}
"""The kind of node of operations that take all of their arguments alike."""

NORM_ARGUMENTS = {
    "layer_norm": ("normalized_shape", "weight", "bias"),
    "rms_norm": ("normalized_shape", "weight"),
    "group_norm": ("num_groups", "weight", "bias"),
    "batch_norm": ("running_mean", "running_var", "weight", "bias"),
    "instance_norm": ("running_mean", "running_var", "weight", "bias"),
}
"""Where the functions that normalize take their gain and shift, behind the input."""

MANY = -1
"""A gain or shift that is not one parameter of the program."""


def _held_by(value: Value | None) -> int | None:
    """The parameter that a function is given as gain or shift, None where it is given none."""
    value = _usual(value)
    if value is None or value == NONE or isinstance(value, Absent):
        return None
    return value.id if isinstance(value, ParameterRef) and value.region is None else MANY


def _sampled(run: Run, op: Op, given: Callable[[int, str], Value | None], site: int) -> Value:
    """Sampling operations: a grid made of an angle, what is read along a grid, a convolution with offsets."""
    found = [given(*operand) for operand in op.operands]
    operands = [value for value in found if value is not None]
    if op.weights:
        mask = given(7, "mask")
        read = sample(run, operands[0], (*operands[1:], *([] if mask is None else [mask])), site)
        weight, bias = given(*op.weights[0]), None if op.bias is None else given(*op.bias)
        if isinstance(weight, ParameterRef) and weight.region is None:
            return affine(run, read, weight, bias, site, flat=False)
        return unknown_operation(run, tuple(v for v in (read, weight, bias) if v is not None), site)
    if len(operands) > 1:
        return sample(run, operands[0], tuple(operands[1:]), site)
    return sample(run, None, tuple(operands), site)


def is_nothing(value: Value | None) -> bool:
    """Whether an argument is not given, or given as None, False or zero, whatever the options are."""
    return value is None or (isinstance(value, Known) and not value.value and not value.soft)


def _number(value: Value | None) -> float | None:
    if isinstance(value, Known) and isinstance(value.value, int | float):
        return float(value.value)
    return None


def matmul(run: Run, left: Value, right: Value, site: int, *, plain: bool = False) -> Value:
    """`left @ right`: with a parameter on one side it is a layer without a bias, unless it is to be a plain product."""
    graph = run.graph
    assert graph is not None
    left, right = _there(left), _there(right)
    for weight, signal in () if plain else ((right, left), (left, right)):
        is_tensor = any(isinstance(option, Tensor) for option in options(signal))
        if isinstance(weight, ParameterRef) and is_tensor and run.parameters[weight.id].trainable:
            side = "" if weight is right else IN_FRONT
            return affine(run, signal, weight, None, site, inputs_first=weight is right, name=side)
        turned = _transposed(run, graph, weight)
        if turned is not None and is_tensor:
            side = "" if weight is right else IN_FRONT
            return affine(run, signal, turned, None, site, inputs_first=weight is left, name=side)
    inputs = nodes_in(run, graph, left) + nodes_in(run, graph, right)
    return Tensor(NOT_FOLLOWED, node=graph.add("matmul", inputs, place=run.place(site)))


def _there(value: Value) -> Value:
    """A parameter that other options leave out: what reads it, it is there for."""
    found = [option for option in options(value) if not isinstance(option, Absent) and option != NONE]
    return found[0] if len(found) == 1 and isinstance(found[0], ParameterRef) else value


def _transposed(run: Run, graph: Graph, value: Value) -> ParameterRef | None:
    """The matrix that a value is the transpose of."""
    node = None if not isinstance(value, Tensor) or value.node is None else graph.nodes[value.node]
    if node is None or node.kind != "permute" or len(node.inputs) != 1:
        return None
    number = graph.nodes[node.inputs[0]].weight
    if number is None or graph.nodes[node.inputs[0]].kind != "parameter":
        return None
    shape = run.parameters[number].shape
    return ParameterRef(number) if shape is not None and len(shape) == 2 else None


def affine(
    run: Run,
    signal: Value,
    weight: ParameterRef,
    bias: Value | None,
    site: int,
    *,
    kind: str = "affine",
    module: int | None = None,
    inputs_first: bool = False,
    grouped: bool = False,
    flat: bool = True,
    part: tuple[int, int | None] | None = None,
    name: str = "",
    settings: tuple[tuple[str, object], ...] = (),
) -> Value:
    """A matrix product with a parameter, or a part of one, and a bias where one is given."""
    graph = run.graph
    assert graph is not None
    inputs = nodes_in(run, graph, signal)
    run.read(weight)
    # A bias that is only there under options that a user has to ask for is none.
    biases = () if bias is None else likely(bias)
    known = all(isinstance(option, ParameterRef | Absent) or option == NONE for option in biases)
    found = [option.id for option in biases if isinstance(option, ParameterRef)]
    if not known or len(found) > 1:
        inputs += (graph.add("parameter", weight=weight.id),)
        return Tensor(NOT_FOLLOWED, node=graph.add("unknown", inputs, place=run.place(site), module=module))
    node = graph.add(
        kind,
        inputs,
        module=module,
        weight=weight.id,
        bias=found[0] if found else None,
        inputs_first=inputs_first,
        grouped=grouped,
        flat=flat,
        part=part,
        place=run.place(site),
        name=name,
        settings=settings,
    )
    return Tensor(NOT_FOLLOWED, node=node)
