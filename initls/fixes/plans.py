"""What a rule proposes to do about a finding, as data.

A rule names places and intentions; `initls.fixes.build` turns them into edits of the text when somebody asks.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from initls.facts.place import Place
from initls.findings import Applicability

Doubt: TypeAlias = Literal["", "row", "attribute"]
"""What a module that comes by may lack of a row of padding: nothing, the number of one, or even the attribute."""


class Formula(Struct, frozen=True):
    """A number as it is computed, for whoever reads it to see where it comes from: `0.02 / 24**0.5`."""

    code: str


class Scheme(Struct, frozen=True):
    """One call of `torch.nn.init`, without its tensor: `kaiming_normal_` with `nonlinearity="relu"`.

    `reason` completes the fix's title: "Initialize with kaiming_normal_ (ReLU follows)".
    """

    function: str
    keywords: tuple[tuple[str, str | float | Formula], ...] = ()
    reason: str = ""


class ReplaceWrite(Struct, frozen=True):
    """Initialize with a scheme what the write at `place` makes constant; one fix a scheme, the first preferred.

    The place is the write's call, or its statement where the write is an assignment.
    A call of an init function becomes a call of the scheme's; a raw write (`w.data.fill_(0)`, `w[:] = 0`,
    `m.weight = nn.Parameter(torch.zeros(...))`) becomes an init call on the same tensor.
    """

    place: Place
    schemes: tuple[Scheme, ...]
    applicability: Applicability = Applicability.UNSAFE
    padding: Doubt | None = None
    """Given where the place writes tables with a row of padding, which has to be zeroed again: see `ZeroRow`."""


class InitializeParameter(Struct, frozen=True):
    """Initialize the parameter that the assignment at `place` makes from a constant, on a line of its own behind it.

    `self.w = nn.Parameter(torch.zeros(n, m))` keeps its allocation, as `torch.empty`, and gets the init call.
    """

    place: Place
    schemes: tuple[Scheme, ...]
    applicability: Applicability = Applicability.UNSAFE


class InitializeAlone(Struct, frozen=True):
    """Initialize some of the tensors that are written at `place` once more behind it, and leave the others as they are.

    `tensors` are their names below the object whose method the place is in.
    """

    place: Place
    tensors: tuple[str, ...]
    schemes: tuple[Scheme, ...]
    applicability: Applicability = Applicability.UNSAFE


class Move(Struct, frozen=True):
    """Move the statement of `place`, with the guard around it and its comments, behind the statement of `behind`.

    Both are lifted to the statements of the function's own body that hold them.
    Where the guard holds more than the statement, there is no edit.
    """

    place: Place
    behind: Place
    title: str
    applicability: Applicability = Applicability.SAFE


class Restrict(Struct, frozen=True):
    """Let the visitor that is run over a model at `place`, by `apply` or a loop, go over some of its `layers` alone."""

    place: Place
    layers: tuple[str, ...]
    title: str
    applicability: Applicability = Applicability.UNSAFE


class MoveSuperFirst(Struct, frozen=True):
    """Move the call of the base constructor at `place` in front of the statement of `before`.

    Never over a statement that binds a name which the call uses: then there is no edit.
    """

    place: Place
    before: Place
    applicability: Applicability = Applicability.SAFE


class InsertSuper(Struct, frozen=True):
    """Insert `super().__init__()` in front of the statement of `before`."""

    before: Place
    applicability: Applicability = Applicability.SAFE


class DeleteStatement(Struct, frozen=True):
    """Delete the statement of `place` with the comments that speak of it; what is left stays a whole program."""

    place: Place
    title: str
    applicability: Applicability = Applicability.UNSAFE


class Gather(Struct, frozen=True):
    """Put the statement at `place` under `with context(parameters, arguments):`.

    `context` is a dotted name that the file's imports have to lead to. The parameters are what the statement writes, by
    a function or by a `method` of the tensor; with `whole` they are all those of the model that it is about: what
    `apply` is called on, or the one argument of a call.
    """

    place: Place
    context: str
    arguments: str
    title: str
    whole: bool = False
    method: bool = False
    applicability: Applicability = Applicability.UNSAFE


class WrapLater(Struct, frozen=True):
    """Take the call at `place` off the module that it wraps, and wrap it behind the statement of `behind`.

    `self.conv = weight_norm(nn.Conv1d(8, 8, 3), dim=1)` becomes `self.conv = nn.Conv1d(8, 8, 3)`, and behind the other
    statement there is a line `self.conv = weight_norm(self.conv, dim=1)`. A line like that moves as it is.
    """

    place: Place
    behind: Place
    title: str
    applicability: Applicability = Applicability.UNSAFE


class Retarget(Struct, frozen=True):
    """Write to another tensor of the same module: in the write at `place`, `.name` becomes `.other`."""

    place: Place
    name: str
    other: str
    title: str
    applicability: Applicability = Applicability.UNSAFE


class Guard(Struct, frozen=True):
    """Put the statement of the call at `place` behind a test of the tensor that it initializes.

    `test` is what to ask, with `{}` in the place of the tensor: `{}.dim() > 1`, `{} is not None`. The tensor is the
    first argument of the call; with `method` it is what the method is called on. A test without `{}` is taken as it is.
    """

    place: Place
    test: str
    method: bool = False
    applicability: Applicability = Applicability.SAFE


class LeaveLoaded(Struct, frozen=True):
    """Have the write at `place`, in a hook of a Hugging Face model, leave alone what a checkpoint has given.

    It becomes a call of a function of `transformers.initialization`, or where there is none for it gets a test.
    """

    place: Place
    applicability: Applicability = Applicability.UNSAFE


class TieBySource(Struct, frozen=True):
    """Let the assignment at `place` give a dict, from each tied weight to the one that it is tied to."""

    place: Place
    pairs: tuple[tuple[str, str], ...]
    applicability: Applicability = Applicability.UNSAFE


class TakeArguments(Struct, frozen=True):
    """Let the method that is defined at `place`, and takes nothing but its object, take `parameters` besides."""

    place: Place
    parameters: str
    title: str
    applicability: Applicability = Applicability.SAFE


class Argument(Struct, frozen=True):
    """What is to become of one argument of a call, which stands at `position` or goes by `keyword`.

    It is taken out, or gets the name `to` and the literal `value`, each where it is given; with `gain` the value
    becomes the call of `calculate_gain` on it. `more` are further arguments that go behind it. A value takes the place
    of literals alone, for the program may choose what is spelled otherwise; with `anyhow` it takes the place of any
    expression, and is passed where none is.
    """

    keyword: str
    position: int | None = None
    to: str | None = None
    value: str | float | None = None
    gain: bool = False
    removed: bool = False
    anyhow: bool = False
    more: tuple[tuple[str, str | float], ...] = ()


class ChangeArguments(Struct, frozen=True):
    """Change arguments of the call at `place`, and leave the rest of it as it is written."""

    place: Place
    arguments: tuple[Argument, ...]
    title: str
    applicability: Applicability = Applicability.SAFE


class Declare(Struct, frozen=True):
    """Have a layer of Keras or Flax start with another initializer, spelled as the file spells the one that it has.

    The call at `place` makes the layer, and `keyword`, which may stand at `position`, is the argument that declares the
    initializer; without a keyword the call makes the initializer itself. `schemes` are those that are offered, by the
    names that functions and strings have, with the reasons.
    """

    place: Place
    framework: Literal["keras", "flax"]
    keyword: str | None
    position: int | None
    schemes: tuple[tuple[str, str], ...]
    applicability: Applicability = Applicability.UNSAFE


class PrependToMethod(Struct, frozen=True):
    """Put a statement at the beginning of the function at `place`, behind its docstring."""

    place: Place
    statement: str
    title: str
    applicability: Applicability = Applicability.UNSAFE


class ResetModules(Struct, frozen=True):
    """Behind the statement that calls `to_empty` at `place`, have every layer of the model initialize itself."""

    place: Place
    applicability: Applicability = Applicability.UNSAFE


class ApplyBehind(Struct, frozen=True):
    """Apply a function to the layer that the statement of `place` puts into a model, on a line behind it.

    With `method` it is one of the model's own.
    """

    place: Place
    function: str
    method: bool
    applicability: Applicability = Applicability.UNSAFE


class AppendToMethod(Struct, frozen=True):
    """Put a statement, or several lines of them, at the end of the function that holds `place`, unless control leaves
    the function before.
    """

    place: Place
    statement: str
    title: str
    applicability: Applicability = Applicability.UNSAFE


class ZeroRow(Struct, frozen=True):
    """Behind the write of `place` to `m.weight`, zero the row of padding: `nn.init.zeros_(m.weight[m.padding_idx])`.

    Where a module may lack such a row, the line stands behind a test.
    """

    place: Place
    doubt: Doubt = ""
    applicability: Applicability = Applicability.UNSAFE


class InitializeParts(Struct, frozen=True):
    """Do what the write of `place` does to a tensor to each of its `parts` along the first axis, in a loop.

    Each scheme is one way to do it; without any the call stays as it is, but for its tensor.
    """

    place: Place
    parts: int
    part: str
    """What one part is called: `gate`."""
    schemes: tuple[Scheme, ...] = ()
    applicability: Applicability = Applicability.UNSAFE


class OtherSlice(Struct, frozen=True):
    """In what `place` does, take the second part along an axis instead of the first: `[:h]` becomes `[h:2 * h]`."""

    place: Place
    title: str
    applicability: Applicability = Applicability.UNSAFE


class AskForAll(Struct, frozen=True):
    """Turn the `A or B` in the `isinstance` at `place` into a tuple of the classes."""

    place: Place
    applicability: Applicability = Applicability.UNSAFE


class SwapBranches(Struct, frozen=True):
    """Put the branch of a chain at `place` in front of the one at `before`."""

    place: Place
    before: Place
    applicability: Applicability = Applicability.UNSAFE


class DeleteBranch(Struct, frozen=True):
    """Delete the `elif` at `place` with what it holds."""

    place: Place
    applicability: Applicability = Applicability.UNSAFE


class PassFunction(Struct, frozen=True):
    """Hand over the function that the argument of the call at `place` calls."""

    place: Place
    applicability: Applicability = Applicability.SAFE


class CallInstead(Struct, frozen=True):
    """Put a call of the function that the call at `place` is given in the place of that call."""

    place: Place
    applicability: Applicability = Applicability.SAFE


class CallDirectly(Struct, frozen=True):
    """Call what the call at `place` is given first, with the other arguments: `skip_init(nn.Linear, 3, 4)`."""

    place: Place
    applicability: Applicability = Applicability.UNSAFE


class Rename(Struct, frozen=True):
    """Ask `owner` for the attribute `new` wherever the statement of `place` asks it for `old`."""

    place: Place
    owner: str
    old: str
    new: str
    applicability: Applicability = Applicability.SAFE


class AskForClass(Struct, frozen=True):
    """Ask for another class in the test at `place`; both are given by their dotted names or units.

    `exact` tells that the test is for the very type, and is to take what derives from it too.
    """

    place: Place
    old: str
    new: str
    exact: bool
    applicability: Applicability = Applicability.UNSAFE


class AskForClasses(Struct, frozen=True):
    """Ask whether `subject` is of one of some classes of torch, by their dotted names, in place of the test there."""

    place: Place
    subject: str
    classes: tuple[str, ...]
    applicability: Applicability = Applicability.UNSAFE


class AskForEnding(Struct, frozen=True):
    """Ask whether a name ends with a text, where the comparison at `place` asks whether it is that text."""

    place: Place
    endings: tuple[str, ...]
    applicability: Applicability = Applicability.UNSAFE


class AskForNone(Struct, frozen=True):
    """Let the test of the `if` or `while` at `place` ask whether something is None.

    It asks for the truth of `written`; with `attribute` it asks by `hasattr` whether `written` has that attribute.
    """

    place: Place
    written: str
    attribute: str = ""
    applicability: Applicability = Applicability.SAFE


class CallSuccessor(Struct, frozen=True):
    """Call another function of `torch.nn.init` at `place`, with the same arguments."""

    place: Place
    function: str
    applicability: Applicability = Applicability.SAFE


class OwnMemory(Struct, frozen=True):
    """Copy the view that the `nn.Parameter` at `place` is made from: `x.expand(4, 8)` gets `.clone()` behind it."""

    place: Place
    applicability: Applicability = Applicability.SAFE


class MakeEach(Struct, frozen=True):
    """Make each of the layers of a list that repeats one: `[layer(8)] * n` becomes `[layer(8) for _ in range(n)]`."""

    place: Place
    applicability: Applicability = Applicability.UNSAFE


class MoveToConstructor(Struct, frozen=True):
    """Do in the constructor of `into` what the call at `place` does in another method of the class.

    A statement that writes an attribute moves as it is; a layer that is made within an expression, or for a variable,
    gets an attribute, and its place is taken by that. There is no edit where the call needs what only the method has.
    """

    place: Place
    into: Place
    applicability: Applicability = Applicability.UNSAFE


class RenameMethod(Struct, frozen=True):
    """Give the method that is defined at `place` another name; only where nothing else of the file has the old one."""

    place: Place
    name: str
    title: str
    applicability: Applicability = Applicability.UNSAFE


class WriteThrough(Struct, frozen=True):
    """Let what stands at `place` reach the parameter that it was meant for.

    `way` is how it goes astray, as in `initls.model.state.events.LostCopy`: `w.clone().zero_()` writes a `copy`,
    `w.data.mul(2)` drops its `result`, `p = torch.zeros_like(p)` gives the `name` to another tensor.
    """

    place: Place
    way: str
    title: str
    applicability: Applicability = Applicability.UNSAFE


class Register(Struct, frozen=True):
    """Let the assignment at `place` keep its layers in a `container` of `torch.nn`: `ModuleList` or `ModuleDict`."""

    place: Place
    container: str
    applicability: Applicability = Applicability.UNSAFE


class CopyInto(Struct, frozen=True):
    """Let the assignment of a new parameter at `place` copy its values into the one that is there."""

    place: Place
    title: str
    applicability: Applicability = Applicability.UNSAFE


Plan: TypeAlias = (
    ReplaceWrite
    | InitializeParameter
    | InitializeAlone
    | Move
    | Restrict
    | MoveSuperFirst
    | InsertSuper
    | DeleteStatement
    | Gather
    | WrapLater
    | Retarget
    | Guard
    | ChangeArguments
    | ApplyBehind
    | LeaveLoaded
    | TieBySource
    | TakeArguments
    | Declare
    | AppendToMethod
    | ResetModules
    | PrependToMethod
    | MoveToConstructor
    | RenameMethod
    | ZeroRow
    | InitializeParts
    | OtherSlice
    | AskForAll
    | SwapBranches
    | DeleteBranch
    | PassFunction
    | CallDirectly
    | CallInstead
    | Rename
    | AskForClass
    | AskForClasses
    | AskForEnding
    | AskForNone
    | CallSuccessor
    | OwnMemory
    | MakeEach
    | WriteThrough
    | Register
    | CopyInto
)
