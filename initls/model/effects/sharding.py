"""Parameters whose values are not at hand, because a framework has partitioned, flattened or sharded them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from msgspec.structs import replace

from initls.facts import ir
from initls.knowledge import sharding as table
from initls.model.machine import expressions, objects
from initls.model.machine.machine import Run
from initls.model.state.events import WrittenAway
from initls.model.state.state import Away, Held
from initls.model.state.values import (
    NONE,
    Arguments,
    External,
    Keywords,
    Known,
    Manager,
    ModuleRef,
    ParameterRef,
    Unknown,
    Value,
    Walk,
    options,
)


def call(run: Run, name: str, arguments: Arguments, keywords: Keywords, site: int) -> Value | None:
    """Call what takes parameters away or gives them back; None where the name is none of these."""
    if name.rpartition(".")[2] not in table.LAST_PARTS or run.graph is not None:
        return None
    if name in table.IN_PLACE:
        return arguments[0] if arguments else keywords.get("module")
    if table.PARTITION.search(name):
        return _partitioner(run, keywords, site)
    if table.FLATTEN.search(name):
        return _flatten(run, {**dict(zip(table.FLATTEN_SIGNATURE, arguments, strict=False)), **keywords}, site)
    row = table.gathering(name)
    if row is None:
        return None
    given = arguments[0] if arguments else keywords.get(row.given, Unknown("nothing given"))
    last = arguments[row.position] if len(arguments) > row.position else keywords.get(row.lasting)
    shown = Known(row.default, type(row.default).__name__) if last is None else last
    lost = isinstance(shown, Known) and not shown.soft and shown.value is row.lost and "**" not in keywords
    ids = frozenset(ref.id for ref in _reached(run, given))
    by_name = len(arguments) <= row.position
    return Manager("gives", run.place(site), run.path, ids, lost=lost, keyword=row.lasting if by_name else "")


def _reached(run: Run, given: Value) -> Iterator[ParameterRef]:
    """The parameters that are asked for; a walk over a module is the module as far as that goes."""
    for option in options(given):
        if isinstance(option, Walk):
            found = objects.named_parameters(run, option.root)
            own = objects.own_parameters(run, option.root)
            yield from (ref for _, ref, _ in (found if option.recurse else own))
        else:
            yield from objects.parameters_below(run, option)


def _partitioner(run: Run, keywords: Keywords, site: int) -> Value:
    """`deepspeed.zero.Init(...)`, which can also be given a module that is there already."""
    enabled = keywords.get("enabled", Known(True, "bool"))
    if isinstance(enabled, Known) and not enabled.value:
        return NONE
    found = frozenset(ref.id for ref in _reached(run, keywords.get("module", NONE)))
    _take(run, found, Away("deepspeed", "partitioned", run.place(site), run.path))
    return Manager("takes", run.place(site), run.path, found)


def _flatten(run: Run, given: Keywords, site: int) -> Value | None:
    """`FullyShardedDataParallel(module)`: hands on what it wraps, whose names it answers to."""
    module = given.get("module")
    if not isinstance(module, ModuleRef):
        return None
    run.watch.wrapped.add(module.id)
    spared = [value for name, value in given.items() if name.startswith("ignored_") and value != NONE]
    if not spared and "**" not in given:
        original = given.get("use_orig_params", Known(False, "bool"))
        how: Held = "flat" if isinstance(original, Known) and not original.value else "shard"
        strategy = given.get("sharding_strategy", NONE)
        whole = strategy != NONE and not (
            isinstance(strategy, External) and not strategy.name.endswith(table.KEEPS_ALL)
        )
        if not (whole and how == "shard"):
            ids = frozenset(ref.id for ref in objects.parameters_below(run, module))
            _take(run, ids, Away("fsdp", how, run.place(site), run.path, root=module.id, whole=whole))
    return module


def _take(run: Run, ids: frozenset[int], away: Away) -> None:
    if ids:
        run.now.away = {**run.now.away, **dict.fromkeys(ids, away)}


def built(run: Run, ref: ModuleRef) -> None:
    """The constructor of a module is through: where a context partitions, its parameters are gone now."""
    if run.partitioner is not None and run.state is not None:
        ids = frozenset(found.id for found in objects.parameters_below(run, ref)) - run.now.away.keys()
        _take(run, ids, Away("deepspeed", "partitioned", run.partitioner.place, run.partitioner.path))


def look(run: Run, ref: ParameterRef, function: str, site: int) -> None:
    """Note the call of an initializer on a parameter that is not at hand."""
    away = run.now.away.get(ref.id)
    if away is not None:
        building = run.partitioner is not None
        run.note(
            WrittenAway,
            site,
            parameter=ref.id,
            function=function,
            away=away,
            visitor=run.visit,
            building=building,
            unwrapped=away.root in run.watch.unwrapped,
        )


def given_up(run: Run, value: Value) -> None:
    """A context manager goes where it is not followed: what it gives may be there from now on."""
    for option in options(value):
        if isinstance(option, Manager) and run.state is not None:
            run.now.away = {number: away for number, away in run.now.away.items() if number not in option.parameters}


@contextmanager
def within(run: Run, node: ir.With, values: list[Value]) -> Iterator[None]:
    """What is different for the block of a `with` statement."""
    managers = [option for value in values for option in options(value) if isinstance(option, Manager)]
    before, outer = run.now.away, run.partitioner
    if not before and not managers:
        yield
        return
    here = dict(before)
    for (context, _), value in zip(node.items, values, strict=True):
        found = [option for option in options(value) if isinstance(option, Manager)]
        if not found and not _is_plain(run, context):
            here = {}
        for manager in found:
            if manager.kind == "takes":
                run.partitioner = manager
            elif manager.lost:
                for number in manager.parameters & here.keys():
                    here[number] = replace(
                        here[number], how="unsaved", place=manager.place, path=manager.path, keyword=manager.keyword
                    )
            else:
                here = {number: away for number, away in here.items() if number not in manager.parameters}
    run.now.away = here
    try:
        yield
    finally:
        run.partitioner = outer
        if run.state is not None:
            run.now.away = {**run.now.away, **before}


def _is_plain(run: Run, context: ir.Expression) -> bool:
    """Whether a context manager is one that gives no parameters back."""
    function = context.function if isinstance(context, ir.Call) else context
    if not isinstance(function, ir.Name | ir.Attribute):
        return False
    named = expressions.evaluate(run, function)
    return isinstance(named, External) and named.name.startswith(table.PLAIN_CONTEXTS)


@contextmanager
def visiting(run: Run, below: list[ModuleRef], value: Value) -> Iterator[None]:
    """What `apply` gives back while its function sees `value`: it is replaced where parameters are taken away."""
    if run.state is None or not run.now.away:
        yield
        return
    before = run.now.away
    ids = {ref.id for ref in below}
    own = (
        {ref.id for _, ref, _ in objects.own_parameters(run, value)}
        if run.partitioner is not None and isinstance(value, ModuleRef)
        else set()
    )
    run.now.away = {
        number: away
        for number, away in before.items()
        if number not in own and (away.root is None or away.root not in ids)
    }
    try:
        yield
    finally:
        if run.state is not None:
            run.now.away = {**run.now.away, **before}
