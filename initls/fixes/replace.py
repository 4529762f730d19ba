"""A write of a constant becomes a call of `torch.nn.init`."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst
from msgspec import Struct

from initls.findings import Edit
from initls.fixes import axes, render
from initls.fixes.allocation import is_parameter, makes
from initls.fixes.imports import INIT, Imports, Spelling
from initls.fixes.names import path
from initls.fixes.parameter import initialize, wrapped
from initls.fixes.plans import ReplaceWrite, Scheme
from initls.fixes.source import Source
from initls.knowledge.initializers import CONSTANT_MAKERS, INITIALIZERS, TENSOR_WRITES
from initls.syntax.span import Span

Edits = tuple[Edit, ...]


def replace(plan: ReplaceWrite, source: Source, node: cst.CSTNode) -> Iterator[tuple[str, Edits]]:
    """The title and the edits for each scheme that the plan proposes and that can be carried out."""
    if isinstance(node, cst.Expr):
        node = node.value
    imports = Imports.seen_from(source, node)
    if isinstance(node, cst.Call) and is_parameter(imports.resolve(node.func)):
        # What writes is not the call that makes the parameter but the assignment that puts it in place.
        parent = source.parent(node)
        node = parent if isinstance(parent, cst.Assign | cst.AnnAssign) else node
    for scheme in plan.schemes:
        write = _Write(source, imports, scheme)
        edits = (write.call(node) or write.making(node)) if isinstance(node, cst.Call) else write.assignment(node)
        if edits:
            yield render.title(scheme), edits


class _Write(Struct, frozen=True, eq=False):
    """One write and the scheme that it is to follow."""

    source: Source
    imports: Imports
    scheme: Scheme

    # ----------------------------------------------------------------- calls

    def call(self, node: cst.Call) -> Edits:
        """The edits for a call that writes."""
        dotted = self._by_name(node.func) or self.imports.resolve(node.func)
        if self._initializes(node, dotted):
            return self._initializer(node, dotted)
        if isinstance(node.func, cst.Attribute) and dotted is None and _fills(node.func.attr.value):
            return self._around(node, self._bare(node.func.value, node))
        out = argument(node, "out")
        if dotted in CONSTANT_MAKERS and out is not None:
            return self._around(node, self._bare(out.value, node))
        if dotted is not None and dotted.startswith("torch.") and _fills(dotted.removeprefix("torch.")):
            tensor = first_argument(node, "input")
            return () if tensor is None else self._around(node, self._bare(tensor.value, node))
        return ()

    def _by_name(self, function: cst.BaseExpression) -> str | None:
        """What a function is by its name alone: `init.zeros_` may come from a module that stands in for torch's."""
        module, _, name = (path(function) or "").rpartition(".")
        usual = module in ("init", "nn.init", INIT) and module.partition(".")[0] not in self.imports.taken
        return f"{INIT}.{name}" if usual else None

    def _initializes(self, node: cst.Call, dotted: str | None) -> bool:
        """Whether the call is one of a function of `torch.nn.init`, or of one that goes by the same name."""
        name = (dotted or "").rpartition(".")[2]
        if f"{INIT}.{name}" not in INITIALIZERS:
            return False
        return isinstance(node.func, cst.Name) or (dotted or "").rpartition(".")[0].endswith("init")

    def _initializer(self, node: cst.Call, dotted: str | None) -> Edits:
        tensor = first_argument(node, "tensor")
        if tensor is None:
            return ()
        ours = dotted is not None and dotted.startswith(INIT + ".")
        if ours and isinstance(node.func, cst.Attribute):
            spelling: Spelling | None = Spelling(self.scheme.function)
            name: cst.CSTNode = node.func.attr
        else:
            spelling = self.imports.spell(self.scheme.function, node.func if ours else None)
            name = node.func
        if spelling is None:
            return ()
        edits = list(spelling.edits)
        if self.source.text(name) != spelling.name:
            edits.append(Edit(self.source.span(name), spelling.name))
        edits += self._arguments(node, tensor)
        return self._kept_to_matrices(node, strip(tensor.value), tuple(edits))

    def _arguments(self, node: cst.Call, tensor: cst.Arg) -> Iterator[Edit]:
        """Keep the tensor as it is written, drop what else there is, and add what the scheme asks for."""
        source = self.source
        new = list(render.keywords(self.scheme, source.document.text))
        generator = argument(node, "generator")
        if generator is not None and _takes_generator(self.scheme.function):
            new.append(source.document.text.slice(source.argument_span(generator)))
        position = node.args.index(tensor)
        if position > 0:
            yield Edit(Span(source.argument_span(node.args[0]).start, source.argument_span(tensor).start), "")
        start = source.argument_span(tensor).end
        following = node.args[position + 1 :]
        end = source.argument_span(node.args[-1]).end
        separator, others = ", ", ", "
        if following:
            separator = source.between(start, source.argument_span(following[0]).start)
            others = separator if "#" not in separator else others
        written = "".join((separator if index == 0 else others) + one for index, one in enumerate(new))
        if written != source.between(start, end):
            yield Edit(Span(start, end), written)

    def _bare(self, tensor: cst.BaseExpression, node: cst.Call) -> cst.BaseExpression:
        """The tensor without its detours; they stay where the result of the call is used, for it is theirs."""
        return strip(tensor) if isinstance(self.source.parent(node), cst.Expr) else tensor

    def making(self, node: cst.Call) -> Edits:
        """The edits for a call that makes the constant which the statement around it writes."""
        statement = self.source.statement(node)
        if statement is None or not makes(self.imports, node):
            return ()
        return self.assignment(statement) or wrapped(self.source, self.imports, node, self.scheme)

    # ----------------------------------------------------------------- assignments

    def assignment(self, node: cst.CSTNode) -> Edits:
        """The edits for an assignment that writes."""
        match node:
            case cst.Assign(targets=[cst.AssignTarget(target=target)]) | cst.AugAssign(target=target):
                pass
            case cst.AnnAssign(target=target) if node.value is not None:
                pass
            case _:
                return ()
        if isinstance(target, cst.Subscript):
            return self._around(node, strip(target)) if _basic(target) else ()
        if isinstance(node, cst.AugAssign):
            return self._around(node, strip(target))
        if isinstance(target, cst.Attribute) and target.attr.value == "data":
            return self._around(node, strip(target))
        value = node.value if isinstance(node, (cst.Assign, cst.AnnAssign)) else None
        made = isinstance(value, cst.Call) and is_parameter(self.imports.resolve(value.func))
        # A parameter of another module is there already; one of `self` may only come to be here.
        if made and isinstance(target, cst.Attribute) and path(target.value) != "self":
            return self._around(node, target)
        return initialize(self.source, self.imports, node, self.scheme)

    # ----------------------------------------------------------------- both

    def _around(self, node: cst.CSTNode, tensor: cst.CSTNode) -> Edits:
        """`node` becomes a call on `tensor`, which is part of it and stays as it is written."""
        spelling = self.imports.spell(self.scheme.function)
        if spelling is None:
            return ()
        whole, kept = self.source.span(node), self.source.span(tensor)
        ending = render.tail(render.keywords(self.scheme, self.source.document.text))
        edits = (
            *spelling.edits,
            Edit(Span(whole.start, kept.start), spelling.name + "("),
            Edit(Span(kept.end, whole.end), ending),
        )
        return self._kept_to_matrices(node, tensor, edits)

    def _kept_to_matrices(self, node: cst.CSTNode, tensor: cst.CSTNode, edits: Edits) -> Edits:
        """The edits, with a test in front of the call where it may meet tensors that the scheme does not take."""
        if not axes.needs_two(self.scheme.function) or not axes.may_lack_one(self.source, node, tensor):
            return edits
        return axes.guarded(self.source, node, tensor, edits)


def argument(node: cst.Call, keyword: str) -> cst.Arg | None:
    """The argument of that name."""
    return next((one for one in node.args if one.keyword is not None and one.keyword.value == keyword), None)


def first_argument(node: cst.Call, keyword: str) -> cst.Arg | None:
    """The first argument, be it by place or by that name; None where a star hides it."""
    if node.args and node.args[0].keyword is None:
        return node.args[0] if not node.args[0].star else None
    return argument(node, keyword)


def strip(node: cst.BaseExpression) -> cst.BaseExpression:
    """The tensor that an expression writes to as a whole: without `.data`, `.detach()`, `[:]` and earlier writes."""
    while True:
        match node:
            case cst.Attribute(value=value, attr=cst.Name(value="data")):
                node = value
            case cst.Call(func=cst.Attribute(value=value, attr=cst.Name(value=name))) if _passes(name):
                node = value
            case cst.Subscript(value=value) if _whole(node):
                node = value
            case _:
                return node


def _fills(method: str) -> bool:
    """Whether a method leaves a tensor with other values everywhere; `mul_(0)` does too."""
    write = TENSOR_WRITES.get(method)
    return write is not None and write.kind not in ("partial", "metadata")


def _passes(method: str) -> bool:
    write = TENSOR_WRITES.get(method)
    return method == "detach" or method == "detach_" or (write is not None and write.whole)


def _whole(node: cst.Subscript) -> bool:
    """Whether an index picks everything."""
    return all(_everything(element.slice) for element in node.slice)


def _everything(index: cst.BaseSlice) -> bool:
    match index:
        case cst.Slice(lower=None, upper=None, step=None):
            return True
        case cst.Index(value=cst.Ellipsis(), star=None):
            return True
        case _:
            return False


def _basic(node: cst.Subscript) -> bool:
    """Whether reading through an index gives a view with as many axes, which an init function can write through."""
    return all(isinstance(element.slice, cst.Slice) or _everything(element.slice) for element in node.slice)


def _takes_generator(function: str) -> bool:
    row = INITIALIZERS.get(f"{INIT}.{function}")
    return row is not None and any(name == "generator" for name, _ in row.signature)
