"""Tensors that a program makes, and what makes them parameters."""

from __future__ import annotations

from msgspec.structs import replace

from initls.knowledge.initializers import INTEGERS, WHOLE_NUMBERS, Maker
from initls.knowledge.numbers import OF_ONE
from initls.knowledge.tensors import Category
from initls.model.effects import dataflow, repeats, writes
from initls.model.machine import copies, iteration
from initls.model.machine.machine import Copied, Run
from initls.model.state.contents import Constant, Content, Garbage, Random, Repeated, Structured
from initls.model.state.contents import Unknown as UnknownContent
from initls.model.state.events import Expanded
from initls.model.state.regions import Quantity, Size
from initls.model.state.values import (
    NONE,
    Arguments,
    External,
    Keywords,
    Known,
    ListRef,
    ParameterRef,
    Tensor,
    Tuple,
    Unknown,
    Value,
    likely,
    options,
)


def make_tensor(run: Run, maker: Maker, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    """`torch.zeros(...)` and its like: a tensor with an identity, so that later writes to it are seen."""
    alone = arguments[0] if len(arguments) == 1 else None
    if maker.data and isinstance(alone, ParameterRef | Tensor) and run.graph is None:
        # The same memory once more, under another name.
        return alone
    shape = _shape(run, maker, arguments, keywords)
    content: Content
    if maker.kind == "constant":
        fill = keywords.get("fill_value")
        if fill is None and maker.fill is not None and maker.fill < len(arguments):
            fill = arguments[maker.fill]
        content = Constant(maker.value) if maker.value is not None else writes.content_of(run, fill or NONE)
    elif maker.kind == "random":
        # `torch.normal` alone is told how to draw, by a mean and a deviation in front of the size.
        given = {**dict(zip(("mean", "std"), arguments, strict=False)), **keywords}
        told = tuple((name, writes.shown(given.get(name))) for name in ("mean", "std")) if maker.size == 2 else ()
        content = Random(maker.distribution or "random", told)
    elif maker.kind == "empty":
        content = _uninitialized(maker, arguments)
    else:
        content = Structured(maker.name)
    if run.graph is not None:
        return Tensor(content, node=run.graph.add("constant"))
    plain = None if shape is None else tuple(size if isinstance(size, int) else None for size in shape)
    of = copies.origin(run, (*arguments, *keywords.values()))
    ref = run.new_parameter(
        site,
        content,
        shape=plain,
        sizes=shape,
        trainable=False,
        explicit=True,
        likened=None if of is None else Copied(of, maker.name, run.frame.id),
    )
    if maker.name in WHOLE_NUMBERS or any(isinstance(t, External) and t.name in INTEGERS for t in keywords.values()):
        run.parameters[ref.id] = replace(run.parameters[ref.id], whole_numbers=True)
    return ref


def _uninitialized(maker: Maker, arguments: Arguments) -> Content:
    """What a maker of empty tensors leaves."""
    alone = arguments[0] if len(arguments) == 1 else None
    if alone is None or not maker.data:
        return Garbage()
    if isinstance(alone, ListRef) or (isinstance(alone, Tuple) and not all(map(_may_be_size, alone.items))):
        return Structured("data")
    return Garbage() if all(map(_is_size, options(alone))) else UnknownContent("made of data, or of a size")


def _is_size(value: Value) -> bool:
    """Whether a value is a size. What the program names as a number is one; what a function gives may be an array."""
    if isinstance(value, Unknown):
        return value.quantity is not None
    # A tuple may be that of a shape, or numbers like any others.
    return not isinstance(value, ParameterRef | Tensor | ListRef | Tuple)


def _may_be_size(value: Value) -> bool:
    return not isinstance(value, Known) or type(value.value) is int


def _shape(run: Run, maker: Maker, arguments: Arguments, keywords: Keywords) -> tuple[Size | None, ...] | None:
    """The sizes of the tensor that is made, as far as the program shows or names them."""
    if maker.size is None:
        like = arguments[maker.like or 0] if arguments else None
        if not isinstance(like, ParameterRef):
            return None
        if like.region is not None or like.viewed:
            return repeats.sizes_of(run, like)
        return run.parameters[like.id].shape
    sizes = arguments[maker.size :] if maker.many else arguments[maker.size : maker.size + 1]
    if "size" in keywords:
        sizes = (keywords["size"],)
    if len(sizes) == 1 and isinstance(sizes[0], Tuple | ListRef):
        inner = iteration.items(run, sizes[0])
        if inner.open:
            return None
        if maker.data:
            # Numbers, unless the tuple is that of a shape.
            row = isinstance(sizes[0], ListRef) and all(isinstance(item, Known) for item in inner.values)
            return (len(inner.values),) if row else None
        sizes = inner.values
    elif len(sizes) == 1 and not isinstance(sizes[0], Known):
        # One argument that is not known may be a size or a tuple of them, unless it has served as a number before.
        size = size_of(sizes[0])
        return (size,) if isinstance(size, Quantity) and size.name in run.numbers else None
    found = tuple(map(size_of, sizes))
    run.numbers.update(size.name for size in found if isinstance(size, Quantity))
    return found or None


def size_of(value: Value) -> Size | None:
    """A value as a size, shown or named; of several, the one that it has with the default options."""
    usual = likely(value)
    value = usual[0] if len(usual) == 1 else value
    if isinstance(value, Known) and isinstance(value.value, int) and not isinstance(value.value, bool):
        return value.value
    return value.quantity if isinstance(value, Unknown) else None


def made_by_operation(
    run: Run, name: str, category: Category, arguments: Arguments, keywords: Keywords, site: int
) -> Value:
    """The result of an operation on tensors while a model is built."""
    for argument in arguments:
        if isinstance(argument, ParameterRef):
            run.read(argument)
    first = arguments[0] if arguments else NONE
    short = name.rpartition(".")[2]
    if short in repeats.SPREADING:
        return copies.computed(run, arguments, _repeated(run, short, arguments, keywords), short, site)
    if short in OF_ONE and len(arguments) == 1:
        made_of_one = writes.of_one(short, writes.content_of(run, first))
        if isinstance(made_of_one, Constant):
            return copies.computed(run, arguments, Tensor(made_of_one), short, site)
    kinds = {Category.ADD: ("add", "+"), Category.MULTIPLY: ("multiply", "*"), Category.RESHAPE: ("reshape", "")}
    kind, sign = kinds.get(category, ("unknown", ""))
    sign = SIGNS.get(short, sign)
    operands = arguments[:2] if kind != "reshape" else arguments[:1]
    made = dataflow.operation(run, kind, operands, site, sign=sign)
    if kind == "reshape" and isinstance(made, Tensor):
        held = writes.content_of(run, first)
        # Behind a view it is another question along which axes it is repeated.
        content = held if isinstance(held, Repeated) and short in repeats.KEEPING else made.content
        made = Tensor(content, sizes=repeats.viewed(run, first, short, arguments[1:], keywords))
    return copies.computed(run, arguments[:1], made, short, site)


SIGNS = {"sub": "-", "subtract": "-", "div": "/", "divide": "/", "true_divide": "/"}
"""The operations by name that take away and divide."""


def _repeated(run: Run, method: str, arguments: Arguments, keywords: Keywords) -> Tensor:
    """What sets one tensor down several times, or joins several."""
    value = arguments[0] if arguments else NONE
    if method in repeats.JOINING:
        values = iteration.items(run, value).values if isinstance(value, Tuple | ListRef) else (value,)
        contents = {writes.content_of(run, item) for item in values}
        only = contents.pop() if len(contents) == 1 else None
        axis = arguments[1] if len(arguments) > 1 else keywords.get("dim")
        found = repeats.joined(run, value, method, axis) if isinstance(only, Random) else None
        return found or Tensor(only if isinstance(only, Constant | Random) else dataflow.NOT_FOLLOWED)
    content = writes.content_of(run, value)
    if method in repeats.EXPANDING:
        return repeats.expanded(run, value, content, method, arguments[1:]) or Tensor(content)
    return repeats.repeated(run, value, content, method, arguments[1:])


def parameter(run: Run, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    """`nn.Parameter(data)`: the same memory, which is trained from now on."""
    data = arguments[0] if arguments else keywords.get("data", NONE)
    trained = keywords.get("requires_grad", arguments[1] if len(arguments) > 1 else Known(True, "bool"))
    if run.graph is not None and isinstance(data, Tensor):
        return data
    if isinstance(data, ParameterRef) and data.region is None and run.parameters[data.id].copied is None:
        info = run.parameters[data.id]
        if info.trainable:  # A second parameter over the same memory: what it is called is decided anew.
            ref = run.new_parameter(site, writes.content_of(run, data), shape=info.shape, explicit=True)
        else:
            run.parameters[data.id] = replace(info, trainable=True, place=run.place(site), path=run.path)
            ref = data
    else:
        content = Garbage() if data == NONE else writes.content_of(run, data)
        sizes = repeats.sizes_of(run, data)
        plain = None if sizes is None else tuple(size if isinstance(size, int) else None for size in sizes)
        ref = run.new_parameter(site, content, shape=plain, sizes=sizes, explicit=True)
        if isinstance(data, Tensor) and data.shared is not None:
            run.note(Expanded, site, parameter=ref.id, times=data.shared)
    if not (isinstance(trained, Known) and bool(trained.value)):
        run.now.frozen |= {ref.id}
    return ref
