"""Seeded initialization bugs: what is changed in a real class, where, and how a real PyTorch shows the symptom.

Each function yields, for one class, mutants of one rule's kind at places that are always the same. A mutant counts only
if the symptom is there; the others are kept to see whether they raise a false alarm.
"""

from __future__ import annotations

import ast
import traceback
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from random import Random

from torch import nn

from tests.corpus import symptoms
from tests.corpus.mutant import Lines, Mutant
from tests.corpus.patient import HERE, Change, Layer, Patient, Text, at_end, behind, method, without


def _mutant(
    patient: Patient,
    code: str,
    spelling: str,
    changes: list[Change],
    shown: Callable[[nn.Module], bool | None],
    *also: str,
    about: Sequence[Layer],
) -> Mutant:
    """A mutant that can be built, and shows its symptom, if any, where the text is marked."""
    text = patient.changed(changes)

    def run() -> Lines | None:
        try:
            model = patient.make(text)
        except Exception:  # What cannot be built is no mutant of these kinds.
            return None
        symptom = shown(model)
        return None if symptom is None else text.marked if symptom else ()

    within = any(patient.shows(layer.statement) for layer in about)
    mild = code == "INI104" or spelling in NOTHING or spelling == "zeros"
    return Mutant(patient, code, spelling, text, run, frozenset((code, *also)), within, mild)


def _without_gradient(patient: Patient, *names: str) -> Callable[[nn.Module], bool | None]:
    def shown(model: nn.Module) -> bool | None:
        inputs = patient.inputs()
        if inputs is None or not all(symptoms.constant(model, name) for name in names):
            return None
        return symptoms.never_trains(model, inputs, names)

    return shown


# --------------------------------------------------------------------------- constants

VALUES = ("0.5", "0.01", "1e-2", "-0.1", "3")

CONSTANTS: dict[str, tuple[str, ...]] = {
    "init.constant_": ("{init}.constant_({t}, {v}){here}",),
    "init.ones_": ("{init}.ones_({t}){here}",),
    "init.zeros_": ("{init}.zeros_({t}){here}",),
    "init.constant_ by name": ("{init}.constant_({t}, val={v}){here}",),
    "data.fill_": ("{t}.data.fill_({v}){here}",),
    "data.zero_": ("{t}.data.zero_(){here}",),
    "fill_ without gradient": ("with torch.no_grad():", "    {t}.fill_({v}){here}"),
    "zero_ without gradient": ("with torch.no_grad():", "    {t}.zero_(){here}"),
    "slice without gradient": ("with torch.no_grad():", "    {t}[:] = {v}{here}"),
    "data slice": ("{t}.data[:] = {v}{here}",),
    "data ellipsis": ("{t}.data[...] = {v}{here}",),
    "data copy of zeros": ("{t}.data.copy_(torch.zeros_like({t})){here}",),
    "data copy of ones": ("{t}.data.copy_(torch.ones_like({t})){here}",),
    "copy of full": ("with torch.no_grad():", "    {t}.copy_(torch.full_like({t}, {v})){here}"),
    "data replaced": ("{t}.data = torch.ones_like({t}){here}",),
    "data replaced by full": ("{t}.data = torch.full({t}.shape, {v}){here}",),
    "parameter of ones": ("{t} = nn.Parameter(torch.ones({t}.shape)){here}",),
    "parameter of full": ("{t} = nn.Parameter(torch.full_like({t}, {v})){here}",),
    "parameter of zeros": ("{t} = nn.Parameter(torch.zeros_like({t})){here}",),
    "times nothing": ("{t}.data.mul_(0){here}",),
    "all parameters of the layer": ("for p in self.{name}.parameters():", "    {init}.constant_(p, {v}){here}"),
    "all parameters filled": ("for p in self.{name}.parameters():", "    p.data.fill_({v}){here}"),
    "through a variable": ("weight = {t}", "{init}.constant_(weight, {v}){here}"),
    "if it is there": ("if {t} is not None:", "    {init}.constant_({t}, {v}){here}"),
}
"""Ways to write a constant into one layer."""

NOTHING = frozenset(
    {"init.zeros_", "data.zero_", "zero_ without gradient", "data copy of zeros", "parameter of zeros", "times nothing"}
)
"""Those that write zeros; a zero weight is a bug only where no gradient ever reaches it."""

VISITORS: dict[str, tuple[str, ...]] = {
    "visitor, constant_": ("    {init}.constant_(m.weight, {v}){here}",),
    "visitor, data.fill_": ("    m.weight.data.fill_({v}){here}",),
    "visitor, ones_ and bias": (
        "    {init}.ones_(m.weight){here}",
        "    if m.bias is not None:",
        "        {init}.zeros_(m.bias)",
    ),
    "visitor, fill_ without gradient": ("    with torch.no_grad():", "        m.weight.fill_({v}){here}"),
}
"""What a visitor writes into each layer that it is meant for."""


def _fill(patient: Patient, snippet: tuple[str, ...], rng: Random, layer: Layer | None = None) -> tuple[str, ...]:
    words = {
        "init": patient.init,
        "t": layer.weight if layer else "",
        "name": layer.name if layer else "",
        "v": rng.choice(VALUES),
        "here": HERE,
    }
    return tuple(line.format(**words) for line in snippet)


def _usable(patient: Patient, snippet: tuple[str, ...]) -> bool:
    """Whether the file has the names that a snippet uses."""
    text = "\n".join(snippet)
    return all(f"{name}." not in text or name in vars(patient.module) for name in ("torch", "nn"))


def _pick(patient: Patient, table: dict[str, tuple[str, ...]], turn: int) -> str:
    """The spelling whose turn it is, among those that the file has names for."""
    usable = [name for name, snippet in table.items() if _usable(patient, snippet)]
    return usable[turn % len(usable)]


def constant_weights(patient: Patient, turn: int, count: int = 3) -> Iterator[Mutant]:
    """INI101: a layer's weight is written a constant, in all spellings."""
    rng = patient.rng("constant")
    for layer in rng.sample(patient.layers, min(count, len(patient.layers))):
        spelling = _pick(patient, CONSTANTS, turn)
        turn += 1
        change = behind(patient, layer.statement, *_fill(patient, CONSTANTS[spelling], rng, layer))
        weight = f"{layer.name}.weight"
        shown = _without_gradient(patient, weight) if spelling in NOTHING else _constant(weight)
        yield _mutant(patient, "INI101", spelling, [change], shown, "INI104", about=[layer])


def _constant(name: str) -> Callable[[nn.Module], bool | None]:
    return lambda model: symptoms.constant(model, name)


def _spelled_kind(patient: Patient) -> type[nn.Module] | None:
    """The kind of most of the class's own layers, as an isinstance test names it."""
    kinds = [type(layer.module) for layer in patient.layers]
    known = [kind for kind in kinds if getattr(nn, kind.__name__, None) is kind and kind is not nn.Embedding]
    return max(known, key=known.count) if known and patient.init == "nn.init" else None


def _visitor_name(patient: Patient) -> str:
    return "_fill_weights" if hasattr(patient.model, "_init_weights") else "_init_weights"


def constant_visitors(patient: Patient, turn: int) -> Iterator[Mutant]:
    """INI101: a visitor writes a constant into every layer of a kind."""
    kind = _spelled_kind(patient)
    if kind is None:
        return
    rng = patient.rng("visitor")
    spelling = _pick(patient, VISITORS, turn)
    name = _visitor_name(patient)
    body = _fill(patient, VISITORS[spelling], rng)
    visitor = method(
        patient,
        f"def {name}(self, m):",
        f"    if isinstance(m, nn.{kind.__name__}):",
        *(f"    {line}" for line in body),
    )
    changes = [at_end(patient, f"self.apply(self.{name})"), visitor]
    if turn % 2:
        loop = (
            "for m in self.modules():",
            f"    if isinstance(m, nn.{kind.__name__}):",
            *(f"    {line}" for line in body),
        )
        changes = [at_end(patient, *loop)]
        spelling = spelling.replace("visitor", "loop")
    own = [layer for layer in patient.layers if type(layer.module) is kind]
    yield _mutant(
        patient,
        "INI101",
        spelling,
        changes,
        lambda model: any(symptoms.constant(model, f"{layer.name}.weight") for layer in own),
        "INI104",
        about=own,
    )


# --------------------------------------------------------------------------- parameters used as matrices

OWN: dict[str, str] = {
    "ones": "nn.Parameter(torch.ones({o}, {i}))",
    "full": "nn.Parameter(torch.full(({o}, {i}), {v}))",
    "zeros": "nn.Parameter(torch.zeros({o}, {i}))",
    "scaled ones": "nn.Parameter({v} * torch.ones({o}, {i}))",
    "ones of a tuple": "nn.Parameter(torch.ones(({o}, {i})), requires_grad=True)",
    "empty, filled": "nn.Parameter(torch.empty({o}, {i}).fill_({v}))",
}
USES = (
    "torch.nn.functional.linear({x}, self.{name})",
    "({x} @ self.{name}.t())",
    "torch.matmul({x}, self.{name}.T)",
    'torch.einsum("...i,oi->...o", {x}, self.{name})',
)


def own_matrices(patient: Patient, turn: int) -> Iterator[Mutant]:
    """INI102: a linear layer is rewritten as a parameter of the class's own, which nobody initializes."""
    if not {"torch", "nn"} <= vars(patient.module).keys():
        return
    rng = patient.rng("matrix")
    candidates = [(layer, uses) for layer in patient.layers if (uses := sole_uses(patient, layer)) is not None]
    for layer, uses in candidates[:2]:
        call = layer.statement.value  # type: ignore[attr-defined]
        sizes = [ast.unparse(argument) for argument in call.args[:2]]
        spelling = list(OWN)[turn % len(OWN)]
        turn += 1
        made = OWN[spelling].format(i=f"({sizes[0]})", o=f"({sizes[1]})", v=rng.choice(VALUES))
        changes = [without(patient, layer.statement, f"self.{layer.name} = {made}{HERE}")]
        changes += rewritten(patient, layer, uses, rng.choice(USES))
        shown = _matrix(patient, layer.name, spelling == "zeros")
        yield _mutant(patient, "INI102", spelling, changes, shown, "INI104", about=[layer])


def _matrix(patient: Patient, name: str, zero: bool) -> Callable[[nn.Module], bool | None]:
    def shown(model: nn.Module) -> bool | None:
        inputs = patient.inputs()
        if inputs is None or not symptoms.constant(model, name):
            return None
        if zero:
            return symptoms.never_trains(model, inputs, (name,))
        return symptoms.multiplied(model, inputs, name)

    return shown


def sole_uses(patient: Patient, layer: Layer) -> list[ast.Call] | None:
    """The calls of a linear layer, each on one line, where calls are all that the class does with it."""
    made = layer.statement.value  # type: ignore[attr-defined]
    if type(layer.module) is not nn.Linear or not isinstance(made, ast.Call) or ast.unparse(made.func) != "nn.Linear":
        return None
    if len(made.args) < 2 or any(isinstance(argument, ast.Starred) for argument in made.args):
        return None
    calls: list[ast.Call] = []
    named = 0
    for node in ast.walk(patient.node):
        if isinstance(node, ast.Attribute) and node.attr == layer.name:
            named += 1
        if isinstance(node, ast.Call) and ast.unparse(node.func) == f"self.{layer.name}":
            if len(node.args) != 1 or node.keywords or node.lineno != node.end_lineno:
                return None
            calls.append(node)
    return calls if len(calls) == 1 and named == 2 else None


def rewritten(patient: Patient, layer: Layer, calls: list[ast.Call], form: str) -> list[Change]:
    changes: list[Change] = []
    for call in calls:
        line = patient.lines[call.lineno - 1].encode()
        argument = call.args[0]
        inner = line[argument.col_offset : argument.end_col_offset].decode()
        product = form.format(x=f"({inner})", name=layer.name)
        fresh = line[: call.col_offset].decode() + product + line[call.end_col_offset :].decode()
        changes.append(Change(call.lineno, (fresh,), first=call.lineno, drop=True))
    return changes


# --------------------------------------------------------------------------- random initializers without a spread

DEGENERATE: dict[str, tuple[str, ...]] = {
    "normal_, std=0": ("{init}.normal_({t}, std=0){here}",),
    "normal_, by place": ("{init}.normal_({t}, {v}, 0.0){here}",),
    "normal_, by name": ("{init}.normal_({t}, mean={v}, std=0){here}",),
    "uniform_, by place": ("{init}.uniform_({t}, {v}, {v}){here}",),
    "uniform_, by name": ("{init}.uniform_({t}, a=0.0, b=0.0){here}",),
    "xavier_uniform_": ("{init}.xavier_uniform_({t}, gain=0){here}",),
    "xavier_normal_": ("{init}.xavier_normal_({t}, gain=0.0){here}",),
    "orthogonal_": ("{init}.orthogonal_({t}, 0){here}",),
    "data.normal_": ("{t}.data.normal_({v}, 0){here}",),
    "data.normal_, by name": ("{t}.data.normal_(mean=0.0, std=0.0){here}",),
    "data.uniform_": ("{t}.data.uniform_({v}, {v}){here}",),
    "visitor": ("{init}.normal_(m.weight, mean=0.0, std=0.0){here}",),
}


def degenerate(patient: Patient, turn: int, count: int = 2) -> Iterator[Mutant]:
    """INI103: a random initializer is given no spread."""
    rng = patient.rng("degenerate")
    kind = _spelled_kind(patient)
    for layer in rng.sample(patient.layers, min(count, len(patient.layers))):
        spelling = _pick(patient, DEGENERATE, turn)
        turn += 1
        snippet = _fill(patient, DEGENERATE[spelling], rng, layer)
        changes = [behind(patient, layer.statement, *snippet)]
        if spelling == "visitor":
            if kind is None or type(layer.module) is not kind:
                continue
            name = _visitor_name(patient)
            head = (f"def {name}(self, m):", f"    if isinstance(m, nn.{kind.__name__}):")
            changes = [at_end(patient, f"self.apply(self.{name})"), method(patient, *head, f"        {snippet[0]}")]
        # Where what it leaves is dead as well, that is what is said of the line.
        shown = _constant(f"{layer.name}.weight")
        yield _mutant(patient, "INI103", spelling, changes, shown, "INI104", about=[layer])


# --------------------------------------------------------------------------- dead pairs

ZEROS = ("{init}.zeros_({t})", "{init}.constant_({t}, 0)", "{t}.data.zero_()", "{t}.data.fill_(0.0)")


def dead_pairs(patient: Patient, turn: int) -> Iterator[Mutant]:
    """INI104: two neighbouring layers are zero, or one by itself; PyTorch says where that is for ever."""
    layers = patient.layers
    pairs: list[tuple[Layer, ...]] = [(one, two) for one, two in pairwise(layers)]
    pairs += [(layer,) for layer in layers]
    for pair in pairs[:4]:
        spelling = ZEROS[turn % len(ZEROS)]
        turn += 1
        snippet: list[str] = []
        for layer in pair:
            snippet.append(spelling.format(init=patient.init, t=layer.weight) + HERE)
            if getattr(layer.module, "bias", None) is not None:
                snippet.append(spelling.format(init=patient.init, t=f"self.{layer.name}.bias"))
        weights = tuple(f"{layer.name}.weight" for layer in pair)
        kind = "pair" if len(pair) == 2 else "alone"
        yield _mutant(
            patient,
            "INI104",
            f"{kind}, {spelling}",
            [at_end(patient, *snippet)],
            _without_gradient(patient, *weights),
            "INI101",
            about=pair,
        )


# --------------------------------------------------------------------------- the base constructor too late


def late_super(patient: Patient, turn: int, count: int = 2) -> Iterator[Mutant]:
    """INI201: the call of the base constructor moves behind assignments, or goes."""
    call = patient.super_call
    if call is None:
        return
    later = [s for s in patient.body if s.lineno > call.lineno and isinstance(s, ast.Assign)]
    rng = patient.rng("super")
    text = ast.unparse(call)
    for statement in rng.sample(later, min(count, len(later))):
        gone = turn % 5 == 4
        turn += 1
        changes = [without(patient, call)]
        if not gone:
            changes.append(behind(patient, statement, text))
        yield _raising(patient, changes, "gone" if gone else f"behind statement {patient.body.index(statement)}")


def _raising(patient: Patient, changes: list[Change], spelling: str) -> Mutant:
    text = patient.changed(changes)

    def run() -> Lines | None:
        try:
            patient.make(text)
        except AttributeError as error:
            if "before Module.__init__() call" not in str(error):
                return ()
            lines = [
                frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == "<mutant>"
            ]
            return _assignments(patient, text, lines[-1] or 0) if lines else ()
        except Exception:
            return None
        return ()

    first = next(change for change in changes if change.drop)
    end = next((change.last for change in changes if not change.drop), patient.constructor.end_lineno or 0)
    early = [s for s in patient.body if first.last < s.lineno <= end and isinstance(s, ast.Assign)]
    within = any(_keeps(patient, statement) and patient.shows(statement) for statement in early)
    return Mutant(patient, "INI201", spelling, text, run, frozenset({"INI201"}), within)


def _keeps(patient: Patient, statement: ast.stmt) -> bool:
    """Whether a statement assigns a module or a parameter to the object that is made."""
    if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Attribute):
        return False
    return isinstance(getattr(patient.model, statement.targets[0].attr, None), nn.Module | nn.Parameter)


def _would_raise(patient: Patient, statement: ast.stmt) -> bool:
    """Whether a statement needs the base constructor once it is reached, unusual options included."""
    if isinstance(statement, ast.Expr):
        return ast.unparse(statement).startswith(("self.register_", "self.add_module"))
    made = isinstance(statement, ast.Assign) and ast.unparse(statement.value).startswith(("nn.", "torch.nn."))
    own = made and ast.unparse(statement).startswith("self.")  # type: ignore[redundant-expr]
    return own or _keeps(patient, statement)


def _assignments(patient: Patient, text: Text, line: int) -> Lines:
    """The lines of the statement that raised, and of those behind it that would raise as well."""
    tree = ast.increment_lineno(ast.parse(text.chunk), text.first - 1)
    statements = [node for node in ast.walk(tree) if isinstance(node, ast.stmt) and _would_raise(patient, node)]
    call = next((n.lineno for n in ast.walk(tree) if isinstance(n, ast.Expr) and ".__init__(" in ast.unparse(n)), None)
    found = set(_statement_at(text, line))
    for statement in statements:
        if call is None or statement.lineno < call:
            found.update(range(statement.lineno, (statement.end_lineno or 0) + 1))
    return tuple(sorted(found))


def _statement_at(text: Text, line: int) -> Lines:
    """The lines of the innermost statement around a line."""
    tree = ast.increment_lineno(ast.parse(text.chunk), text.first - 1)
    spans = [range(node.lineno, (node.end_lineno or 0) + 1) for node in ast.walk(tree) if isinstance(node, ast.stmt)]
    around = [span for span in spans if line in span]
    return tuple(min(around, key=len)) if around else ()


# --------------------------------------------------------------------------- initializations too early

INITS = ("apply", "init_weights", "_init_weights", "reset_parameters", "_reset_parameters", "initialize_weights")


def early_inits(patient: Patient, turn: int) -> Iterator[Mutant]:
    """INI202: a visitor runs before some of the layers that it is meant for are made."""
    yield from _moved(patient)
    kind = _spelled_kind(patient)
    own = [layer for layer in patient.layers if type(layer.module) is kind and layer.statement in patient.body]
    call = patient.super_call
    if kind is None or not own or call is None:
        return
    rng = patient.rng("early")
    missed = rng.choice(own)
    places = [s for s in patient.body if call.lineno <= s.lineno < missed.statement.lineno]
    if not places:
        return
    place = rng.choice(places)
    test = f"if isinstance(m, nn.{kind.__name__}):"
    draw = f"{patient.init}.normal_(m.weight, std=0.002)"
    name = _visitor_name(patient)
    visitor = (f"def {name}(self, m):", f"    {test}", f"        {draw}")
    whole = (f"def {name}(self):", "    for m in self.modules():", f"        {test}", f"            {draw}")
    forms: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
        ("apply", (f"self.apply(self.{name}){HERE}",), visitor),
        ("loop over modules", (f"for m in self.modules():{HERE}", f"    {test}", f"        {draw}"), ()),
        ("method", (f"self.{name}(){HERE}",), whole),
        (
            "loop over parameters",
            (
                f"for p in self.parameters():{HERE}",
                "    if p.dim() > 1:",
                f"        {patient.init}.normal_(p, std=0.002)",
            ),
            (),
        ),
        ("guarded method", (f"if True:  # as options do{HERE}", f"    self.{name}(){HERE}"), whole),
        (
            "apply of a nested function",
            ("def visit(m):", f"    {test}", f"        {draw}", f"self.apply(visit){HERE}"),
            (),
        ),
    )
    spelling, snippet, member = forms[turn % len(forms)]
    extra = [method(patient, *member)] if member else []
    late = patient.changed([at_end(patient, *(line.replace(HERE, "") for line in snippet)), *extra])

    def shown(model: nn.Module) -> bool:
        return bool(symptoms.left_at_default(model, patient.make(late)))

    yield _mutant(patient, "INI202", spelling, [behind(patient, place, *snippet), *extra], shown, about=[missed])


def _moved(patient: Patient) -> Iterator[Mutant]:
    """The class's own initialization call, moved to the front."""
    call = patient.super_call
    if call is None:
        return
    for statement in patient.body:
        if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
            continue
        function = statement.value.func
        if not isinstance(function, ast.Attribute) or function.attr not in INITS or statement.lineno <= call.lineno:
            continue
        moved = f"{ast.unparse(statement)}{HERE}"
        yield _mutant(
            patient,
            "INI202",
            "its own call",
            [behind(patient, call, moved), without(patient, statement)],
            lambda model: bool(symptoms.left_at_default(model, patient.model)),
            about=[layer for layer in patient.layers if layer.statement.lineno < statement.lineno],
        )


# --------------------------------------------------------------------------- initializations written over

DRAWS = (
    "{init}.xavier_uniform_({t})",
    "{init}.kaiming_normal_({t})",
    "{init}.normal_({t}, std=0.02)",
    "{init}.orthogonal_({t})",
    "{t}.data.normal_(0, 0.01)",
    "{init}.constant_({t}, 0.1)",
    "{t}.data.uniform_(-0.1, 0.1)",
    "{init}.trunc_normal_({t}, std=0.02)",
)


def overwritten(patient: Patient, turn: int, count: int = 2) -> Iterator[Mutant]:
    """INI203: a layer is initialized, and then again before anybody reads it; by a statement or by a visitor."""
    rng = patient.rng("overwritten")
    kind = _spelled_kind(patient)
    for layer in rng.sample(patient.layers, min(count, len(patient.layers))):
        first, second = (text.format(init=patient.init, t=layer.weight) for text in rng.sample(DRAWS, 2))
        spelling = f"{first.partition('(')[0].rpartition('.')[2]} then {second.partition('(')[0].rpartition('.')[2]}"
        extra: list[Change] = []
        if turn % 3 == 2 and type(layer.module) is kind:
            first = f"{patient.init}.constant_({layer.weight}, 0.1)"
            name = _visitor_name(patient)
            test = f"    if isinstance(m, nn.{kind.__name__}):"
            extra.append(
                method(patient, f"def {name}(self, m):", test, f"        {patient.init}.normal_(m.weight, std=0.02)")
            )
            second, spelling = f"self.apply(self.{name})", "constant_ then a visitor"
        turn += 1
        changes = [behind(patient, layer.statement, first + HERE), at_end(patient, second), *extra]
        if turn % 2 and not extra:
            changes = [behind(patient, layer.statement, first + HERE, second)]
        yield _lost(patient, layer, spelling, changes, first)


def _lost(patient: Patient, layer: Layer, spelling: str, changes: list[Change], first: str) -> Mutant:
    """The first initialization is run, and of sentinels written in its place none is left."""
    text = patient.changed(changes)
    sentinel = f"{patient.init}.constant_({layer.weight}, {symptoms.SENTINEL})"

    def run() -> Lines | None:
        try:
            patient.make(Text(text.whole, text.chunk.replace(first, "raise ArithmeticError", 1), text.first, ()))
        except ArithmeticError:
            pass
        except Exception:
            return ()
        else:
            return ()
        try:
            model = patient.make(Text(text.whole, text.chunk.replace(first, sentinel, 1), text.first, ()))
        except Exception:
            return ()
        return () if symptoms.holding_sentinel(model) else text.marked

    return Mutant(patient, "INI203", spelling, text, run, frozenset({"INI203"}), patient.shows(layer.statement))


KINDS: tuple[Callable[[Patient, int], Iterator[Mutant]], ...] = (
    constant_weights,
    constant_visitors,
    own_matrices,
    degenerate,
    dead_pairs,
    late_super,
    early_inits,
    overwritten,
)
"""All kinds of mutants."""

LASTING = (constant_weights, constant_visitors, own_matrices, degenerate, dead_pairs)
"""Those whose symptom is what a class leaves behind, which a model around it may undo."""
