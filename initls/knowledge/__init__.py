"""What torch defines, as data: one table each, held against the installed torch by the tests in `tests/knowledge`.

- `layers`: the module classes, with bases, constructors, parameters, defaults and children;
- `rows`: what a row of that table says; `families`: the parameters of each family of layers; `composites`: the modules
  that a composite layer makes for itself;
- `parameters`: how a parameter's shape, presence and default follow from the constructor's arguments;
- `activations`: gains, what happens at zero, and every spelling;
- `initializers`: the functions of `torch.nn.init`, in-place tensor methods, functions that make tensors;
- `tensors`: what each operation does to a signal on its way through `forward`;
- `storage`: which names share a tensor's memory and which copy it;
- `wrappers`: weight norm, spectral norm, orthogonal and pruning, and what they do to later writes;
- `gains`: the formulas of He and Glorot;
- `schemes`: which initializer suits which place, with reasons;
- `signature`: how signatures are written down.
"""
