"""What the messages say, one by one, and how a real torch shows it.

Every message of a rule must be understood; one that is not has not been proven. The claims of the rules about constant
weights and the first ones about order stand here, those of a rule INI999 in `messages/ini999.py` as its `CLAIMS`; there
`CURE` shows of a fixed text that the bug is gone, and `BUILT` has the directives of the example in the documentation.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from initls.findings import Finding
from tests.proofs.world import CLEAR, TINY, Poison, World, doubled, nn, quoted, run, torch
from tests.rules.cases import Case

Claim = Callable[[Case, Finding, "re.Match[str]"], None]


def _holds_a_constant(world: World, finding: Finding, match: re.Match[str]) -> list[str]:
    """The number in the message is what every element is; gives the names of the weights that it is said of."""
    values = match.groupdict()
    for parameter in world.parameters(values["name"]):
        if values["number"] == "one constant":
            assert float(parameter.min()) == float(parameter.max())
        else:
            assert torch.allclose(parameter, torch.full_like(parameter, float(values["number"])), rtol=1e-5, atol=0)
    return [values["name"], *quoted(match["others"] or "")]


def never_differ(case: Case, finding: Finding, match: re.Match[str]) -> None:
    for optimizer in ("SGD", "Adam"):
        for seed in range(2):
            world = run(case, seed=seed)
            names = _holds_a_constant(world, finding, match)
            with doubled():
                world.train(optimizer)
            for name in names:
                for parameter in world.parameters(name):
                    assert parameter.shape[world.axis(parameter)] > 1
                    scale = max(1.0, float(parameter.detach().abs().max()))
                    assert world.spread(parameter) <= TINY * scale, f"the units of {name} differ after {optimizer}"


def start_equal(case: Case, finding: Finding, match: re.Match[str]) -> None:
    world = run(case)
    for name in _holds_a_constant(world, finding, match):
        assert all(world.spread(parameter) == 0 for parameter in world.parameters(name))


def pulled_apart(case: Case, finding: Finding, match: re.Match[str]) -> None:
    start_equal(case, finding, match)
    world = run(case)
    with doubled():
        world.train("Adam")
    for name in _names(match):
        for parameter in world.parameters(name):
            assert world.spread(parameter) > CLEAR, f"the units of {name} are still equal"


def _names(match: re.Match[str]) -> list[str]:
    return [match["name"], *quoted(match["others"] or "")]


def copies_of_each_other(case: Case, finding: Finding, match: re.Match[str]) -> None:
    world = run(case)
    for name in _holds_a_constant(world, finding, match):
        assert all(world.spread(parameter) == 0 for parameter in world.parameters(name))
    layers = [module for module in world.model.modules() if isinstance(module, nn.RNNBase)]
    layer = next(m for m in layers if any(p is world.parameters(match["name"])[0] for p in m.parameters()))
    with torch.no_grad():
        for name, parameter in layer.named_parameters():
            if "bias" in name:
                parameter.zero_()
        states, _ = layer(torch.randn(5, 3, layer.input_size, dtype=torch.float64))
    assert float((states - states[..., :1]).abs().max()) <= TINY


def no_gradient(case: Case, finding: Finding, match: re.Match[str]) -> None:
    for optimizer in ("SGD", "Adam"):
        for seed in range(2):
            world = run(case, seed=seed)
            names = [match["name"], *quoted(match["others"] or "")]
            if "neither" in finding.message:
                names.append(match["other"])
            parameters = [p for name in names for p in world.parameters(name)]
            assert all(bool((p == 0).all()) for p in parameters)

            def each(watched: list[object] = parameters) -> None:
                for p in watched:
                    assert p.grad is None or bool((p.grad == 0).all())  # type: ignore[attr-defined]

            with doubled():
                world.train(optimizer, each=each)
            assert all(bool((p == 0).all()) for p in parameters)


PARTS = ({"query", "first"}, {"key", "second"}, {"value", "third"}, {"fourth"}, {"fifth"}, {"sixth"})


def no_gradient_to_parts(case: Case, finding: Finding, match: re.Match[str]) -> None:
    named = set(match["parts"].split(" and "))
    dead = [number for number, names in enumerate(PARTS) if names & named]
    assert dead
    for optimizer in ("SGD", "Adam"):
        world = run(case)
        parameters = [p for name in (match["name"], *quoted(match["others"] or "")) for p in world.parameters(name)]
        assert all(bool((p == 0).all()) for p in parameters)

        def each(watched: list[Any] = parameters) -> None:
            for p in watched:
                pieces = p.grad.chunk(int(match["count"]))
                assert all(bool((pieces[number] == 0).all()) for number in dead)

        with doubled():
            world.train(optimizer, each=each)


def raises(case: Case, finding: Finding, match: re.Match[str]) -> None:
    with pytest.raises(AttributeError) as raised:
        run(case)
    assert match["words"] in str(raised.value)


def raises_here(case: Case, finding: Finding, match: re.Match[str]) -> None:
    """The exception that the message names comes from the line of the finding."""
    with pytest.raises(Exception) as raised:
        run(case)
    assert type(raised.value).__name__ == match["error"], raised.value
    lines = [entry.lineno + 1 for entry in raised.traceback if str(entry.path).endswith(case.filename)]
    span = finding.span
    assert span.start.line + 1 <= lines[-1] <= span.end.line + 1, f"it comes from line {lines[-1]}"


def asks_too_soon(case: Case, finding: Finding, match: re.Match[str]) -> None:
    with pytest.raises(AttributeError) as raised:
        run(case)
    assert f"has no attribute '{match['name']}'" in str(raised.value)


def keeps_default(case: Case, finding: Finding, match: re.Match[str]) -> None:
    world = run(case)
    for name in quoted(match["names"]):
        assert all(world.untouched(parameter) for parameter in world.below(name)), f"{name} has been written"


def without_effect(case: Case, finding: Finding, match: re.Match[str]) -> None:
    names = quoted(match["names"])
    line = finding.span.start.line + 1
    world = run(case, poison=[line])
    assert Poison.written, "the line writes nothing"
    assert all(world.parameters(name) for name in names)
    assert not any(bool(p.isnan().any()) for p in world.model.parameters()), "something of it is left"


_CONSTANT = r"`(?P<name>[\w.]+)` is (?P<number>one constant|[-\d.e]+) everywhere"
_OTHERS = r"(?P<others> The same goes for .+)?$"
_MATRIX = r"`(?P<name>[\w.]+)` is multiplied with as a matrix, but is (?P<number>one constant|[-\d.e]+) everywhere"
_DRAWS = r"`\w+` with [\w =]+ draws nothing: " + _CONSTANT

CLAIMS: dict[str, tuple[tuple[str, Claim], ...]] = {
    "INI101": (
        (_CONSTANT + r", and so is what reads it: .* get the same gradient and can never differ\." + _OTHERS,
         never_differ),
        (_CONSTANT + r" when training starts: .* start as copies of each other, biases apart, and learn as one until "
         r"(?:[\w ]+|`[\w.]+`(?: and `[\w.]+`| and [\w ]+)?) pulls? them apart\." + _OTHERS, pulled_apart),
        (_CONSTANT + r" when training starts: .* start equal\." + _OTHERS, start_equal),
        (_CONSTANT + r", like the other matrices of this \w+: all hidden units start as copies of each other, biases "
         r"apart\." + _OTHERS, copies_of_each_other),
    ),
    "INI102": (
        (_MATRIX + r", and so is what reads it: .* get the same gradient and can never differ\." + _OTHERS,
         never_differ),
        (_MATRIX + r" when training starts: all of its outputs are equal until the layers around pull them apart\."
         + _OTHERS, pulled_apart),
        (_MATRIX + r" when training starts: all of its outputs start equal\." + _OTHERS, start_equal),
    ),
    "INI103": (
        (_DRAWS + r", and its units can never differ\." + _OTHERS, never_differ),
        (_DRAWS + r" when training starts\." + _OTHERS, start_equal),
    ),
    "INI104": (
        (r"`(?P<name>[\w.]+)` is zero and feeds `(?P<other>[\w.]+)`, which is zero too: neither will ever get a "
         r"gradient\." + _OTHERS, no_gradient),
        (r"`(?P<name>[\w.]+)` (?:and its bias are zero|is zero, without a bias,) in front of \w+, whose slope at zero "
         r"is zero: no gradient will ever reach it\." + _OTHERS, no_gradient),
        (r"`(?P<name>[\w.]+)` is zero, and the (?P<parts>[\w ]+) parts? of (?P<count>\d) that it makes meets? nothing "
         r"but zeros: no gradient will ever reach (?:its|their) rows\." + _OTHERS, no_gradient_to_parts),
        (r"`(?P<name>[\w.]+)` is zero, and what stands behind it lets no gradient through: none will ever reach it\."
         + _OTHERS, no_gradient),
    ),
    "INI201": (
        (r".* this raises AttributeError, (?P<words>cannot assign \w+ before Module\.__init__\(\) call)\.$", raises),
    ),
    "INI202": (
        (r"this (?:initialization runs|call of the base constructor initializes) before (?P<names>.+) (?:is|are) made, "
         r"and so misses (?:it|them): torch's default "
         r"initialization stays\.$", keeps_default),
        (r"this (?:initialization|call of the base constructor) asks for `(?P<name>\w+)` before it is made: reading it "
         r"(?P<words>raises AttributeError)\.$", asks_too_soon),
    ),
    "INI203": (
        (r"this initialization of (?P<names>.+) has no effect: ", without_effect),
    ),
}  # fmt: skip
"""By rule: what a message looks like, and who shows that it is so."""


def told_by(code: str, name: str) -> Any:
    """What the messages of a rule have to say under a name, if they stand in a file of their own."""
    if (Path(__file__).parent / "messages" / f"{code.lower()}.py").is_file():
        return getattr(import_module(f"tests.proofs.messages.{code.lower()}"), name, None)
    return None


def claims_of(code: str) -> tuple[tuple[str, Claim], ...]:
    """The claims of one rule."""
    found: tuple[tuple[str, Claim], ...] | None = told_by(code, "CLAIMS")
    return CLAIMS[code] if found is None else found


def claim_of(finding: Finding) -> tuple[Claim, re.Match[str]]:
    """How the message of a finding is to be shown."""
    fitting = [
        (claim, match) for pattern, claim in claims_of(finding.code) if (match := re.match(pattern, finding.message))
    ]
    assert len(fitting) == 1, f"{len(fitting)} claims fit: {finding.code} {finding.message}"
    return fitting[0]
