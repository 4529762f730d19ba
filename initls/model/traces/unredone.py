"""What only the constructor of a Hugging Face model initializes, which is no place that lasts.

`post_init` runs `_init_weights` over all that the constructor has made, and that of `PreTrainedModel` writes the layers
of torch. What a load makes is made on the meta device, where no write does anything; what the checkpoint lacks is given
memory behind it, and the hook alone fills that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from initls.facts.place import Place
from initls.knowledge import frameworks
from initls.model.effects import release
from initls.model.effects.lifecycle_calls import POST_INIT
from initls.model.machine import classes
from initls.model.machine.machine import ParameterInfo, Run
from initls.model.state.contents import Constant, Content, Garbage, Random, Structured
from initls.model.state.events import LifecycleCall
from initls.model.state.state import Write
from initls.model.state.values import External, ModuleRef, UnitFunction


class Unredone(Struct, frozen=True):
    """A write of the constructor, at `place`: the base's hook writes `over` it, or the parameter is `left` by all."""

    kind: Literal["over", "left"]
    place: Place
    name: str


def unredone(
    run: Run, ref: ModuleRef | None, reinitialized: frozenset[int], names: Mapping[int, str]
) -> tuple[Unredone, ...]:
    """What the constructor of a model does in vain, or what nothing does again."""
    if ref is None or run.state is None or not frameworks.TRANSFORMERS.derives(run.module(ref).classes):
        return ()
    lineage = run.module(ref).classes
    elsewhere = [frameworks.last(name) for name in lineage if frameworks.is_dotted(name)]
    if "PreTrainedModel" not in elsewhere or release.is_five(run) is not True:
        return ()
    hook = classes.find(run, lineage, "_init_weights")
    calling = ("super(", "._init_weights(")
    chained = not isinstance(hook, UnitFunction) or bool(run.reading.mentioned(hook.unit, calling))
    calls = [e for e in run.events if isinstance(e, LifecycleCall) and e.name == POST_INIT and e.module == ref.id]
    if not calls or not (isinstance(hook, UnitFunction | External) or hook is None):
        return ()
    spelled: dict[int, list[Write]] = {}
    for number, write in run.log:
        if write.explicit:
            spelled.setdefault(number, []).append(write)
    found: list[Unredone] = []
    for number, name in names.items():
        info = run.parameters[number]
        if number in reinitialized or not info.trainable or info.computed is not None or info.owner is None:
            continue
        written = spelled.get(number, [])
        if chained and info.layer in frameworks.INITIALIZED_BY_BASE:
            last = written[-1] if written and written[-1].order < calls[-1].order else None
            if last is not None and run.module(ModuleRef(info.owner)).own_class == info.layer and _differs(info, last):
                _add(run, found, "over", last, name)
        elif info.layer is None and not any(write.order > calls[-1].order for write in written) and written:
            own = frameworks.last(run.module(ModuleRef(info.owner)).own_class)
            if "Norm" not in own and not isinstance(written[-1].content, Garbage):
                _add(run, found, "left", written[0], name)
    return tuple(found)


def _add(run: Run, found: list[Unredone], kind: Literal["over", "left"], write: Write, name: str) -> None:
    """Add a finding, unless it stands elsewhere or speaks of the mark itself."""
    place = next((one for one in (write.place, *reversed(write.path)) if not one.foreign), None)
    if place is not None and not run.reading.mentioned(write.place.unit, (frameworks.LOADED,)):
        found.append(Unredone(kind, place, name))


def _differs(info: ParameterInfo, write: Write) -> bool:
    """Whether a write leaves something else than the base's hook, which draws weights and zeroes biases."""
    content: Content = write.content
    if write.region is not None or not isinstance(content, Constant | Random | Structured):
        return False
    norm = "Norm" in (info.layer or "")
    usual = Constant(1.0) if norm and info.name == "weight" else Constant(0.0) if norm or info.name == "bias" else None
    return not isinstance(content, Constant) or (content.value is not None and content != usual)
