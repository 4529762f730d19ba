"""What is known about each open document, and who waits to know it.

Everything here happens on the event loop's thread, except `_check`, which is what the analysis thread runs. The two
share no state but frozen values.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from msgspec import Struct, field

from initls.cancel import Cancelled, Check
from initls.findings import Finding, Fix
from initls.server.convert import Item
from initls.server.documents import Documents
from initls.server.policy import Policy
from initls.server.snapshot import Snapshot
from initls.server.worker import Job, Worker
from initls.settings import Settings

if TYPE_CHECKING:
    from initls.check import Checker, Problem, Result

log = logging.getLogger(__name__)

T = TypeVar("T")

MANY = 8
"""Edits that are made anew sooner than they are handed from thread to thread."""


class Offers(Struct, frozen=True):
    """What can be done about one finding: mend the code, or leave it and be silent."""

    repairs: tuple[Fix, ...]
    silencers: tuple[Fix, ...]


class Analysed(Struct, frozen=True, eq=False):
    """One version of a document with all that was found in it."""

    snapshot: Snapshot
    settings: Settings | None
    """None for a document that the settings leave alone."""
    result: Result | None
    """None where there is nothing to ask for more: the document is left alone, or its analysis failed."""
    items: list[Item]
    """The findings as the client wants to see them."""
    times: tuple[tuple[str, float], ...] = ()
    """The stages that the analysis went through, with the seconds that each took."""
    offers: dict[str, Offers] = field(default_factory=dict)
    """By a finding's identity, as they were asked for. Filled by the analysis thread."""

    @property
    def others(self) -> frozenset[str]:
        """The other files on which the analysis rests."""
        return self.result.others if self.result else frozenset()

    def shown_in(self, uri: str) -> list[dict[str, Any]]:
        """The items of the file, or of one cell."""
        return [item.shown for item in self.items if item.uri == uri]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found, in the order of `items`."""
        return self.result.findings if self.result else ()


Settled: TypeAlias = "asyncio.Future[Analysed | None]"
"""Will hold an analysis, or None when the document is edited or closed before there is one."""

FIXES = "what makes fixes"
"""The topic of the job that loads it; no document is called so."""

Convert: TypeAlias = "Callable[[Snapshot, Result, bool], list[Item]]"
"""From a result to the items that a client is sent, with the lines that cannot be read if that is wanted."""


class _State(Struct, eq=False):
    """The newest snapshot of one document, its analysis once there is one, and those who wait for it."""

    snapshot: Snapshot
    analysed: Analysed | None = None
    before: Analysed | None = None
    """The analysis of this very snapshot that is being done again."""
    waiting: list[Settled] = field(default_factory=list)


class Analyses:
    """Has every open document analysed, newest edits first, and hands the results to those who wait."""

    def __init__(
        self,
        documents: Documents,
        make_checker: Callable[[], Checker],
        worker: Worker,
        policy: Policy,
        convert: Convert,
    ) -> None:
        self._documents = documents
        self._make_checker = make_checker
        self._made: Checker | None = None
        self._worker = worker
        self._policy = policy
        self._convert = convert
        self._loop = asyncio.get_running_loop()
        self._states: dict[str, _State] = {}
        self._said: dict[str, frozenset[tuple[str, str]]] = {}
        self.on_begun: Callable[[str], None] = lambda uri: None
        """Called with each open document that is to be analysed."""
        self.on_settled: Callable[[Analysed], None] = lambda analysed: None
        """Called with each analysis of a version that is still the newest one."""
        self.on_closed: Callable[[str], None] = lambda uri: None
        """Called with a document that has been closed."""
        self.on_reviewed: Callable[[], None] = lambda: None
        """Called once when everything has been looked at again, if that changed what was found anywhere."""
        self._reviewing = False
        self._news = False
        self._fixes_wanted = False
        """Whether anything was found so far that can be fixed."""

    # ----------------------------------------------------------------------------------- on the loop's thread

    def prepare(self) -> None:
        """Load the analysis, so that the first document does not have to wait for it."""
        # What goes wrong here goes wrong again, and is told, where a document needs it.
        self._worker.submit(Job(lambda check: self._checker, lambda outcome: None))

    def open(self, snapshot: Snapshot) -> None:
        """Analyse a document that has just been opened."""
        self._begin(snapshot, urgent=False)

    def change(self, snapshot: Snapshot) -> None:
        """Analyse the new version of an open document; whatever works on an older one stops."""
        self._begin(snapshot, urgent=True)

    def close(self, uri: str) -> None:
        """Forget a document."""
        self._worker.forget(uri)
        self._said.pop(uri, None)
        if (state := self._states.pop(uri, None)) is not None:
            _overtake(state.waiting)
            filename = state.snapshot.filename
            self._worker.submit(Job(lambda check: self._checker.forget(filename), lambda outcome: None))
            self.on_closed(uri)
            self._end_review()
            self._follow(os.path.abspath(filename))

    def look_again(self) -> None:
        """Analyse all open documents again, because the settings may have changed."""
        policy = self._policy

        def look(check: Check) -> None:
            policy.look_again()
            self._checker.look_again()

        self._worker.submit(Job(look, lambda outcome: None))
        self._again(self._states.values())

    def _again(self, states: Iterable[_State]) -> None:
        """Analyse these documents again as they are."""
        for state in states:
            self._reviewing = True
            if state.analysed is not None:
                state.before, state.analysed = state.analysed, None
            self._submit(state.snapshot, urgent=False)

    def _follow(self, filename: str) -> None:
        """Analyse the open documents again whose findings rest on a file that has changed."""
        self._again(
            [
                state
                for state in self._states.values()
                if state.analysed is not None and filename in state.analysed.others
            ]
        )

    def follow(self, policy: Policy) -> None:
        """Obey another policy from now on."""
        self._policy = policy
        self.look_again()

    def settled(self, uri: str) -> Settled:
        """The analysis of the version that is on the screen now.

        It is this version that counts, not one that may have come by the time of the answer: the client's question is
        in terms of it.
        """
        state = self._states.get(uri)
        future: Settled = self._loop.create_future()
        if state is None:
            future.set_result(None)
        elif state.analysed is not None:
            future.set_result(state.analysed)
        else:
            state.waiting.append(future)
        return future

    def told(self) -> Iterator[str]:
        """A line on each open document: its size, the settings that hold, what was found, and how long it took."""
        for uri, state in self._states.items():
            snapshot, analysed = state.snapshot, state.analysed
            said = f"{uri}: {len(snapshot.text.lines)} lines, version {snapshot.version}"
            if analysed is None:
                yield f"{said}, being analysed"
                continue
            origin = self._policy.origin(snapshot.path)
            times = ", ".join(f"{stage} {1000 * seconds:.1f} ms" for stage, seconds in analysed.times)
            rests = f", rests on {len(analysed.others)} other files" if analysed.others else ""
            yield f"{said}, settings from {origin}, {len(analysed.items)} findings{rests}; {times}"

    def is_current(self, snapshot: Snapshot) -> bool:
        """Whether `snapshot` is what the client has on its screen, as far as we were told."""
        state = self._states.get(snapshot.uri)
        return state is not None and state.snapshot is snapshot

    async def run(self, work: Callable[[Checker, Check], T]) -> T:
        """Do something else on the analysis thread, in front of analyses that wait; may be cancelled."""
        future: asyncio.Future[T] = self._loop.create_future()

        def settle(outcome: T | BaseException) -> None:
            if future.done():
                return
            if isinstance(outcome, BaseException):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)

        job: Job[T] = Job(
            lambda check: work(self._checker, check),
            lambda outcome: self._loop.call_soon_threadsafe(settle, outcome),
        )
        self._worker.submit(job)
        try:
            return await future
        finally:
            job.cancel()

    def _begin(self, snapshot: Snapshot, *, urgent: bool) -> None:
        state = self._states.get(snapshot.uri)
        if state is None:
            self._states[snapshot.uri] = _State(snapshot)
        else:
            waiting, state.waiting = state.waiting, []
            state.snapshot, state.analysed, state.before = snapshot, None, None
            _overtake(waiting)
        self._submit(snapshot, urgent=urgent)

    def _submit(self, snapshot: Snapshot, *, urgent: bool) -> None:
        self.on_begun(snapshot.uri)
        job: Job[Analysed] = Job(
            partial(self._check, snapshot),
            lambda outcome: self._loop.call_soon_threadsafe(self._settle, snapshot, outcome),
            topic=snapshot.uri,
        )
        self._worker.submit(job, urgent=urgent)

    def _settle(self, snapshot: Snapshot, outcome: Analysed | BaseException) -> None:
        if isinstance(outcome, Analysed) and outcome.result is not None:
            # Even if it comes too late to be shown, it saves the next analysis work.
            self._documents.learn(snapshot, outcome.result.document)
        if not self.is_current(snapshot):
            return
        if isinstance(outcome, BaseException):
            log.error("The analysis of %s failed", snapshot.uri, exc_info=outcome)
            outcome = Analysed(snapshot, None, None, [])
        if outcome.result is not None:
            self._say(snapshot.uri, outcome.result.problems)
        state = self._states[snapshot.uri]
        fresh = state.before is None
        state.analysed = outcome
        waiting, state.waiting = state.waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(outcome)
        self.on_settled(outcome)
        self._prepare_fixes(outcome)
        if self._reviewing:
            self._review(state, outcome)
        if fresh and outcome.result is not None:
            # Not before now: those who import the file are to see this version of it.
            self._follow(os.path.abspath(snapshot.filename))

    def _prepare_fixes(self, outcome: Analysed) -> None:
        """Load what makes fixes once there is something to fix, so that the first light bulb does not wait for it."""
        if self._fixes_wanted or not any(finding.fixable for finding in outcome.findings):
            return
        self._fixes_wanted = True

        def load(check: Check) -> None:
            self._checker.load_fixes()

        self._worker.submit(Job(load, lambda outcome: None, topic=FIXES), urgent=False)

    def _review(self, state: _State, outcome: Analysed) -> None:
        """See whether looking again brought something new."""
        if state.before is not None and state.before.items != outcome.items:
            self._news = True
        state.before = None
        self._end_review()

    def _end_review(self) -> None:
        if self._reviewing and all(state.analysed is not None for state in self._states.values()):
            news, self._reviewing, self._news = self._news, False, False
            if news:
                self.on_reviewed()

    def _say(self, uri: str, problems: tuple[Problem, ...]) -> None:
        """Log what could not be read, once and not with every keystroke; a half-typed line is nothing to speak of."""
        said = self._said.get(uri, frozenset())
        self._said[uri] = frozenset((problem.kind, problem.message) for problem in problems)
        for problem in problems:
            if problem.kind != "invalid-syntax" and (problem.kind, problem.message) not in said:
                log.warning("%s:%d: %s", uri, problem.line + 1, problem.message)

    # ----------------------------------------------------------------------------------- on the analysis thread

    @property
    def _checker(self) -> Checker:
        """The analysis, made when it is first needed."""
        if self._made is None:
            self._made = self._make_checker()
        return self._made

    def _check(self, snapshot: Snapshot, check: Check) -> Analysed:
        policy = self._policy
        settings = policy.settings(snapshot.path)
        if settings is None:
            return Analysed(snapshot, None, None, [])
        started = time.perf_counter()
        base, since = snapshot.way.taken
        document = snapshot.document()
        cut = time.perf_counter()
        if base is None or len(since) > MANY:
            # The check may be cancelled, again and again. What has been built is then at least not built again.
            self._loop.call_soon_threadsafe(self._documents.learn, snapshot, document)
        try:
            result = self._checker.check(document, settings, check, syntax=policy.wants_syntax_errors)
        except Cancelled:
            raise
        except BaseException:
            # Who knows in what state it is: what it remembers goes with it.
            self._made = None
            raise
        found = time.perf_counter()
        items = self._convert(snapshot, result, policy.wants_syntax_errors)
        times = (("text", cut - started), ("analysis", found - cut), ("answer", time.perf_counter() - found))
        return Analysed(snapshot, settings, result, items, times)


def _overtake(waiting: list[Settled]) -> None:
    for future in waiting:
        if not future.done():
            future.set_result(None)
