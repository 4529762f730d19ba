"""Nothing is claimed that training on a real torch refutes, whatever the network."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, settings

from initls.findings import Severity
from tests.model.traces import of_class
from tests.proofs.claims import claim_of
from tests.proofs.programs import image_programs, programs, token_programs
from tests.proofs.world import TINY, doubled, run, spread
from tests.rules.cases import Case

EXAMPLES = int(os.environ.get("INITLS_SOUNDNESS_EXAMPLES", "100"))


KINDS = {
    "vectors": (programs, "torch.randn(16, 8)"),
    "images": (image_programs, "torch.randn(8, 3, 4, 4)"),
    "tokens": (token_programs, "torch.randn(8, 4, 8)"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_said_never_to_change_never_changes(kind: str) -> None:
    said: Counter[str] = Counter()
    strategy, reads = KINDS[kind]

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize="INITLS_SOUNDNESS_EXAMPLES" not in os.environ,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy())
    def holds(source: str) -> None:
        note(source)
        case = Case("soundness", "generated", True, source, (), (("reads", reads),))
        trace = of_class(source)
        outlooks = [
            (trace.names[number], trace.parameters[number].layer, outlook)
            for subject in trace.subjects
            for number, outlook in subject.prospects.of.items()
            if number in trace.names
        ]
        dead = [name for name, _, outlook in outlooks if outlook.dead]
        still = [name for name, _, outlook in outlooks if outlook.dead_at_start and not outlook.dead]
        # The rows of a layer of torch are its units; of other matrices the claims of the rules tell the axis.
        equal = [name for name, layer, outlook in outlooks if layer is not None and outlook.symmetric]
        parts = [
            (trace.names[number], part, count)
            for subject in trace.subjects
            for number, outlook in subject.prospects.of.items()
            if number in trace.names
            for part, count in outlook.dead_parts
        ]
        if not dead and not equal and not still and not parts:
            return
        said.update(dead=len(dead), equal=len(equal), parts=len(parts), programs=1)
        for optimizer in ("SGD", "Adam"):
            world = run(case)
            watched = {name: world.parameters(name)[0] for name in (*dead, *equal, *still)}
            pieces = [(world.parameters(name)[0], part, count) for name, part, count in parts]
            kept = {name: parameter.detach().clone() for name, parameter in watched.items()}
            passed: list[None] = []

            def each(
                watched: dict[str, object] = watched, passed: list[None] = passed, pieces: list[Any] = pieces
            ) -> None:
                for name in (*dead, *(() if passed else still)):
                    gradient = watched[name].grad  # type: ignore[attr-defined]
                    assert gradient is None or bool((gradient == 0).all()), f"a gradient reaches {name}"
                for whole, part, count in pieces:
                    gradient = whole.grad
                    piece = None if gradient is None else gradient.chunk(count)[part]
                    assert piece is None or bool((piece == 0).all()), f"a gradient reaches part {part} of {count}"
                passed.append(None)

            with doubled():
                outputs = list(world.outputs())
                if not any(out.requires_grad for out in outputs):
                    return
                if not all(bool(out.isfinite().all()) for out in outputs):
                    return  # Zero divided by zero has no gradient to speak of.
                world.train(optimizer, each=each)
            for name in dead:
                assert bool((watched[name] == kept[name]).all()), f"{name} has changed"
            for name in equal:
                parameter = watched[name].transpose(0, world.axis(watched[name]))
                scale = max(1.0, float(parameter.detach().abs().max()))
                assert spread(parameter) <= TINY * scale, f"the rows of {name} differ after {optimizer}"
        for finding in case.check().findings:
            if finding.severity is Severity.ERROR:
                claim, match = claim_of(finding)
                said[finding.code] += 1
                # A matrix of the program's own has its units where the product puts them.
                axis = "1" if f"@ self.{match['name']}" in source else ""
                claim(replace(case, directives=(*case.directives, ("units", axis))), finding, match)

    holds()
    assert said["dead"] * 15 >= EXAMPLES, said
    assert said["equal"] * 15 >= EXAMPLES, said
