"""`einsum` with a parameter: a matrix product whose axes the equation names."""

from __future__ import annotations

from initls.model.effects import dataflow
from initls.model.machine.machine import Run
from initls.model.state.values import Known, ParameterRef, Tensor, Value, options


def product(run: Run, arguments: tuple[Value, ...], site: int) -> Value | None:
    """The layer that an equation spells: one parameter with two axes, of which the signal has the one that is summed.

    None for any other equation. The units have to come out last, where the next layer looks for them.
    """
    if len(arguments) != 3 or not (isinstance(arguments[0], Known) and isinstance(arguments[0].value, str)):
        return None
    left, arrow, result = arguments[0].value.replace(" ", "").partition("->")
    names = left.split(",")
    if not arrow or len(names) != 2:
        return None
    for weight, signal, axes, read in (
        (arguments[2], arguments[1], names[1], names[0]),
        (arguments[1], arguments[2], names[0], names[1]),
    ):
        if not isinstance(weight, ParameterRef) or weight.region is not None or len(axes) != 2:
            continue
        if not any(isinstance(option, Tensor) for option in options(signal)) or not run.parameters[weight.id].trainable:
            continue
        summed = [axis for axis in axes if axis in read and axis not in result]
        units = [axis for axis in axes if axis in result and axis not in read]
        if len(summed) == len(units) == 1 and read.endswith(summed[0]) and result == read[:-1] + units[0]:
            return dataflow.affine(run, signal, weight, None, site, inputs_first=axes[0] == summed[0])
    return None
