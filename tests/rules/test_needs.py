"""A rule is asked only where a program shows something that it may speak of, and would say nothing elsewhere."""

from __future__ import annotations

import pytest

from initls import cancel
from initls.check import Checker
from initls.document import Document
from initls.inquiry import shown
from initls.model.state import events
from initls.model.state.events import Event
from initls.model.traces.program import Program
from initls.model.traces.trace import Trace
from initls.rules.codes import NEEDS
from initls.rules.registry import RULES
from tests.rules.cases import Case, cases

KINDS = {kind.__name__ for kind in vars(events).values() if isinstance(kind, type) and issubclass(kind, Event)}


def test_every_need_is_a_kind_of_event_or_a_field_of_traces() -> None:
    assert NEEDS.keys() <= RULES.keys()
    for need in (need for needs in NEEDS.values() for need in needs):
        assert need in KINDS or need.partition(".")[0] in Trace.__struct_fields__


def program_of(case: Case) -> Program:
    checker = Checker()
    document = Document.of(case.filename, case.source)
    checker.programs.open(document)
    return checker.programs.program(document, {}, cancel.never)


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.id)
def test_a_rule_has_nothing_to_say_of_what_does_not_show_what_it_needs(case: Case) -> None:
    program = program_of(case)
    there = shown(program)
    for code, needs in NEEDS.items():
        if there.isdisjoint(needs):
            assert not list(RULES[code].ask(program, case.settings)), code
