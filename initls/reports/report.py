"""What a report holds, whoever shows it: the accounts of the parameters and the course of the signal, with places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from initls import accounts
from initls.accounts import NOBODY, UNKNOWN, Parameter
from initls.facts.place import Place
from initls.model.answers import account
from initls.model.expected.names import Names
from initls.model.expected.profile import Course, Profile, Stage, profile
from initls.model.expected.values import Assumed
from initls.model.traces.trace import Trace
from initls.syntax.span import Span


class Spot(Struct, frozen=True):
    """A place in the text of a file; `file` is empty for the one that the model stands in."""

    file: str
    span: Span


SpotOf = Callable[[Place], "Spot | None"]


class Row(Struct, frozen=True):
    """One parameter, or several that a long loop makes alike."""

    parameter: Parameter
    name: str
    """As PyTorch names it; `blocks.1-8.fc.weight` where it stands for several."""
    count: int
    """For how many it stands."""
    why: str
    """Why its deviation is not told; empty where it is."""
    made: Spot | None
    written: Spot | None


class Step(Struct, frozen=True):
    """One stage of the signal, with its place."""

    stage: Stage
    spot: Spot | None


class Report(Struct, frozen=True):
    """All that is told of one model."""

    name: str
    unit: str
    """What the analysis calls the class: its name, with a number behind where a file has several of that name."""
    spot: Spot
    rows: tuple[Row, ...]
    steps: tuple[Step, ...]
    profile: Profile
    incomplete: str | None
    """Why the list of parameters may not be whole."""

    @property
    def summary(self) -> str:
        """The parameters in a line."""
        count = sum(row.count for row in self.rows)
        if not count:
            return "no parameters"
        hands: Counter[str] = Counter()
        for row in self.rows:
            hands[row.parameter.by] += row.count
        parts = [f"{number} {accounts.by(hand)}" for hand, number in hands.most_common()]
        return f"{count} parameter{'s' if count > 1 else ''}: {', '.join(parts)}"

    @property
    def verdicts(self) -> tuple[str, ...]:
        """What the course of the signal comes to, a sentence each."""
        found = self.profile
        if found.reason and not self.steps:
            return (f"The signal is not told: {found.reason}.",)
        said = [_course(found.forward, "signal", "from the first layer to the last")]
        said.append(_course(found.backward, "gradient", "from the last layer to the first"))
        said.append(_deeper(found))
        stopped = [step.stage for step in self.steps if step.stage.matrix and step.stage.gradient == 0]
        if stopped:
            said.append(
                f"No gradient comes back to {_counted(len(stopped), 'layer')}, the last of them {_called(stopped[-1])}."
            )
        if found.alike is not None and found.alike > ALIKE:
            said.append(f"{found.alike:.1%} of what comes out is the same whatever the model is given.")
        unknown = [step for step in self.steps if step.stage.deviation is None]
        if unknown:
            first = unknown[0].stage
            name = _called(first)
            count = f"{len(unknown)} of {len(self.steps)} steps"
            said.append(f"Of {count} nothing is told, first of {name}: {first.reason}.")
        lost = next((step.stage for step in reversed(self.steps) if step.stage.gradient is None), None)
        if lost is not None and lost.deviation is not None:
            said.append(f"The gradient is not told further back than this: {lost.gradient_reason}.")
        if found.reason:
            said.append(f"The list of steps may not be whole: {found.reason}.")
        return tuple(filter(None, said))

    @property
    def known(self) -> tuple[int, int]:
        """Of how many parameters and of how many steps a deviation is told."""
        parameters = sum(row.count for row in self.rows if row.parameter.deviation is not None)
        return parameters, sum(step.stage.deviation is not None for step in self.steps)

    @property
    def assumptions(self) -> str:
        """What is taken for granted about the inputs, in a sentence."""
        assumed = self.profile.assumed
        return (
            "Inputs are taken to be standard normal, images "
            f"{assumed.side} wide and high, sequences {assumed.tokens} long; the model is in training mode."
        )


ALIKE = 0.99
"""The share of the output that does not hang on the input from which it is worth a word."""


STEADY = 3.0
"""The factor up to which a signal is said to keep its size."""


def _course(course: Course | None, what: str, way: str) -> str:
    if course is None:
        return ""
    if course.factor == 0:
        return ""
    steady = 1 / STEADY <= course.factor <= STEADY
    does = course.trend or ("keeps its size" if steady else "shrinks" if course.factor < 1 else "grows")
    said = f"The {what} {does} {way}: times {course.factor:.3g} over {course.layers} layers"
    return said + (f", {course.each:.3g} each." if course.layers > MORE_THAN_A_PAIR else ".")


MORE_THAN_A_PAIR = 2


def _deeper(profile: Profile) -> str:
    """What depth would do, where it would do something."""
    found = profile.deeper
    if found is None:
        return ""
    courses = [(what, course) for what, course in (("signal", found.forward), ("gradient", found.backward)) if course]
    said = [f"the {what} by {course.factor:.2g}" for what, course in courses if course.trend and course.factor]
    gone = f"Were its longest loop gone through {found.more} times,"
    if said:
        return f"{gone} it would change {' and '.join(said)}."
    if not courses or any(course.trend for _, course in courses):
        return ""
    return f"{gone} the {' and the '.join(what for what, _ in courses)} would keep within bounds."


def _called(stage: Stage) -> str:
    return f"`{stage.name}` ({stage.kind})" if stage.name else stage.kind


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def build(
    name: str, unit: str, span: Span, trace: Trace, spot_of: SpotOf, assumed: Assumed, model: accounts.Model
) -> Report:
    """The report on the class that a trace is about; `model` is its accounts in words."""
    names = Names(trace)
    subject = trace.subjects[0] if trace.subjects else None
    found = profile(trace, subject, assumed)
    rows = []
    for one, parameter in zip(account.accounts(trace), model.parameters, strict=True):
        whole = names.of(one.name)
        written = one.write.place if one.write is not None and one.write.explicit else None
        rows.append(
            Row(
                replace(parameter, name=str(whole)),
                str(whole),
                whole.count,
                _why(parameter),
                spot_of(one.made),
                None if written is None else spot_of(written),
            )
        )
    steps = tuple(Step(stage, None if stage.place is None else spot_of(stage.place)) for stage in found.stages)
    return Report(name, unit, Spot("", span), tuple(rows), steps, found, trace.incomplete)


def _why(parameter: Parameter) -> str:
    if parameter.deviation is not None:
        return ""
    if parameter.by in (UNKNOWN, NOBODY) or parameter.holds.startswith("not followed"):
        return parameter.holds
    if parameter.shape is None or None in parameter.shape:
        return "a size or an argument is not shown"
    return f"it holds {parameter.holds}"
