"""Runs the tasks of a run on the workers of a Dask cluster, which see the same files under the same names.

They do what the processes of one machine do, with the same code, and what they find goes the same way. A worker that is
lost costs time: the scheduler gives its work to others. A piece of work that has taken several workers with it is done
again, file by file, and only a file that does the same alone is given up.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from msgspec.structs import replace

from initls.cli.cache import edition
from initls.cli.outcome import AnalysisMaker, Outcome, Task
from initls.cli.pieces import pieces
from initls.cli.pool import OnDone, perform_piece
from initls.cli.processes import lost, weight
from initls.workspace.options import ConfigError

if TYPE_CHECKING:
    from distributed import Client

FLAG = "--dask"
"""Where the user says which cluster it is."""

PATIENCE = "30s"
"""How long a scheduler may take to answer."""


class Unfit(Exception):
    """Why a worker cannot do what this machine would do."""


def perform_on_cluster(address: str, tasks: Sequence[Task], build: AnalysisMaker, on_done: OnDone) -> list[Outcome]:
    """The outcomes of `tasks` in their order, worked out by the cluster at `address`; raises `ConfigError`."""
    outcomes: dict[int, Outcome] = {}
    with _connected(address) as client:
        work = _Work(client, tasks, build)
        suspects: list[int] = []
        for piece, done in work.all(pieces([*map(weight, tasks)], max(1, len(client.nthreads())))):
            if done is None:
                suspects.extend(piece)
                continue
            for number, outcome in zip(piece, done, strict=True):
                outcomes[number] = outcome
                on_done(outcome)
        # One after the other, so that it is known which one takes its worker with it.
        for number in sorted(suspects):
            ((_, done),) = work.all([[number]])
            outcomes[number] = lost(tasks[number]) if done is None else done[0]
            on_done(outcomes[number])
    return [outcomes[number] for number in range(len(tasks))]


class _Work:
    """Pieces of the tasks of a run, as the cluster gets them and gives them back."""

    def __init__(self, client: Client, tasks: Sequence[Task], build: AnalysisMaker) -> None:
        self._client = client
        self._tasks = tasks
        self._build = build
        self._folder = os.getcwd()
        self._run = uuid4().hex

    def all(self, given: Sequence[Sequence[int]]) -> Iterator[tuple[Sequence[int], list[Outcome] | None]]:
        """What becomes of the pieces, as they come; None for one that has taken too many workers with it.

        Raises `ConfigError` where the cluster cannot do the work.
        """
        from distributed import KilledWorker, as_completed

        futures = {self._submit(piece, -place): piece for place, piece in enumerate(given)}
        for future in as_completed(futures, loop=self._client.loop):
            piece = futures.pop(future)
            try:
                done = future.result()
            except KilledWorker:
                yield piece, None
            except Unfit as error:
                raise ConfigError(str(error), source=FLAG) from None
            except Exception as error:
                words = f"the cluster could not do the work ({type(error).__name__}: {error})"
                raise ConfigError(words, source=FLAG) from error
            else:
                # What has come is held by the workers until nobody wants it any more.
                future.release()
                yield (
                    piece,
                    [replace(outcome, task=self._tasks[number]) for number, outcome in zip(piece, done, strict=True)],
                )

    def _submit(self, piece: Sequence[int], priority: int) -> Any:
        # A worker has a folder of its own, from which no name would lead here.
        tasks = [replace(self._tasks[number], path=self._tasks[number].path.absolute()) for number in piece]
        known = (edition(), self._folder, self._run)
        return self._client.submit(perform_here, known, tasks, self._build, priority=priority, pure=False)


def perform_here(known: tuple[str, str, str], tasks: Sequence[Task], build: AnalysisMaker) -> list[Outcome]:
    """The outcomes of some tasks, on a worker that may serve several runs.

    What is `known` is the program and the folder of the run, and its name. Raises `Unfit` where this machine could come
    to other outcomes.
    """
    wanted, folder, run = known
    if edition() != wanted:
        raise Unfit("a worker has another initls, libcst or Python than this machine")
    if not os.path.isdir(folder):
        raise Unfit(f"a worker does not see {folder}")
    return perform_piece(tasks, build, run)


@contextmanager
def _connected(address: str) -> Iterator[Client]:
    """The cluster at an address, or with the file that its scheduler has written; raises `ConfigError`."""
    try:
        from distributed import Client
    except ImportError:
        raise ConfigError("Dask is not installed here; `pip install 'initls[dask]'` does that", source=FLAG) from None
    where: dict[str, str] = {"scheduler_file" if os.path.isfile(address) else "address": address}
    try:
        client = Client(**where, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ConfigError(f"no scheduler of Dask answers there ({error})", source=FLAG, key=address) from None
    with client:
        yield client
