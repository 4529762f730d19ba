"""Seeded bugs that leave initialization code without effect, or let it raise: broken visitors, copies, lost names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from torch import nn

from tests.corpus import symptoms
from tests.corpus.mutant import FORMS, Mutant, differing, lost, raising, showing, visitor
from tests.corpus.patient import HERE, Layer, Patient, at_end, behind, method, without
from tests.corpus.seeds_scheme import turned

FILLS = (
    "{init}.normal_({t}, std=0.002)",
    "{t}.data.normal_(0, 0.002)",
    "{init}.uniform_({t}, -0.003, 0.003)",
    "{init}.trunc_normal_({t}, std=0.002)",
)
"""What a visitor is meant to write: far narrower than any default, so that its absence shows."""

NAMED = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.ConvTranspose2d, nn.Embedding)


def fill(patient: Patient, turn: int, target: str = "m.weight") -> str:
    return turned(FILLS, turn).format(init=patient.init, t=target)


def named(patient: Patient) -> list[Layer]:
    """The layers whose kind a visitor can name."""
    if patient.init != "nn.init":
        return []
    return [layer for layer in patient.layers if layer.spelled and type(layer.module) in NAMED]


def either(patient: Patient, turn: int) -> Iterator[Mutant]:
    """D3: `A or B` is A, so that layers of kind B are passed over."""
    layers = named(patient)
    if not layers:
        return
    kind = patient.rng("either").choice(layers).spelled
    other = next((name for name in ("nn.Conv2d", "nn.Linear", "nn.Embedding") if name != kind), "nn.Linear")
    own = [layer for layer in layers if layer.spelled == kind]
    draw = fill(patient, turn)
    tests = (
        (f"isinstance(m, {other} or {kind})", f"isinstance(m, ({other}, {kind}))"),
        (f"isinstance(m, {kind} and {other})", f"isinstance(m, ({other}, {kind}))"),
        (f"type(m) == ({other} or {kind})", f"type(m) in ({other}, {kind})"),
    )
    bad, good = turned(tests, turn // 2)
    form = turned(FORMS, turn)
    changes, meant = (
        visitor(patient, form, (f"if {test}:{mark}", f"    {draw}")) for test, mark in ((bad, HERE), (good, ""))
    )
    yield differing(patient, "D3 D5", bad.replace(kind or "", "A").replace(other, "B"), changes, meant, about=own)


def shadowed(patient: Patient, turn: int) -> Iterator[Mutant]:
    """D4: an earlier branch takes all that a later one is meant for."""
    layers = named(patient)
    if not layers:
        return
    layer = patient.rng("shadowed").choice(layers)
    kind, draw, wide = layer.spelled, fill(patient, turn), f"{patient.init}.normal_(m.weight, std=0.2)"
    heads = {
        "the same kind": (f"if isinstance(m, {kind}):", f"    {wide}"),
        "a tuple with the kind": (f"if isinstance(m, ({kind}, nn.Bilinear)):", f"    {wide}"),
        "all modules": ("if isinstance(m, nn.Module):", "    pass"),
    }
    spelling = turned(tuple(heads), turn)
    form = turned(FORMS, turn // 2)
    tail = (f"elif isinstance(m, {kind}):{HERE}", f"    {draw}{HERE}")
    good = (f"if isinstance(m, {kind}):", f"    {draw}")
    changes = visitor(patient, form, (*heads[spelling], *tail))
    yield differing(patient, "D4", spelling, changes, visitor(patient, form, good), about=[layer])


def no_branch(patient: Patient, turn: int) -> Iterator[Mutant]:
    """D5: none of the branches of a visitor can match."""
    layers = named(patient)
    if not layers:
        return
    layer = patient.rng("branch").choice(layers)
    inside = {type(module) for module in patient.model.modules()}
    absent = [kind for kind in (nn.Bilinear, nn.Conv3d, nn.ConvTranspose1d, nn.Conv1d) if kind not in inside]
    if not absent:
        return
    form, draw, kind = turned(FORMS, turn), fill(patient, turn), f"nn.{absent[0].__name__}"
    second = f"nn.{absent[-1].__name__}"
    tests = {
        "isinstance": f"isinstance(m, {kind})",
        "isinstance of two": f"isinstance(m, ({kind}, {second}))",
        "type": f"type(m) is {kind}",
        "type in": f"type(m) in ({kind}, {second})",
    }
    spelling = turned(tuple(tests), turn)
    body = (f"if {tests[spelling]}:{HERE}", f"    {draw}{HERE}")
    if turn % 2:
        body += (f"elif isinstance(m, {second}):", f"    {draw}")
    good = visitor(patient, form, (f"if isinstance(m, {layer.spelled}):", f"    {draw}"))
    # A chain that does nothing may be told where it is called as well.
    changes = visitor(patient, form, body, mark_call=True)
    yield differing(patient, "D5", f"{spelling}, {form}", changes, good, about=[layer])


def lost_names(patient: Patient, turn: int) -> Iterator[Mutant]:
    """D7: parameters are chosen by names that none of them has."""
    if not patient.layers or patient.init is None:
        return
    layer = patient.rng("names").choice(patient.layers)
    tests = {
        'name == "weight"': 'name.endswith("weight")',
        'name in ("weight", "kernel")': 'name.endswith("weight")',
        f'name == "model.{layer.name}.weight"': f'name == "{layer.name}.weight"',
        'name == "weights"': 'name.endswith(".weight")',
    }
    bad = turned(tuple(tests), turn)
    draw = fill(patient, turn, "p")

    def loop(test: str, mark: str) -> tuple[str, ...]:
        return (
            f"for name, p in self.named_parameters():{mark}",
            f"    if {test} and p.dim() > 1:{mark}",
            f"        {draw}{mark}",
        )

    changes, meant = [at_end(patient, *loop(bad, HERE))], [at_end(patient, *loop(tests[bad], ""))]
    yield differing(patient, "D7 D5", re.sub(layer.name, "fc", bad), changes, meant, about=[layer])


def early_ends(patient: Patient, turn: int) -> Iterator[Mutant]:
    """D9: the loop over the modules ends with the first layer, and others keep torch's default.

    A loop that ends with the first where all have been initialized before may well be meant for that one alone.
    """
    layers = named(patient)
    kinds = [layer.spelled for layer in layers]
    twice = [layer for layer in layers if kinds.count(layer.spelled) > 1]
    if not twice:
        return
    layer = patient.rng("ends").choice(twice)
    word = turned(("break", "return"), turn)
    deep = turn % 3 == 0
    draw = fill(patient, turn)

    def loop(end: str) -> tuple[str, ...]:
        test = (f"    if isinstance(m, {layer.spelled}):", f"        {draw}")
        ending = (f"        {end}{HERE}",) if end and deep else (f"    {end}{HERE}",) if end else ()
        return ("for m in self.modules():", *test, *ending)

    name = "_fill_weights"
    if word == "break":
        changes, meant = [at_end(patient, *loop("break"))], [at_end(patient, *loop(""))]
    else:
        changes, meant = (
            [
                at_end(patient, f"self.{name}()"),
                method(patient, f"def {name}(self):", *(f"    {line}" for line in loop(end))),
            ]
            for end in ("return", "")
        )
    spelling = f"{word} {'in the branch' if deep else 'in the loop'}"
    good = patient.changed(meant)

    def shown(model: nn.Module) -> bool | None:
        return bool(symptoms.left_at_default(model, patient.make(good))) or None

    yield showing(patient, "D9", spelling, changes, shown, about=[layer])


COPIES = (
    "{init}.normal_({t}.clone(), std=0.002)",
    "{t}.clone().data.normal_(0, 0.002)",
    "{t}.data.clone().uniform_(-0.003, 0.003)",
    "torch.randn_like({t}) * 0.002",
    "torch.nn.init.trunc_normal_({t}.detach().clone(), std=0.002)",
    "{t}.data * 0.002",
    "torch.nn.init.normal_({t}.data.double(), std=0.002)",
    "{t}.data[[0, 1]].normal_(0, 0.002)",
    "{t}.data.mul(0.002)",
    "torch.nn.init.zeros_({t}.data.half())",
    "{t}.data.new_zeros({t}.shape)",
    "torch.full_like({t}, 0.002)",
)
"""Writes that land elsewhere than in the layer, and values that nobody keeps."""


def copies(patient: Patient, turn: int) -> Iterator[Mutant]:
    """D10: a write lands on a copy, a result is dropped, or a loop variable is bound anew.

    Where a later initialization undoes the right write as well, there is nothing by which the two could be told apart.
    """
    if not {"torch", "nn"} <= vars(patient.module).keys() or not patient.layers:
        return
    rng = patient.rng("copies")
    for layer in rng.sample(patient.layers, min(2, len(patient.layers))):
        text = turned(COPIES, turn)
        turn += 1
        snippet = text.format(init=patient.init, t=layer.weight)
        meant = f"{patient.init}.normal_({layer.weight}, std=0.002)"
        right = [behind(patient, layer.statement, meant)]
        yield lost(patient, "D10", text, [behind(patient, layer.statement, snippet + HERE)], right, about=[layer])
    loops = {
        "loop variable": ("for p in self.parameters():", f"    p = torch.zeros_like(p){HERE}"),
        "loop variable drawn": ("for p in self.parameters():", f"    p = torch.randn(p.shape) * 0.002{HERE}"),
        "data of a copy": ("for p in self.parameters():", f"    p.clone().data.fill_(0.002){HERE}"),
    }
    spelling = turned(tuple(loops), turn)
    good = at_end(patient, "for p in self.parameters():", "    p.data.fill_(0.002)")
    yield lost(patient, "D10", spelling, [at_end(patient, *loops[spelling])], [good], about=patient.layers[:1])


def called(patient: Patient, turn: int) -> Iterator[Mutant]:
    """D2: `apply` is handed what a call gives, or a function that takes other arguments."""
    layers = named(patient)
    if not layers:
        return
    layer, draw = layers[0], fill(patient, turn)
    test = f"    if isinstance(m, {layer.spelled}):"
    forms = {
        "called without arguments": (f"self.apply(self._fill_weights()){HERE}", "def _fill_weights(self, m):"),
        "called with self": (f"self.apply(self._fill_weights(self)){HERE}", "def _fill_weights(self, m):"),
        "one argument too many": (f"self.apply(self._fill_weights){HERE}", "def _fill_weights(self, m, std):"),
        "no argument": (f"self.apply(self._fill_weights){HERE}", "def _fill_weights(self):"),
    }
    spelling = turned(tuple(forms), turn)
    call, head = forms[spelling]
    changes = [at_end(patient, call), method(patient, head, test, f"        {draw}")]
    yield raising(patient, "D2", spelling, changes, about=[layer])


def wrong_attributes(patient: Patient, turn: int) -> Iterator[Mutant]:
    """D8: an attribute that layers do not have."""
    if not patient.layers or "nn" not in vars(patient.module):
        return
    rng = patient.rng("attributes")
    layer = rng.choice(patient.layers)
    own = f"self.{layer.name}"
    texts = (
        f"{patient.init}.normal_({own}.weights, std=0.02)",
        f"{own}.data.normal_(0, 0.02)",
        f"{patient.init}.zeros_({own}.biases)",
        f"{own}.kernel.data.uniform_(-0.1, 0.1)",
        f"{patient.init}.xavier_uniform_({own}.weigth)",
    )
    text = turned(texts, turn)
    spelling = text.replace(own, "self.fc")
    yield raising(patient, "D8", spelling, [behind(patient, layer.statement, text + HERE)], about=[layer])
    if layer.spelled and patient.init == "nn.init":
        attribute = turned(("weights", "data", "kernel"), turn)
        body = (f"if isinstance(m, {layer.spelled}):", f"    {fill(patient, turn, f'm.{attribute}')}{HERE}")
        form = turned(FORMS, turn)
        yield raising(patient, "D8", f"visitor, m.{attribute}", visitor(patient, form, body), about=[layer])
    # A name that the file reads elsewhere may have its reader there.
    whole = "".join(patient.lines)
    unread = [name for name in ("weights", "kernel", "matrix") if not re.search(rf"\.{name}\b|[\"']{name}[\"']", whole)]
    if "torch" in vars(patient.module) and unread:
        fresh = f"nn.Parameter(torch.randn_like({layer.weight}) * 0.002)"
        given = f"{own}.{turned(tuple(unread), turn)} = {fresh}"
        yield differing(
            patient,
            "D8",
            "assigned to a name of its own",
            [behind(patient, layer.statement, given + HERE)],
            [
                behind(
                    patient, layer.statement, f"{layer.weight} = nn.Parameter(torch.randn_like({layer.weight}) * 0.002)"
                )
            ],
            about=[layer],
        )


def unguarded(patient: Patient, turn: int) -> Iterator[Mutant]:
    """D12: `hasattr(m, "bias")` is always true, and the truth of a tensor cannot be told."""
    layers = named(patient)
    if not layers:
        return
    zero = turned(("{init}.zeros_(m.bias)", "m.bias.data.zero_()", "{init}.constant_(m.bias, 0)"), turn)
    zero = zero.format(init=patient.init)
    form = turned(FORMS, turn)
    without_bias = [layer for layer in layers if layer.bias is None and type(layer.module) is not nn.Embedding]
    if without_bias:
        kind = without_bias[0].spelled
        tests = {
            "hasattr": (f'    if hasattr(m, "bias"):{HERE}', f"        {zero}{HERE}"),
            "unguarded": (f"    {zero}{HERE}",),
        }
        spelling = turned(tuple(tests), turn)
        body = (f"if isinstance(m, {kind}):", *tests[spelling])
        yield raising(patient, "D12 D8", spelling, visitor(patient, form, body), about=without_bias)
    with_bias = [layer for layer in layers if layer.bias]
    if with_bias:
        test = turned((f"if m.bias:{HERE}", f"if m.bias and m.bias.requires_grad:{HERE}"), turn)
        body = (f"if isinstance(m, {with_bias[0].spelled}):", f"    {test}", f"        {zero}")
        yield raising(patient, "D12", "truth of a tensor", visitor(patient, form, body), about=with_bias)


def pieces_of_names(patient: Patient, turn: int) -> Iterator[Mutant]:
    """D6: a test for a piece of a class's name meets classes of the file's own."""
    layers = named(patient)
    if not layers:
        return
    own = {type(m).__name__ for m in patient.model.modules() if not hasattr(m, "weight")}
    for piece in ("Conv", "Linear", "Norm", "Embed"):
        if not any(piece in name for name in own):
            continue
        draw = fill(patient, turn)
        tests = (
            f'm.__class__.__name__.find("{piece}") != -1',
            f'"{piece}" in type(m).__name__',
            f'"{piece}" in m.__class__.__name__',
        )
        body = (f"if {turned(tests, turn)}:{HERE}", f"    {draw}{HERE}")
        yield raising(patient, "D6 D8", turned(tests, turn), visitor(patient, turned(FORMS, turn), body), about=layers)
        return


def _lists(patient: Patient) -> list[tuple[str, ast.Assign, ast.expr]]:
    """The module lists that the constructor makes of a list, with what it is made of; empty ones have none to lose."""
    found = []
    for name, statement in patient.assignments:
        made = statement.value
        if (
            isinstance(getattr(patient.model, name, None), nn.ModuleList)
            and isinstance(made, ast.Call)
            and ast.unparse(made.func).endswith("ModuleList")
            and len(made.args) == 1
            and isinstance(made.args[0], ast.List | ast.ListComp)
            and any(True for _ in getattr(patient.model, name).parameters())
        ):
            found.append((name, statement, made.args[0]))
    return found


def plain_lists(patient: Patient, turn: int) -> Iterator[Mutant]:
    """D11: layers in a plain list are no part of the model."""
    for name, statement, inside in _lists(patient)[:1]:
        text = f"self.{name} = {ast.unparse(inside)}{HERE}"
        layer = Layer(name, statement, patient.model)

        def shown(model: nn.Module) -> bool:
            return len(list(model.parameters())) < len(list(patient.model.parameters()))

        yield showing(patient, "D11", "a list", [without(patient, statement, text)], shown, about=[layer])


def repeated(patient: Patient, turn: int) -> Iterator[Mutant]:
    """A13: one layer stands several times in a list, or its copies start alike."""
    for name, statement, inside in _lists(patient)[:1]:
        if not isinstance(inside, ast.ListComp) or len(inside.generators) != 1:
            continue
        generator = inside.generators[0]
        counted = generator.iter
        variables = {node.id for node in ast.walk(generator.target) if isinstance(node, ast.Name)}
        if variables & {node.id for node in ast.walk(inside.elt) if isinstance(node, ast.Name)}:
            continue
        if not (isinstance(counted, ast.Call) and ast.unparse(counted.func) == "range" and len(counted.args) == 1):
            continue
        times = ast.unparse(counted.args[0])
        text = f"self.{name} = nn.ModuleList([{ast.unparse(inside.elt)}] * ({times})){HERE}"
        layer = Layer(name, statement, patient.model)

        def shown(model: nn.Module) -> bool:
            return len(list(model.parameters())) < len(list(patient.model.parameters()))

        yield showing(patient, "A13", "one layer times", [without(patient, statement, text)], shown, about=[layer])


KINDS = (
    either,
    shadowed,
    no_branch,
    lost_names,
    early_ends,
    copies,
    called,
    wrong_attributes,
    unguarded,
    pieces_of_names,
    plain_lists,
    repeated,
)
"""All kinds of this family."""

LASTING = (either, shadowed, no_branch, lost_names, early_ends, copies)
"""Those whose symptom is what a class leaves behind."""
