"""What a run keeps in mind besides the state, for those who ask later which code had an effect and which had none."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct, field

from initls.facts.place import Place
from initls.model.state.values import ParameterRef, Path, Value, options

About: TypeAlias = Literal["class", "exact class", "class name", "parameter name", "text"]


class Question(Struct, frozen=True):
    """One test of what a visitor meets: what it asks for, and the answers.

    A test `about` a class asks for one of the classes `wanted`, by the names that lineages use; one about a name for
    texts, as `sign` says (`==`, `in`, `endswith` and so on). `answers` are by what was asked about: the number of a
    module, the name of a parameter. An answer is None where it can't be told.
    """

    place: Place
    path: Path
    about: About
    sign: str
    wanted: tuple[str, ...]
    visit: int | None
    answers: tuple[tuple[int | str, bool | None], ...] = ()


class Watch(Struct):
    """What is watched while a run goes on."""

    looked: set[Place] = field(default_factory=set)
    """Branches whose conditions have been read."""
    initial: set[Place] = field(default_factory=set)
    """Tests behind which something is initialized."""
    visiting: int | None = None
    """The module that a visitor is at."""
    trial: bool = False
    """Whether what runs is only tried, and never happens in the program."""
    leaked: set[int] = field(default_factory=set)
    """Modules that code has had in hand which is not followed."""
    left: set[int] = field(default_factory=set)
    """Visits that were ended before they had met everything."""
    loops: dict[int, str] = field(default_factory=dict)
    """By frame, the variable that goes over the names of parameters."""
    wrapped: set[int] = field(default_factory=set)
    """Modules that a wrapper stands around which has them as its `module`, and which is taken for the module itself."""
    cold: dict[int, Place] = field(default_factory=dict)
    """Layers under a spectral norm that no forward pass has warmed, with the places where they are wrapped."""
    evaluating: set[int] = field(default_factory=set)
    """Modules that are surely in evaluation mode."""
    reached: dict[int, tuple[int, str]] = field(default_factory=dict)
    """By parameter, the module and the attribute by which it was reached last."""
    unwrapped: set[int] = field(default_factory=set)
    """Modules whose wrappers were asked for them."""
    guarded: dict[Place, bool | None] | None = None
    """While a hook of transformers is tried: for each call of an initializer in it, whether it leaves alone what is
    loaded. None stands for a call of the right function on what does not carry the mark."""
    transient: set[int] = field(default_factory=set)
    """Modules with buffers that no checkpoint holds."""
    persistent: set[int] = field(default_factory=set)
    """Modules with buffers that checkpoints hold."""
    dicts: dict[int, Place] = field(default_factory=dict)
    """The calls of `dict` that made dicts, by the dicts' numbers."""
    configured: dict[int, tuple[Place, Path]] = field(default_factory=dict)
    """By module, the call of mmengine's constructor that was given an `init_cfg`."""
    jump: Place | None = None
    """The `return` or `break` that was met last."""
    asked: dict[tuple[Place, int | None], Question] = field(default_factory=dict)
    replies: dict[tuple[Place, int | None], dict[int | str, bool | None]] = field(default_factory=dict)

    def reach(self, value: Value, module: int, name: str) -> None:
        """Keep in mind that parameters were reached as an attribute of a module."""
        for option in options(value):
            if isinstance(option, ParameterRef):
                self.reached[option.id] = (module, name)

    def reply(self, key: tuple[Place, int | None], about: int | str, answer: bool | None) -> None:
        """Keep the answer to a question; where it was asked of the same thing before, both have to agree."""
        replies = self.replies.setdefault(key, {})
        replies[about] = answer if replies.get(about, answer) is answer else None

    def questions(self) -> tuple[Question, ...]:
        """All questions with their answers."""
        from msgspec.structs import replace

        return tuple(replace(one, answers=tuple(self.replies[key].items())) for key, one in self.asked.items())
