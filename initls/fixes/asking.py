"""Tests of what a module or a parameter is that ask for something else."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from initls.facts.place import name_of
from initls.findings import Edit
from initls.fixes.imports import Imports
from initls.fixes.plans import AskForClass, AskForClasses, AskForEnding
from initls.fixes.source import Source

HOLDS = (cst.Equal, cst.Is, cst.In)
"""How a comparison asks whether something is so, and not whether it is otherwise."""


def ask_for_class(plan: AskForClass, source: Source, node: cst.CSTNode) -> Iterator[tuple[str, tuple[Edit, ...]]]:
    """The edit that puts one class in the place of another, or that takes in what derives from it, with its title."""
    if plan.exact:
        match node:
            case cst.Comparison(
                left=cst.Call(func=cst.Name(value="type"), args=[cst.Arg(value=subject)])
                | cst.Attribute(value=subject, attr=cst.Name(value="__class__")),
                comparisons=[cst.ComparisonTarget(operator=operator, comparator=kinds)],
            ) if isinstance(operator, HOLDS):
                asked = source.text(kinds)
                if isinstance(kinds, (cst.List, cst.Set)):
                    asked = f"({asked[1:-1]})"
                edit = Edit(source.span(node), f"isinstance({source.text(subject)}, {asked})")
                yield "Take in the classes that derive from it", (edit,)
        return
    old, new = name_of(plan.old), name_of(plan.new)
    # A bare name of another class is one only where an import brings it in.
    bare = Imports.seen_from(source, node).named(plan.new)
    edits: list[Edit] = []
    waiting: list[cst.CSTNode] = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, cst.Attribute) and one.attr.value == old:
            edits.append(Edit(source.span(one.attr), new))
        elif isinstance(one, cst.Name) and one.value == old:
            if bare is None:
                return
            edits.append(Edit(source.span(one), bare))
        else:
            waiting.extend(one.children)
    if edits:
        yield f"Ask for `{new}`", tuple(edits)


def ask_for_classes(plan: AskForClasses, source: Source, node: cst.CSTNode) -> Iterator[tuple[str, tuple[Edit, ...]]]:
    """The edit that asks for classes where the name of the class was searched, with its title."""
    imports = Imports.seen_from(source, node)
    names = [imports.named(dotted) for dotted in plan.classes]
    spelled = [name for name in names if name is not None]
    if len(spelled) < len(names) or not spelled:
        return
    asked = spelled[0] if len(spelled) == 1 else f"({', '.join(spelled)})"
    call = f"isinstance({plan.subject}, {asked})"
    yield f"Ask for {asked}", (Edit(source.span(node), call),)


def ask_for_ending(plan: AskForEnding, source: Source, node: cst.CSTNode) -> Iterator[tuple[str, tuple[Edit, ...]]]:
    """The edit that looks at the end of a name, with its title."""
    match node:
        case cst.Comparison(left=left, comparisons=[cst.ComparisonTarget(operator=cst.Equal() | cst.In())]) if not (
            isinstance(left, cst.SimpleString)
        ):
            quote = "'" if "'" in source.text(node) else '"'
            texts = ", ".join(f"{quote}{ending}{quote}" for ending in plan.endings)
            asked = texts if len(plan.endings) == 1 else f"({texts})"
            call = f"{source.text(left)}.endswith({asked})"
            yield "Look at the end of the name", (Edit(source.span(node), call),)
