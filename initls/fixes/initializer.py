"""A method that initializes a model, written for its class: the refactoring behind "insert an initialization".

Each kind of layer gets the scheme that suits the activation behind most layers of that kind; layers that need another
one are named by themselves, behind the visitor. Norms and biases start as they should. The method takes the form that
the class's framework calls.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import libcst as cst
from msgspec import Struct, field

from initls.document import Document
from initls.facts.place import Place
from initls.findings import Applicability, Edit, Fix
from initls.fixes import layout
from initls.fixes.append import at_the_end
from initls.fixes.imports import Imports
from initls.fixes.plans import Scheme
from initls.fixes.render import keywords, tail
from initls.fixes.source import Source
from initls.knowledge import layers
from initls.knowledge.frameworks import LIFECYCLE, MMENGINE, of_transformers
from initls.knowledge.layers import Kind
from initls.knowledge.schemes import Distribution, Recommendation
from initls.model.answers.account import Account, accounts
from initls.model.traces.trace import Trace
from initls.pattern import pattern

TITLE = "Insert an initialization for this model"

_INDEXED = pattern(r"[A-Za-z_]\w*(?:\.\w+)*\Z")


class Form(Struct, frozen=True):
    """How a class is to be initialized: the method's name and parameter, and what calls it."""

    method: str
    parameter: str = "m"
    call: str = ""
    """What the constructor ends with; empty where the framework calls the method itself."""
    loops: bool = False
    """Whether the method goes over the modules by itself, having called that of its base."""


PLAIN = Form("_init_weights", call="self.apply(self._init_weights)")
HUGGING_FACE = Form("_init_weights", "module", call="self.post_init()")
RUNNER = Form("init_weights", loops=True)


class Advice(Struct, frozen=True):
    """What to write: a scheme for each kind of layer, and for single layers that need another."""

    form: Form
    kinds: dict[str, Recommendation | None] = field(default_factory=dict)
    """By the dotted name of the layer; None for those that start as constants do: norms."""
    single: tuple[tuple[str, Recommendation], ...] = ()
    """The weights, by their paths from the model, that are initialized apart."""


def advice(trace: Trace, distribution: Distribution = "normal") -> Advice | None:
    """What suits a model; None where it initializes itself already, or holds no layer to initialize."""
    if any(write.explicit and not write.place.foreign for _, write in trace.log) or trace.called & LIFECYCLE:
        return None
    classes = trace.modules[0].classes if trace.modules else ()
    wanted: dict[str, Counter[Recommendation]] = {}
    matrices: list[Account] = []
    kinds: dict[str, Recommendation | None] = {}
    for one in accounts(trace, distribution):
        layer = layers.layer(one.layer)
        if layer is None:
            continue
        if layer.kind is Kind.NORM:
            kinds.setdefault(layer.name, None)
        elif one.matrix and one.advice is not None and layer.kind in (Kind.AFFINE, Kind.EMBEDDING):
            wanted.setdefault(layer.name, Counter())[_plain(one.advice)] += 1
            matrices.append(one)
    if not wanted:
        return None
    usual = {name: found.most_common(1)[0][0] for name, found in wanted.items()}
    apart = [
        (one.name, _plain(one.advice))
        for one in matrices
        if one.advice is not None and _plain(one.advice) != usual[one.layer]
    ]
    form = HUGGING_FACE if of_transformers(classes) else RUNNER if MMENGINE.derives(classes) else PLAIN
    return Advice(form, {**usual, **kinds}, tuple(apart))


def _plain(one: Recommendation) -> Recommendation:
    """The call alone, by which two recommendations are the same."""
    return one._replace(reason="")


def written(document: Document, unit: str, trace: Trace, found: Advice) -> Fix | None:
    """The fix that writes it; None where the class has no constructor that one can write behind."""
    constructor = document.parts[0].outline.get(f"{unit}.__init__")
    members = {placed.segment.name for placed in document.parts[0].outline.placed if placed.owner == unit}
    if constructor is None or found.form.method in members:
        return None
    at = Source.at(document, Place(constructor.unit, 0))
    if at is None:
        return None
    source, node = at
    function = next((one for one in (node, *source.ancestors(node)) if isinstance(one, cst.FunctionDef)), None)
    if function is None or at_the_end(source, node, "pass") is None:
        return None
    writer = _Writer(source, Imports.seen_from(source, node))
    method = writer.method(found)
    if method is None:
        return None
    closing = list(writer.closing(found, called="post_init" in trace.called))
    return Fix(TITLE, Applicability.UNSAFE, _edits(source, function, closing, method, writer.imports_needed))


def _edits(
    source: Source, function: cst.FunctionDef, closing: Sequence[str], method: Sequence[str], imports: Sequence[Edit]
) -> tuple[Edit, ...]:
    text = source.document.text
    last = source.last_line(layout.statements(function.body)[-1])  # type: ignore[arg-type]
    newline = layout.newline_at(text, last)
    margin = layout.indentation(text, source.first_line(function))
    inner = layout.indentation(text, source.first_line(layout.statements(function.body)[0]))  # type: ignore[arg-type]
    step = inner[len(margin) :] or "    "
    lines = [inner + line for line in closing]
    lines += ["", *(margin + step * depth + line for depth, line in _indented(method))]
    edit = layout.behind(text, last, tuple(line + newline for line in lines))
    return tuple(sorted([*imports, edit], key=lambda one: one.span))


def _indented(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Each line with its depth, which four blanks stand for."""
    for line in lines:
        bare = line.lstrip(" ")
        yield (len(line) - len(bare)) // 4, bare


class _Writer:
    """Writes the lines of the method in the style of one file."""

    def __init__(self, source: Source, imports: Imports) -> None:
        self._source = source
        self._imports = imports
        self.imports_needed: list[Edit] = []

    def call(self, function: str, tensor: str, words: tuple[tuple[str, str | float], ...] = ()) -> str | None:
        """A call of an init function."""
        spelling = self._imports.spell(function)
        if spelling is None:
            return None
        for edit in spelling.edits:
            if edit not in self.imports_needed:
                self.imports_needed.append(edit)
        return f"{spelling.name}({tensor}{tail(keywords(Scheme(function, words), self._source.document.text))}"

    def method(self, found: Advice) -> list[str] | None:
        """The method, its lines indented by fours; None where something cannot be named in the file."""
        form, name = found.form, "m" if found.form.loops else found.form.parameter
        depth = "    " * (2 if form.loops else 1)
        lines = [f"def {form.method}(self):" if form.loops else f"def {form.method}(self, {name}):"]
        if form.loops:
            lines += [f"    super().{form.method}()", f"    for {name} in self.modules():"]
        word = "if"
        for kinds, scheme in _grouped(found):
            spelled = [self._imports.named(kind) for kind in kinds]
            body = self._body(scheme, kinds, name)
            if None in spelled or body is None:
                return None
            test = str(spelled[0]) if len(spelled) == 1 else f"({', '.join(map(str, spelled))})"
            lines.append(f"{depth}{word} isinstance({name}, {test}):")
            lines += [f"{depth}    {line}" for line in body]
            word = "elif"
        if form.loops:
            lines += self._single(found)
        return lines

    def closing(self, found: Advice, *, called: bool) -> Iterator[str]:
        """The last lines of the constructor."""
        if found.form.call and not (called and found.form is HUGGING_FACE):
            yield found.form.call
        if not found.form.loops and found.form is not HUGGING_FACE:
            yield from (line.strip() for line in self._single(found))

    def _single(self, found: Advice) -> list[str]:
        calls = [
            self.call(scheme.function, _path(name), scheme.keywords)
            for name, scheme in found.single
            if _INDEXED.match(name)
        ]
        return [f"    {call}" for call in calls if call is not None]

    def _body(self, scheme: Recommendation | None, kinds: Sequence[str], name: str) -> list[str] | None:
        """What is done to a layer of these kinds."""
        zeros = self.call("zeros_", f"{name}.bias")
        if scheme is None:
            ones = self.call("ones_", f"{name}.weight")
            body = [f"if {name}.weight is not None:", f"    {ones}"]
            row = layers.layer(kinds[0])
            if row is not None and layers.parameter(row, "bias") is not None:
                body += [f"if {name}.bias is not None:", f"    {zeros}"]
            return None if ones is None or zeros is None else body
        weight = self.call(scheme.function, f"{name}.weight", scheme.keywords)
        if weight is None or zeros is None:
            return None
        row = layers.layer(kinds[0])
        if row is not None and row.kind is Kind.EMBEDDING:
            padding = self.call("zeros_", f"{name}.weight[{name}.padding_idx]")
            return [weight, f"if {name}.padding_idx is not None:", f"    {padding}"]
        return [weight, f"if {name}.bias is not None:", f"    {zeros}"]


def _grouped(found: Advice) -> Iterator[tuple[list[str], Recommendation | None]]:
    """The kinds of layers with the same treatment together, matrices first."""
    groups: dict[tuple[Recommendation | None, str, bool], list[str]] = {}
    for name, scheme in found.kinds.items():
        row = layers.layer(name)
        kind = "" if row is None else row.kind.value
        biased = row is not None and layers.parameter(row, "bias") is not None
        groups.setdefault((scheme, kind, biased), []).append(name)
    ordered = sorted(groups.items(), key=lambda group: group[0][0] is None)
    for (scheme, _, _), kinds in ordered:
        yield kinds, scheme


def _path(name: str) -> str:
    """A parameter's dotted name as an expression: numbers are places in a list."""
    path = "self"
    for step in name.split("."):
        path += f"[{step}]" if step.isdigit() else f".{step}"
    return path
