"""Traces of small texts, by the names that a reader would use."""

from __future__ import annotations

from initls.document import Document
from initls.facts import ir
from initls.facts.store import FactStore
from initls.model.machine.scope import Reading
from initls.model.state.contents import Content
from initls.model.traces.program import Program
from initls.model.traces.source import FileSource
from initls.model.traces.trace import Trace
from initls.model.traces.tracer import Tracer
from initls.model.traces.tracing import trace_class
from initls.syntax.segments import Placed

PREAMBLE = "import torch\nimport torch.nn.functional as F\nfrom torch import nn\n\n\n"


def source_of(text: str, filename: str = "model.py") -> FileSource:
    """A text as the model reads it."""
    part = Document.of(filename, text).parts[0]
    store = FactStore()

    def read(placed: Placed) -> ir.Facts | None:
        found = store.facts(placed.segment)
        return found if isinstance(found, ir.Facts) else None

    return FileSource(part.filename, part.outline, read)


def program_of(text: str, filename: str = "model.py") -> Program:
    """The program of a text."""
    return Tracer().program(source_of(text, filename))


def trace_of(text: str, root: str = "Net") -> Trace:
    """The trace of one root of a text: a class or function by its name, the statements of the module level as ``."""
    traces = program_of(text).traces
    found = [trace for trace in traces if trace.root == root]
    assert found, f"{root!r} is not among {[trace.root for trace in traces]}"
    return found[0]


def net(constructor: str, forward: str = "", before: str = "") -> Trace:
    """The trace of a class with these lines in its constructor, behind the call of the base's."""
    return of_class(PREAMBLE + before + class_text(constructor, forward))


def of_class(text: str) -> Trace:
    """The trace of the class `Net` of a text, whether or not it is worth tracing."""
    trace = trace_class(Reading(source_of(text)), "Net")
    assert trace is not None
    return trace


def class_text(constructor: str, forward: str = "") -> str:
    lines = ["super().__init__()", *constructor.strip("\n").splitlines()]
    text = "class Net(nn.Module):\n    def __init__(self, x, option=True, width=8):\n"
    text += "".join(f"        {line}\n" for line in lines)
    if forward:
        text += "\n    def forward(self, x):\n" + "".join(f"        {line}\n" for line in forward.splitlines())
    return text


def content(trace: Trace, name: str) -> Content | None:
    """What the parameter of that dotted name holds at the end."""
    return trace.content(number(trace, name))


def number(trace: Trace, name: str) -> int:
    found = [number for number, known in trace.names.items() if known == name]
    assert len(found) == 1, f"{len(found)} parameters are called {name!r}: {sorted(trace.names.values())}"
    return found[0]


def contents(trace: Trace, name: str) -> list[tuple[str, bool]]:
    """Every way in which the parameter may have come to its value: what it holds then, and whether that is likely."""
    return [(str(way.content), way.likely) for way in trace.final[number(trace, name)]]


def written(trace: Trace) -> list[str]:
    """The names of the parameters that the program writes, in the order of the writes."""
    return [trace.names[parameter] for parameter, write in trace.log if write.explicit]
