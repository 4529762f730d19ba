"""Seeded bugs of order and lifecycle: wrapped, drawn in the forward pass, lazy, never written, loaded and lost."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import partial

from torch import nn

from tests.corpus import symptoms
from tests.corpus.mutant import Mutant, differing, raising, showing
from tests.corpus.patient import HERE, Change, Patient, behind, without
from tests.corpus.seeds import rewritten, sole_uses
from tests.corpus.seeds_dead import fill
from tests.corpus.seeds_scheme import turned

WRAPPERS = (
    "torch.nn.utils.weight_norm(self.{name})",
    "torch.nn.utils.parametrizations.weight_norm(self.{name})",
    "torch.nn.utils.parametrizations.spectral_norm(self.{name})",
    'torch.nn.utils.weight_norm(self.{name}, name="weight")',
)


def wrapped(patient: Patient, turn: int) -> Iterator[Mutant]:
    """B8: a weight that is computed from others is initialized."""
    if "torch" not in vars(patient.module):
        return
    kinds = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d)
    layers = [layer for layer in patient.layers if type(layer.module) in kinds]
    for layer in patient.rng("wrapped").sample(layers, min(2, len(layers))):
        wrap = f"self.{layer.name} = {turned(WRAPPERS, turn).format(name=layer.name)}"
        draw = fill(patient, turn // 2, layer.weight)
        turn += 1
        yield differing(
            patient,
            "B8",
            turned(WRAPPERS, turn - 1).replace("{name}", "fc"),
            [behind(patient, layer.statement, wrap, draw + HERE)],
            [behind(patient, layer.statement, draw, wrap)],
            about=[layer],
        )


def in_forward(patient: Patient, turn: int) -> Iterator[Mutant]:
    """B11: a layer is drawn, or made, each time that the forward pass runs."""
    inputs = patient.inputs()
    forward = next((n for n in patient.node.body if isinstance(n, ast.FunctionDef) and n.name == "forward"), None)
    if inputs is None or forward is None or not patient.layers:
        return
    layer = patient.rng("forward").choice(patient.layers)
    first = forward.body[0]
    docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    place = first.end_lineno if docstring else first.lineno - 1
    depth = patient.indent(first)
    draws = (
        f"{patient.init}.normal_({layer.weight}, std=0.02)",
        f"{patient.init}.xavier_uniform_({layer.weight})",
        f"{layer.weight}.data.uniform_(-0.1, 0.1)",
        f"self.{layer.name}.reset_parameters()",
    )
    change = Change(place or 0, (f"{depth}{turned(draws, turn)}{HERE}\n",))
    name = f"{layer.name}.weight"
    shown = partial(symptoms.drawn_again, inputs=inputs, name=name)
    spelling = turned(draws, turn).replace(f"self.{layer.name}", "self.fc")
    yield showing(patient, "B11", spelling, [change], shown, about=[layer])


def lazy(patient: Patient, turn: int) -> Iterator[Mutant]:
    """B13: a lazy layer is initialized before it knows its sizes."""
    for layer in patient.layers:
        made = layer.statement.value  # type: ignore[attr-defined]
        kind = type(layer.module)
        if kind not in (nn.Linear, nn.Conv2d) or not isinstance(made, ast.Call) or len(made.args) < 2:
            continue
        if ast.unparse(made.func) != f"nn.{kind.__name__}":
            continue
        rest = ", ".join([*map(ast.unparse, made.args[1:]), *map(ast.unparse, made.keywords)])
        draw = turned(("xavier_uniform_({t})", "normal_({t}, std=0.02)", "kaiming_normal_({t})"), turn)
        snippet = f"{patient.init}.{draw.format(t=layer.weight)}{HERE}"
        changes = [without(patient, layer.statement, f"self.{layer.name} = nn.Lazy{kind.__name__}({rest})", snippet)]
        yield raising(patient, "B13", f"Lazy{kind.__name__}, {draw}", changes, about=[layer])
        return


def unwritten(patient: Patient, turn: int) -> Iterator[Mutant]:
    """B20: a parameter is made from uninitialized memory, and nobody writes it."""
    if not {"torch", "nn"} <= vars(patient.module).keys():
        return
    forms = (
        "nn.Parameter(torch.empty({o}, {i}))",
        "nn.Parameter(torch.Tensor({o}, {i}))",
        "nn.Parameter(torch.empty(({o}, {i}), dtype=torch.float32))",
        "nn.Parameter(torch.FloatTensor({o}, {i}))",
        "nn.Parameter(torch.empty(({o}, {i})), requires_grad=True)",
    )
    for layer in patient.layers:
        uses = sole_uses(patient, layer)
        if uses is None:
            continue
        size_in, size_out = (ast.unparse(a) for a in layer.statement.value.args[:2])  # type: ignore[attr-defined]
        form = turned(forms, turn)
        turn += 1
        text = f"self.{layer.name} = {form.format(i=f'({size_in})', o=f'({size_out})')}{HERE}"
        changes = [without(patient, layer.statement, text)]
        changes += rewritten(patient, layer, uses, "torch.nn.functional.linear({x}, self.{name})")
        yield showing(patient, "B20", form, changes, symptoms.unwritten, about=[layer])
        break
    for layer in patient.layers[:1]:
        made = layer.statement.value  # type: ignore[attr-defined]
        if isinstance(made, ast.Call) and layer.spelled and ast.unparse(made.func) == layer.spelled:
            rest = ", ".join([*map(ast.unparse, made.args), *map(ast.unparse, made.keywords)])
            text = f"self.{layer.name} = torch.nn.utils.skip_init({layer.spelled}, {rest}){HERE}"
            changes = [without(patient, layer.statement, text)]
            yield showing(patient, "B21 B20", "skip_init", changes, symptoms.unwritten, about=[layer])
        weight = f"{layer.weight} = nn.Parameter(torch.empty_like({layer.weight})){HERE}"
        changes = [behind(patient, layer.statement, weight)]
        yield showing(patient, "B20", "the weight replaced by empty_like", changes, symptoms.unwritten, about=[layer])


KINDS = (wrapped, in_forward, lazy, unwritten)
"""All kinds of this family."""

LASTING = (unwritten,)
"""Those whose symptom is what a class leaves behind."""
