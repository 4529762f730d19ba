"""Seeded bugs of the choice of scheme: initializers that raise, or that draw from another distribution than meant."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

import torch
from torch import nn

from tests.corpus import symptoms
from tests.corpus.mutant import FORMS, Mutant, differing, raising, showing, visitor
from tests.corpus.patient import HERE, Change, Layer, Patient, behind, without
from tests.corpus.seeds import rewritten, sole_uses

FANS = (
    "xavier_uniform_({t})",
    "kaiming_normal_({t})",
    "xavier_normal_({t}, gain=0.5)",
    "kaiming_uniform_({t}, a=1)",
    "orthogonal_({t})",
    'kaiming_normal_({t}, mode="fan_out", nonlinearity="relu")',
)
"""Initializers that need a matrix."""

NORMS = (nn.LayerNorm, nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, nn.GroupNorm)
PLAIN = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d)


def turned(table: tuple[str, ...], turn: int) -> str:
    return table[turn % len(table)]


def fan_of_a_vector(patient: Patient, turn: int) -> Iterator[Mutant]:
    """C1: an initializer that counts fans is given a bias or the gain of a norm."""
    rng = patient.rng("vector")
    call = f"{patient.init}.{turned(FANS, turn)}{HERE}"
    biased = [layer for layer in patient.layers if layer.bias]
    if biased:
        layer = rng.choice(biased)
        snippets = {
            "bias": (call.format(t=layer.bias),),
            "bias, guarded": (f"if {layer.bias} is not None:", f"    {call.format(t=layer.bias)}"),
            "all parameters": (f"for p in self.{layer.name}.parameters():", f"    {call.format(t='p')}"),
            "data of the bias": (call.format(t=f"{layer.bias}.data"),),
        }
        spelling = turned(tuple(snippets), turn)
        yield raising(patient, "C1", spelling, [behind(patient, layer.statement, *snippets[spelling])], about=[layer])
        if layer.spelled and patient.init == "nn.init":
            body = (f"if isinstance(m, {layer.spelled}):", f"    {call.format(t='m.weight')}".replace(HERE, ""))
            body += ("    if m.bias is not None:", f"        {call.format(t='m.bias')}")
            form = turned(FORMS, turn)
            yield raising(patient, "C1", f"visitor, {form}", visitor(patient, form, body), about=[layer])
    norms = patient.of(NORMS)
    if norms:
        layer = rng.choice(norms)
        changes = [behind(patient, layer.statement, call.format(t=layer.weight))]
        yield raising(patient, "C1", "gain of a norm", changes, about=[layer])


UNKNOWN = (
    'kaiming_normal_({t}, nonlinearity="gelu")',
    'kaiming_uniform_({t}, mode="fan_in", nonlinearity="silu")',
    'kaiming_normal_({t}, mode="fan_out", nonlinearity="ReLU")',
    'xavier_uniform_({t}, gain="relu")',
    'kaiming_uniform_({t}, nonlinearity="swish")',
    'kaiming_normal_({t}, a=0, mode="fan_in", nonlinearity="elu")',
    'xavier_normal_({t}, gain={init}.calculate_gain("gelu"))',
    "kaiming_normal_({t}, gain=1.4)",
    'kaiming_uniform_({t}, 0, "fan_in", "mish")',
    'orthogonal_({t}, gain={init}.calculate_gain("softmax"))',
)
MODES = (
    'kaiming_normal_({t}, mode="fan_avg")',
    'kaiming_uniform_({t}, mode="fan-in", nonlinearity="relu")',
    'kaiming_normal_({t}, 0, "fan_average", "relu")',
    'kaiming_uniform_({t}, a=0.2, mode="out")',
)


def unknown_words(patient: Patient, turn: int) -> Iterator[Mutant]:
    """C2, C3: a nonlinearity, a gain or a mode that the initializer does not know."""
    rng = patient.rng("words")
    for kind, table, count in (("C2", UNKNOWN, 2), ("C3", MODES, 1)):
        for layer in rng.sample(patient.layers, min(count, len(patient.layers))):
            text = turned(table, turn)
            turn += 1
            call = f"{patient.init}.{text.format(t='{t}', init=patient.init)}"
            word = text.format(t="", init="init")
            if turn % 3 == 0 and layer.spelled and patient.init == "nn.init":
                body = (f"if isinstance(m, {layer.spelled}):", f"    {call.format(t='m.weight')}{HERE}")
                changes = visitor(patient, turned(FORMS, turn), body)
            else:
                changes = [behind(patient, layer.statement, call.format(t=layer.weight) + HERE)]
            yield raising(patient, kind, word, changes, about=[layer])


SAMPLERS = (
    "{init}.normal_({t})",
    "{init}.uniform_({t})",
    "{t}.data.normal_()",
    "{t}.data.uniform_()",
    "{t} = nn.Parameter(torch.randn({t}.shape))",
    "{t} = nn.Parameter(torch.rand({t}.shape))",
    "{init}.normal_({t}, 0, 1)",
    "{init}.uniform_({t}, 0, 1)",
    "{t}.data.normal_(0, 1)",
    "{t}.data = torch.randn_like({t})",
)


def wide_samplers(patient: Patient, turn: int) -> Iterator[Mutant]:
    """C9: a sampler is left at its own spread, which no fan is part of."""
    rng = patient.rng("samplers")
    layers = [layer for layer in patient.layers if isinstance(layer.module, PLAIN)]
    for layer in rng.sample(layers, min(2, len(layers))):
        text = turned(SAMPLERS, turn)
        turn += 1
        if "torch." in text and "torch" not in vars(patient.module):
            text = SAMPLERS[0]
        snippet = text.format(init=patient.init, t=layer.weight) + HERE
        changes = [behind(patient, layer.statement, snippet)]
        yield showing(patient, "C9", text, changes, _louder(patient, [], f"{layer.name}.weight"), about=[layer])


def _louder(patient: Patient, meant: list[Change], name: str) -> Callable[[nn.Module], bool | None]:
    """Whether the scale in which a matrix is drawn reaches what comes out of the class."""

    def shown(model: nn.Module) -> bool | None:
        inputs = patient.inputs()
        good = patient.make(patient.changed(meant))
        return None if inputs is None else symptoms.otherwise_loud(model, good, inputs, name)

    return shown


def own_samplers(patient: Patient, turn: int) -> Iterator[Mutant]:
    """C9, C16: a linear layer is rewritten as an own parameter, drawn too wide or with the fans swapped."""
    if not {"torch", "nn"} <= vars(patient.module).keys():
        return
    for layer in patient.layers:
        uses = sole_uses(patient, layer)
        weight = layer.module.weight
        if uses is None or not isinstance(weight, torch.Tensor):
            continue
        size_in, size_out = (ast.unparse(a) for a in layer.statement.value.args[:2])  # type: ignore[attr-defined]
        own = f"self.{layer.name}"
        kind = turned(("randn", "rand", "stored inputs first"), turn)
        turn += 1
        if kind == "stored inputs first":
            made = f"{own} = nn.Parameter(torch.empty({size_in}, {size_out}))"
            good = [without(patient, layer.statement, made, f"{patient.init}.kaiming_normal_({own}.t())")]
            bad = [without(patient, layer.statement, made, f"{patient.init}.kaiming_normal_({own}){HERE}")]
            form = "({x} @ self.{name})"
            classes = "C16"
        else:
            made = f"{own} = nn.Parameter(torch.{kind}({size_out}, {size_in}))"
            good = [without(patient, layer.statement, f"{made[:-1]} * {1 / weight.shape[1] ** 0.5:.4f})")]
            bad = [without(patient, layer.statement, made + HERE)]
            form = "torch.nn.functional.linear({x}, self.{name})"
            classes = "C9"
        changed = rewritten(patient, layer, uses, form)
        meant = [*good, *changed]
        if kind == "stored inputs first":
            yield differing(patient, classes, kind, [*bad, *changed], meant, about=[layer])
        else:
            yield showing(patient, classes, kind, [*bad, *changed], _louder(patient, meant, layer.name), about=[layer])
        return


def grouped_fans(patient: Patient, turn: int) -> Iterator[Mutant]:
    """C13: fan_out of a grouped convolution counts the outputs of all groups."""
    convolutions = [c for c in patient.of((nn.Conv1d, nn.Conv2d, nn.Conv3d)) if c.module.groups > 1]  # type: ignore[operator]
    forms = (
        '{init}.kaiming_normal_({t}, mode="{mode}")',
        '{init}.kaiming_normal_({t}, mode="{mode}", nonlinearity="relu")',
        '{init}.kaiming_uniform_({t}, a=0, mode="{mode}", nonlinearity="relu")',
    )
    for layer in convolutions[:2]:
        call = turned(forms, turn)
        turn += 1
        bad, good = (call.format(init=patient.init, t=layer.weight, mode=mode) for mode in ("fan_out", "fan_in"))
        yield differing(
            patient,
            "C13",
            call,
            [behind(patient, layer.statement, bad + HERE)],
            [behind(patient, layer.statement, good)],
            about=[layer],
        )


def transposed_fans(patient: Patient, turn: int) -> Iterator[Mutant]:
    """C12: fan_in of a transposed convolution counts its outputs."""
    kinds = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
    for layer in patient.of(kinds)[:2]:
        bad, good = (f'{patient.init}.kaiming_normal_({layer.weight}, mode="{mode}")' for mode in ("fan_in", "fan_out"))
        yield differing(
            patient,
            "C12",
            "kaiming_normal_, fan_in",
            [behind(patient, layer.statement, bad + HERE)],
            [behind(patient, layer.statement, good)],
            about=[layer],
        )


def packed_fans(patient: Patient, turn: int) -> Iterator[Mutant]:
    """C14: one fan for query, key and value together."""
    forms = ("{init}.xavier_uniform_({t})", "{init}.xavier_normal_({t})", "{init}.orthogonal_({t})")
    for layer in patient.layers:
        weight = layer.module.weight
        if not isinstance(layer.module, nn.Linear) or "qkv" not in layer.name.lower():
            continue
        if weight.shape[0] != 3 * weight.shape[1]:
            continue
        call = turned(forms[:2], turn).format(init=patient.init, t="{t}")
        turn += 1
        good = (f"for part in {layer.weight}.chunk(3):", f"    {call.format(t='part.data')}")
        yield differing(
            patient,
            "C14",
            call,
            [behind(patient, layer.statement, call.format(t=layer.weight) + HERE)],
            [behind(patient, layer.statement, *good)],
            about=[layer],
        )


def fans_of_tokens(patient: Patient, turn: int) -> Iterator[Mutant]:
    """C15: an initializer that counts fans is given position embeddings or tokens."""
    for name, statement in patient.assignments:
        tensor = getattr(patient.model, name, None)
        if not isinstance(tensor, nn.Parameter) or tensor.dim() != 3 or tensor.shape[0] != 1 or tensor.numel() < 200:
            continue
        if not any(word in name.lower() for word in ("pos", "token", "query", "queries", "prompt", "latent")):
            continue
        call = turned(("xavier_uniform_({t})", "kaiming_normal_({t})", "xavier_normal_({t})"), turn)
        turn += 1
        bad = f"{patient.init}.{call.format(t=f'self.{name}')}{HERE}"
        good = f"{patient.init}.normal_(self.{name}, std=0.02)"
        layer = Layer(name, statement, patient.model)
        yield differing(
            patient,
            "C15",
            call,
            [behind(patient, statement, bad)],
            [behind(patient, statement, good)],
            about=[layer],
        )


def drawn_norms(patient: Patient, turn: int) -> Iterator[Mutant]:
    """C17: the gains of a norm are drawn at random."""
    norms = patient.of(NORMS)
    if not norms:
        return
    layer = patient.rng("norms").choice(norms)
    calls = (
        "{init}.normal_({t}, std=0.02){here}",
        "{init}.trunc_normal_({t}, std=0.02){here}",
        "{t}.data.normal_(0, 0.02){here}",
        "{init}.uniform_({t}, -0.1, 0.1){here}",
        "{t}.data.uniform_(-0.05, 0.05){here}",
    )
    call = turned(calls, turn).format(init=patient.init, here=HERE, t="{t}")
    snippets: dict[str, list[Change]] = {
        "gain": [behind(patient, layer.statement, call.format(t=layer.weight))],
        "all parameters of the norm": [
            behind(patient, layer.statement, f"for p in self.{layer.name}.parameters():", f"    {call.format(t='p')}")
        ],
    }
    if patient.init == "nn.init":
        kinds = f"(nn.Linear, nn.Conv2d, {layer.spelled})"
        body = (f"if isinstance(m, {kinds}):", f"    {call.format(t='m.weight')}")
        snippets["visitor"] = visitor(patient, turned(FORMS, turn), body)
        whole = ("for p in self.parameters():", f"    {call.format(t='p')}")
        snippets["all parameters"] = [behind(patient, patient.body[-1], *whole)]
    spelling = turned(tuple(snippets), turn)
    yield differing(patient, "C17", spelling, snippets[spelling], [], about=[layer])


def padding_rows(patient: Patient, turn: int) -> Iterator[Mutant]:
    """C19: an embedding is drawn anew, and its padding row is not zeroed again."""
    calls = (
        "{init}.normal_({t}, std=0.02)",
        "{t}.data.normal_(mean=0.0, std=0.02)",
        "{init}.uniform_({t}, -0.1, 0.1)",
        "{init}.xavier_uniform_({t})",
        "{t}.data.uniform_(-0.1, 0.1)",
    )
    for layer in patient.of(nn.Embedding):
        row = layer.module.padding_idx
        if not isinstance(row, int) or type(layer.module) is not nn.Embedding:
            continue
        call = turned(calls, turn).format(init=patient.init, t=layer.weight)
        turn += 1
        name = f"{layer.name}.weight"
        yield showing(
            patient,
            "C19",
            call,
            [behind(patient, layer.statement, call + HERE)],
            lambda model, name=name, row=row: bool(model.get_parameter(name)[row].any()),  # type: ignore[misc]
            about=[layer],
        )


def repeated_rows(patient: Patient, turn: int) -> Iterator[Mutant]:
    """A16: one random row is repeated for all units; but for those of a last layer, which the loss tells apart."""
    if "torch" not in vars(patient.module):
        return
    forms = (
        "{t}.data = torch.randn_like({t}[:1]).repeat({t}.shape[0], *[1] * ({t}.dim() - 1)){here}",
        "{t}.data.copy_(torch.randn_like({t}[:1]).expand_as({t})){here}",
        "{t}.data[:] = torch.randn_like({t}[0]){here}",
    )
    layers = [layer for layer in patient.layers if isinstance(layer.module, PLAIN)]
    inputs = patient.inputs()
    if inputs is not None:
        layers = [one for one in layers if not symptoms.is_last(patient.model, inputs, f"{one.name}.weight")]
    for layer in patient.rng("rows").sample(layers, min(1, len(layers))):
        text = turned(forms, turn)
        name = f"{layer.name}.weight"
        yield showing(
            patient,
            "A16",
            text,
            [behind(patient, layer.statement, text.format(t=layer.weight, here=HERE))],
            lambda model, name=name: symptoms.rows_equal(model, name),  # type: ignore[misc]
            about=[layer],
        )


KINDS = (
    fan_of_a_vector,
    unknown_words,
    wide_samplers,
    own_samplers,
    grouped_fans,
    transposed_fans,
    packed_fans,
    fans_of_tokens,
    drawn_norms,
    padding_rows,
    repeated_rows,
)
"""All kinds of this family."""

LASTING = tuple(kind for kind in KINDS if kind not in (fan_of_a_vector, unknown_words))
"""Those whose symptom is what a class leaves behind."""
