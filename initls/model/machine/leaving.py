"""Loops over modules or parameters that a `return` or `break` ends while there is still something to initialize."""

from __future__ import annotations

from collections.abc import Callable

from initls.model.machine.machine import Run
from initls.model.state.events import LeftEarly
from initls.model.state.values import Absent, ModuleRef, ParameterRef, Tuple, Value, options

Replay = Callable[[Run, Value, str], None]


class Rounds:
    """The rounds of one loop, watched for the one in which it is left on every path."""

    def __init__(self, run: Run, values: tuple[Value, ...], replay: Replay) -> None:
        """Watch a loop over `values`; `replay` runs its body once more on another one."""
        self.run = run
        self.values = values
        self.replay = replay
        self.done = 0

    def watched(self, body: Callable[[Value], None]) -> Callable[[Value], None]:
        """The body of the loop, with a look at how each round ended."""

        def go(value: Value) -> None:
            run, frame = self.run, self.run.frame
            self.done += 1
            ends = len(frame.breaks), len(frame.returns), len(frame.continues)
            body(value)
            if run.state is None and len(frame.continues) == ends[2] and not run.watch.trial:
                left = [*frame.breaks[ends[0] :], *(state for state, _ in frame.returns[ends[1] :])]
                if left and self.done < len(self.values):
                    run.state = left[-1]
                    self._left()
                    run.state = None

        return go

    def _left(self) -> None:
        from initls.model.machine import visitors

        run, place = self.run, self.run.watch.jump
        if run.visit is not None:
            run.watch.left.add(run.visit)
        if place is None or place.unit != run.frame.unit:
            return
        missed: dict[int, None] = {}
        written = {number for number, write in run.log if write.explicit and not write.making}
        for value in self.values[self.done :]:
            item = value.items[-1] if isinstance(value, Tuple) and value.items else value
            found = options(item)
            if len(found) > 1 or isinstance(found[0], Absent) or not isinstance(found[0], ModuleRef | ParameterRef):
                continue
            name = value.items[0].value if isinstance(value, Tuple) and hasattr(value.items[0], "value") else ""
            missed.update(dict.fromkeys(visitors.tried(run, self.replay, found[0], str(name))))
        left = tuple(number for number in missed if number not in written)
        if left:
            run.note(LeftEarly, place.site, missed=left, first=self.done == 1)
