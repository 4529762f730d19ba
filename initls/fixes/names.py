"""Which names a piece of code reads and which it binds, with attributes as dotted paths (`self.flag`).

Both err on the side of more: whoever asks wants to know whether two statements may change places.
"""

from __future__ import annotations

import libcst as cst


def path(node: cst.CSTNode) -> str | None:
    """The dotted path that an expression spells, if it is nothing but names and dots."""
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    if not isinstance(node, cst.Name):
        return None
    parts.append(node.value)
    return ".".join(reversed(parts))


def reads(node: cst.CSTNode) -> frozenset[str]:
    """The names that `node` reads, and the paths that begin with them: `self`, `self.fc`, `self.fc.weight`.

    The variables of its own loops, comprehensions and functions are not among them.
    """
    match node:
        case cst.Name():
            return frozenset({node.value})
        case cst.Attribute():
            spelled = path(node)
            return reads(node.value) | ({spelled} if spelled is not None else frozenset())
        case cst.Arg():
            return reads(node.value)
        case cst.Import() | cst.ImportFrom():
            return frozenset()
        case cst.For():
            return reads(node.iter) | (_all(node.body, node.orelse) - names(node.target))
        case cst.BaseComp():
            return _all(*node.children) - comprehended(node)
        case cst.FunctionDef() | cst.Lambda():
            return _all(*node.children) - parameters(node)
    return _all(*node.children)


def _all(*nodes: cst.CSTNode | None) -> frozenset[str]:
    return frozenset[str]().union(*(reads(node) for node in nodes if node is not None))


def names(target: cst.CSTNode) -> frozenset[str]:
    """The names and paths that a target binds."""
    found: set[str] = set()
    _targets(target, found)
    return frozenset(found)


def comprehended(node: cst.BaseComp) -> frozenset[str]:
    """The variables of a comprehension."""
    found: frozenset[str] = frozenset()
    clause: cst.CompFor | None = node.for_in
    while clause is not None:
        found |= names(clause.target)
        clause = clause.inner_for_in
    return found


def binds(node: cst.CSTNode) -> frozenset[str]:
    """The names and paths that `node` binds or deletes; what a function does inside is its own affair."""
    found: set[str] = set()
    waiting = [node]
    while waiting:
        one = waiting.pop()
        match one:
            case cst.AssignTarget() | cst.CompFor() | cst.For() | cst.AnnAssign() | cst.AugAssign() | cst.Del():
                _targets(one.target, found)
            case cst.NamedExpr():
                _targets(one.target, found)
            case cst.AsName():
                _targets(one.name, found)
            case cst.Import() | cst.ImportFrom():
                found.update(imported(one))
                continue
            case cst.MatchAs() | cst.MatchStar() if one.name is not None:
                found.add(one.name.value)
            case cst.FunctionDef() | cst.ClassDef():
                found.add(one.name.value)
                waiting.extend(one.decorators)
                continue
            case cst.Lambda():
                continue
        waiting.extend(one.children)
    return frozenset(found)


def parameters(function: cst.FunctionDef | cst.Lambda) -> frozenset[str]:
    """The names of a function's parameters."""
    of = function.params
    stars = [star for star in (of.star_arg, of.star_kwarg) if isinstance(star, cst.Param)]
    return frozenset(one.name.value for one in (*of.posonly_params, *of.params, *of.kwonly_params, *stars))


def imported(node: cst.Import | cst.ImportFrom) -> dict[str, str]:
    """What an import binds, each name with the dotted name of what it stands for; `*` for all of a module."""
    if isinstance(node, cst.Import):
        found: dict[str, str] = {}
        for alias in node.names:
            dotted = path(alias.name) or ""
            name = _alias(alias)
            if name is None:
                name = dotted = dotted.partition(".")[0]
            found[name] = dotted
        return found
    module = "." * len(node.relative) + ("" if node.module is None else path(node.module) or "")
    if isinstance(node.names, cst.ImportStar):
        return {"*": module}
    pairs = [(_alias(alias), path(alias.name) or "") for alias in node.names]
    return {alias or name: f"{module}.{name}" for alias, name in pairs}


def _alias(alias: cst.ImportAlias) -> str | None:
    name = None if alias.asname is None else alias.asname.name
    return name.value if isinstance(name, cst.Name) else None


def _targets(node: cst.CSTNode, found: set[str]) -> None:
    if isinstance(node, (cst.Tuple, cst.List)):
        for element in node.elements:
            _targets(element.value, found)
    elif isinstance(node, cst.Subscript):
        _targets(node.value, found)
    else:
        spelled = path(node)
        if spelled is not None:
            found.add(spelled)
