"""What torch's own functions do to the state: the way to the tables and to the parts that know more."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from initls.knowledge import frameworks, gains, layers
from initls.knowledge.broadcast import DDP
from initls.knowledge.initializers import (
    CONSTANT_MAKERS,
    EMPTY_MAKERS,
    INITIALIZERS,
    RANDOM_MAKERS,
    namesake,
)
from initls.knowledge.skipping import OWNERS, SKIP_INIT_NAMES
from initls.knowledge.storage import Sharing, relative
from initls.knowledge.tensors import operation as tensor_operation
from initls.knowledge.wrappers import is_unwrapper, wrapper
from initls.model.effects import (
    broadcast,
    construction,
    dataflow,
    declared,
    foreign,
    loading,
    methods,
    optimizers,
    parts,
    pythons,
    sharding,
    skipping,
    tensors,
    wrappings,
    writes,
)
from initls.model.machine import calls, copies, expressions, lookup, use
from initls.model.machine.machine import Run
from initls.model.state.contents import Constant
from initls.model.state.events import Duplicated, Gained
from initls.model.state.values import (
    NONE,
    Either,
    Known,
    ListRef,
    ModuleRef,
    ParameterRef,
    Unknown,
    Value,
    either,
    known,
)

Arguments = tuple[Value, ...]


Keywords = dict[str, Value]


PARAMETER = "torch.nn.Parameter"


def call_external(run: Run, name: str, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    """Call something that an import, or Python itself, brought in."""
    if run.declaring is not None:
        made = declared.call(run, run.declaring, name, arguments, keywords, site)
        if made is not None:
            return made
    if "out" in keywords and run.graph is None:
        run.escape((keywords["out"],), site, f"{name} writes it")
    broadcast.note(run, name, arguments, keywords, site)
    initializer = INITIALIZERS.get(name)
    if initializer is None and name.startswith(lookup.HUGGING_FACE):
        run.guarded = True
        initializer = INITIALIZERS.get(f"torch.nn.init.{name.rpartition('.')[2]}")
        if initializer is None and name.endswith(".copy_") and arguments and isinstance(arguments[0], ParameterRef):
            # The one function there that torch has only as a method.
            return writes.write_method(run, arguments[0], "copy_", arguments[1:], keywords, site)
    if initializer is not None:
        return writes.initialize(run, initializer, arguments, keywords, site)
    if name.endswith((".__init__", ".__init_subclass__")):
        return construction.base_constructor(run, name.removesuffix(".__init__"), arguments, keywords, site)
    layer = layers.layer(name)
    if layer is not None:
        ref = run.new_module((layer.name,), site, layer=layer.name)
        construction.construct_layer(run, ref, layer.name, arguments, keywords, site)
        sharding.built(run, ref)
        return ref
    special = _special().get(name)
    if special is not None:
        return special(run, arguments, keywords, site)
    shared = sharding.call(run, name, arguments, keywords, site)
    if shared is not None:
        return shared
    for makers in (CONSTANT_MAKERS, RANDOM_MAKERS, EMPTY_MAKERS):
        maker = makers.get(name)
        if maker is not None:
            return tensors.make_tensor(run, maker, arguments, keywords, site)
    if name.startswith("builtins."):
        return pythons.call_builtin(run, name.removeprefix("builtins."), arguments, keywords, site)
    if name in pythons.FUNCTIONS:
        return pythons.FUNCTIONS[name](run, arguments, keywords, site)
    wrapping = wrapper(name)
    if wrapping is not None and (arguments or keywords):
        return wrappings.wrap(run, wrapping, arguments, keywords, site)
    if is_unwrapper(name) and arguments:
        return wrappings.unwrap(run, arguments, keywords)
    owner, _, method = name.rpartition(".")
    if layers.layer(owner) is not None and arguments and isinstance(arguments[0], ModuleRef):
        return methods.call_method(run, arguments[0], method, arguments[1:], keywords, site)
    view = relative(name)
    if view is not None and view.sharing is not Sharing.COPIES and run.graph is None and name.startswith("torch."):
        first = arguments[0] if arguments else keywords.get("input")
        if isinstance(first, ParameterRef):
            return parts.relative(run, first, name.removeprefix("torch."), view, arguments[1:], keywords)
    op = tensor_operation(name)
    if op is not None:
        if run.graph is not None:
            return dataflow.function(run, op, arguments, keywords, site)
        return tensors.made_by_operation(run, name, op.category, arguments, keywords, site)
    if name.startswith("torch.optim."):
        use.note(run, arguments, site)
    built = loading.build(run, name, arguments, keywords, site) or loading.adapt(run, name, arguments, keywords)
    if built is not None:
        return built
    if optimizers.is_optimizer(name) and run.graph is None:
        return optimizers.make(run, name, arguments, keywords, site)
    if OWNERS.fullmatch(name):
        return skipping.make_owner(run, name, site)
    entered = skipping.context(run, name, arguments, keywords, site)
    if entered is not None:
        return entered
    known = foreign.call(run, name, arguments, keywords, site)
    if known is not None:
        return known
    if name.startswith(HARMLESS):
        if run.graph is not None and any(expressions.is_tensor(value) for value in arguments):
            return dataflow.unknown_operation(run, (*arguments, *keywords.values()), site)
        return Unknown(f"the result of {name}")
    initializer = namesake(name)
    if initializer is not None:
        return writes.initialize(run, initializer, arguments, keywords, site, own=False)
    if name == frameworks.HOOK_OF_BASE and len(arguments) > 1:
        arguments = arguments[1:]
    return calls.not_followed(run, arguments, keywords, site, f"{name} may change what it is given")


HARMLESS = (
    "torch.optim.", "torch.utils.data.", "torch.save", "torch.manual_seed", "torch.cuda.", "torch.backends.",
    "torch.no_grad", "torch.enable_grad", "torch.set_grad_enabled", "torch.inference_mode", "torch.device",
    "torch.Generator", "torch.Size", "torch.jit.is_scripting", "torch.jit.annotate", "torch.tensor", "torch.as_tensor",
    "torch.from_numpy", "torch.linspace", "torch.arange", "torch.linalg.", "torch.autograd.", "torch.distributed.",
    "torch._assert", "torch.float", "torch.finfo", "torch.is_", "torch.get_", "torch.set_", "torch.nn.functional.",
    "torch.seed", "torch.random.", "torch.sparse", "torch.fft.", "torch.special.", "torch.testing.", "torch.library",
    "numpy.", "np.", "math.", "logging.", "warnings.", "os.", "sys.", "time.", "typing.", "collections.", "itertools.",
    "functools.", "random.", "json.", "re.", "dataclasses.", "pathlib.", "abc.", "operator.", "inspect.", "einops.",
    "scipy.", "torchvision.transforms.", "torchvision.datasets.", "matplotlib.", "tqdm", "argparse.", "string.",
    "transformers.utils.output_capturing.",
)  # fmt: skip
"""Beginnings of names whose functions leave the parameters that they are given as they are."""


def _same(run: Run, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    return arguments[0] if arguments else Unknown("nothing given")


def _deepcopy(run: Run, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    if not arguments:
        return Unknown("nothing given")
    if isinstance(arguments[0], ParameterRef) and run.graph is None:
        return copies.copied(run, arguments[0], "deepcopy()", site)
    if isinstance(arguments[0], ModuleRef):
        run.note(Duplicated, site, module=arguments[0].id)
    return copy_value(run, arguments[0], site, {})


def copy_value(run: Run, value: Value, site: int, done: dict[int, Value]) -> Value:
    """`copy.deepcopy(value)`: modules and parameters of their own, with the values of the originals."""
    if isinstance(value, ModuleRef):
        if value.id in done:
            return done[value.id]
        info = run.module(value)
        made = run.new_module(
            info.classes, site, layer=info.layer, arguments=info.arguments, unresolved=info.unresolved
        )
        done[value.id] = made
        for name, held in run.attributes(value).values.items():
            run.set_attribute(made, name, copy_value(run, held, site, done))
        return made
    if isinstance(value, ParameterRef) and value.region is None:
        info_ = run.parameters[value.id]
        ways = run.now.writes.get(value.id, ())
        ref = run.new_parameter(
            site,
            writes.content_of(run, value),
            role=info_.role,
            layer=info_.layer,
            shape=info_.shape,
            trainable=info_.trainable,
            computed=info_.computed,
        )
        if ways:
            run.now.writes[ref.id] = ways
        return ref
    if isinstance(value, Either):
        copies = [copy_value(run, option, site, done) for option in value.options]
        result = copies[0]
        for item in copies[1:]:
            result = either(result, item)
        return result
    if isinstance(value, ListRef):
        items = run.items(value)
        return run.new_list(tuple(copy_value(run, item, site, done) for item in items.values), open=items.open)
    return value


def checkpoint(run: Run, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    """Call the first argument with the others, as the functions do that save memory by computing twice."""
    if not arguments:
        return Unknown("nothing given")
    rest = {k: v for k, v in keywords.items() if k not in ("use_reentrant", "preserve_rng_state", "context_fn")}
    return calls.call(run, arguments[0], arguments[1:], rest, site)


def _gain(run: Run, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    """`calculate_gain(nonlinearity, param)`: a number, where both are known."""
    bound = writes.bind_arguments(gains.SIGNATURE, arguments, keywords)
    run.note(Gained, site, arguments=bound)
    nonlinearity, slope = bound.get("nonlinearity", NONE), bound.get("param", NONE)
    if isinstance(nonlinearity, Known) and isinstance(slope, Known):
        gain = gains.known_gain(nonlinearity.value, slope.value)
        if gain is not None:
            return known(gain, soft=nonlinearity.soft or slope.soft)
    return Unknown("a gain")


def _tensor(run: Run, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    """`torch.tensor(data)`: of one number it is a constant; of others it is what nobody follows."""
    data = arguments[0] if arguments else keywords.get("data", NONE)
    items = run.items(data) if isinstance(data, ListRef) else None
    single = items is not None and not items.open and len(items.values) == 1
    number = items.values[0] if items is not None and single else data
    if not isinstance(number, Known) or not isinstance(number.value, float) or number.soft or run.graph is not None:
        return Unknown("the result of torch.tensor")
    shape = (1,) if single else ()
    return run.new_parameter(site, Constant(number.value), shape=shape, trainable=False, explicit=True)


@cache
def _special() -> dict[str, Callable[[Run, Arguments, Keywords, int], Value]]:
    """Functions outside the tables that hand modules or tensors on; some are of modules that are loaded later."""
    return {
        PARAMETER: tensors.parameter,
        **dict.fromkeys(SKIP_INIT_NAMES, skipping.skip_init),
        "torch.nn.init.calculate_gain": _gain,
        "torch.nn.Buffer": lambda run, arguments, keywords, site: arguments[0] if arguments else NONE,
        "copy.deepcopy": _deepcopy,
        "copy.copy": _deepcopy,
        "torch.compile": _same,
        "torch.jit.script": _same,
        "torch.utils.checkpoint.checkpoint": checkpoint,
        "torch.tensor": _tensor,
        **dict.fromkeys(DDP, broadcast.wrap),
    }
