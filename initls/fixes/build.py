"""From what a rule proposes to edits of the text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import libcst as cst
from msgspec.structs import replace as with_changes

from initls.document import Document
from initls.findings import Applicability, Edit, Fix
from initls.fixes.alone import initialize_alone
from initls.fixes.append import append, prepend
from initls.fixes.applying import apply_behind
from initls.fixes.arguments import change_arguments
from initls.fixes.ask import ask_for_none
from initls.fixes.asking import ask_for_class, ask_for_classes, ask_for_ending
from initls.fixes.branches import ask_for_all, delete_branch, swap_branches
from initls.fixes.clone import own_memory
from initls.fixes.declare import declare
from initls.fixes.delete import delete
from initls.fixes.gather import gather
from initls.fixes.guard import guard
from initls.fixes.guarded import leave_loaded
from initls.fixes.handing import call_directly, call_instead, pass_function
from initls.fixes.hoist import hoist
from initls.fixes.move import move, move_super_first
from initls.fixes.parameter import initialize_parameter
from initls.fixes.pieces import initialize_parts
from initls.fixes.plans import (
    AppendToMethod,
    ApplyBehind,
    AskForAll,
    AskForClass,
    AskForClasses,
    AskForEnding,
    AskForNone,
    CallDirectly,
    CallInstead,
    CallSuccessor,
    ChangeArguments,
    CopyInto,
    Declare,
    DeleteBranch,
    DeleteStatement,
    Gather,
    Guard,
    InitializeAlone,
    InitializeParameter,
    InitializeParts,
    InsertSuper,
    LeaveLoaded,
    MakeEach,
    Move,
    MoveSuperFirst,
    MoveToConstructor,
    OtherSlice,
    OwnMemory,
    PassFunction,
    Plan,
    PrependToMethod,
    Register,
    Rename,
    RenameMethod,
    ReplaceWrite,
    ResetModules,
    Restrict,
    Retarget,
    SwapBranches,
    TakeArguments,
    TieBySource,
    WrapLater,
    WriteThrough,
    ZeroRow,
)
from initls.fixes.register import register
from initls.fixes.rename import rename
from initls.fixes.rename_method import rename_method
from initls.fixes.repeated import make_each
from initls.fixes.reset import reset_modules
from initls.fixes.restrict import restrict
from initls.fixes.rows import replace_rows, zero_row
from initls.fixes.slices import second_part
from initls.fixes.source import Source
from initls.fixes.successor import call_successor
from initls.fixes.supers import insert_super
from initls.fixes.through import copy_into, write_through
from initls.fixes.tying import take_arguments, tie_by_source
from initls.fixes.verify import sound
from initls.fixes.wrapped import retarget, wrap_later
from initls.settings import Settings


def build(plans: Sequence[Plan], document: Document, settings: Settings) -> tuple[Fix, ...]:
    """The fixes that carry out `plans`, the preferred one first; a plan that can't be carried out gives none.

    What the user's settings prefer is in the plans already: the rules asked for the schemes with them.
    Reads trees, so it must run on a thread with a stack of `initls.syntax.parse`'s asking.
    """
    fixes: list[Fix] = []
    seen: set[tuple[Edit, ...]] = set()
    for plan in plans:
        for title, edits in _offered(plan, document):
            ordered = tuple(sorted(_joined(edits), key=lambda edit: edit.span))
            if ordered not in seen and sound(document, ordered):
                seen.add(ordered)
                fixes.append(Fix(title, plan.applicability, ordered))
    if fixes and fixes[0].applicability is not Applicability.DISPLAY:
        fixes[0] = with_changes(fixes[0], preferred=True)
    return tuple(fixes)


def _offered(plan: Plan, document: Document) -> list[tuple[str, tuple[Edit, ...]]]:
    """The ways to carry out a plan; none in code that is nested too deeply to be walked."""
    try:
        return list(_carried_out(plan, document))
    except RecursionError:
        return []


def _carried_out(plan: Plan, document: Document) -> Iterable[tuple[str, tuple[Edit, ...]]]:
    """The title and the edits of each way to carry out a plan."""
    found = Source.at(document, plan.before if isinstance(plan, InsertSuper) else plan.place)
    return () if found is None else _BUILDERS[type(plan)](plan, *found)


# Each builder takes the one kind of plan that stands beside it, which a mapping's type cannot say.
_BUILDERS: dict[type, Callable[[Any, Source, cst.CSTNode], Iterable[tuple[str, tuple[Edit, ...]]]]] = {
    ReplaceWrite: replace_rows,
    InitializeParameter: initialize_parameter,
    InitializeAlone: initialize_alone,
    Move: lambda plan, source, node: [(plan.title, move(plan, source, node))],
    Restrict: restrict,
    MoveSuperFirst: lambda plan, source, node: [
        ("Call super().__init__() first", move_super_first(plan, source, node))
    ],
    InsertSuper: lambda plan, source, node: [("Insert super().__init__()", insert_super(plan, source, node))],
    DeleteStatement: lambda plan, source, node: [(plan.title, delete(source, node))],
    WrapLater: lambda plan, source, node: [(plan.title, wrap_later(plan, source, node))],
    Register: lambda plan, source, node: [(f"Keep the layers in an nn.{plan.container}", register(plan, source, node))],
    CopyInto: lambda plan, source, node: [(plan.title, copy_into(plan, source, node))],
    WriteThrough: lambda plan, source, node: [(plan.title, write_through(plan, source, node))],
    Retarget: lambda plan, source, node: [(plan.title, retarget(plan, source, node))],
    Guard: guard,
    Gather: lambda plan, source, node: [(plan.title, gather(plan, source, node))],
    LeaveLoaded: leave_loaded,
    TieBySource: lambda plan, source, node: [
        ("Name the weight that each is tied to", tie_by_source(plan, source, node))
    ],
    TakeArguments: lambda plan, source, node: [(plan.title, take_arguments(plan, source, node))],
    CallSuccessor: lambda plan, source, node: [(f"Call {plan.function}", call_successor(plan, source, node))],
    OwnMemory: lambda plan, source, node: [("Copy the view with .clone()", own_memory(plan, source, node))],
    MakeEach: lambda plan, source, node: [("Make a layer of its own for each place", make_each(source, node))],
    AskForNone: lambda plan, source, node: [ask_for_none(plan, source, node)],
    ChangeArguments: lambda plan, source, node: [(plan.title, change_arguments(plan, source, node))],
    Declare: declare,
    MoveToConstructor: hoist,
    RenameMethod: lambda plan, source, node: [(plan.title, rename_method(plan, source, node))],
    PrependToMethod: lambda plan, source, node: [(plan.title, prepend(plan, source, node))],
    ResetModules: lambda plan, source, node: [
        ("Have every layer initialize itself", reset_modules(plan, source, node))
    ],
    ApplyBehind: lambda plan, source, node: [
        (f"Initialize it by {plan.function} as well", apply_behind(plan, source, node))
    ],
    AppendToMethod: lambda plan, source, node: [(plan.title, append(plan, source, node))],
    ZeroRow: zero_row,
    InitializeParts: initialize_parts,
    AskForAll: lambda plan, source, node: ask_for_all(source, node),
    SwapBranches: lambda plan, source, node: [
        ("Put this branch in front of the one that takes its layers", swap_branches(plan, source, node))
    ],
    DeleteBranch: lambda plan, source, node: [("Delete the branch that is never reached", delete_branch(source, node))],
    PassFunction: lambda plan, source, node: pass_function(source, node),
    CallDirectly: lambda plan, source, node: call_directly(source, node),
    CallInstead: lambda plan, source, node: call_instead(source, node),
    AskForClass: ask_for_class,
    AskForClasses: ask_for_classes,
    AskForEnding: ask_for_ending,
    Rename: lambda plan, source, node: [(f"Ask for `{plan.new}`", rename(plan, source, node))],
    OtherSlice: lambda plan, source, node: [(plan.title, second_part(source, node))],
}


def _joined(edits: tuple[Edit, ...]) -> list[Edit]:
    """The edits without those that change nothing."""
    return [edit for edit in dict.fromkeys(edits) if edit.content or edit.span.start != edit.span.end]
