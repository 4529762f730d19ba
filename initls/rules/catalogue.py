"""The classes of initialization bugs that are known, by family, and why some have no rule.

A: constant and symmetric weights. B: order and lifecycle. C: schemes. D: initialization code that has no effect.
A rule names the classes that it finds in `Rule.classes`; each class has a rule, or a reason here why it has none.
"""

from __future__ import annotations

CLASSES: dict[str, str] = {
    "A1": "`zeros_`, `ones_` or `constant_` on the weight of a layer",
    "A2": "a random initializer without spread: `uniform_(w, c, c)`, `normal_(w, std=0)`, gain 0",
    "A3": "raw writes of one value: `.data.fill_`, `.data[:] =`, `copy_` of zeros, `mul_(0)`",
    "A4": "a weight replaced by a constant `nn.Parameter`",
    "A5": "an own `nn.Parameter` of one value that is multiplied with as a matrix",
    "A6": "a loop over the parameters that writes one value to all of them",
    "A7": "a visitor for `apply` that fills weights",
    "A8": "an initializer chosen by name or configuration that turns out constant",
    "A9": "a `reset_parameters` that zeroes",
    "A10": "two zero factors in series in one branch",
    "A11": "all weights of a recurrent layer constant",
    "A12": "a zero norm gain without a path around it",
    "A13": "one layer repeated, or copies that start alike",
    "A14": "several learnable tokens, queries or prototypes that start alike",
    "A15": "zeroing by an index that can be None or lies on the wrong axis",
    "A16": "equal columns by construction: one random vector repeated to a matrix",
    "B1": "a module or parameter assigned, or `apply` called, before the base constructor",
    "B2": "a visitor that runs before later layers are made",
    "B3": "a base constructor that initializes before the subclass makes its layers",
    "B4": "an outer visitor that writes over a child's special initialization",
    "B5": "a layer replaced after the initialization",
    "B6": "an initialization after a checkpoint has been loaded",
    "B7": "the same tensor initialized twice",
    "B8": "a write to a weight that is computed: after `weight_norm`, `spectral_norm`, a parametrization or pruning",
    "B9": "tied weights that are initialized twice, with different spreads",
    "B10": "a Hugging Face model whose `post_init` is missing, conditional or not last",
    "B11": "initialization or construction inside `forward`",
    "B12": "initialization on the meta device, lost by `to_empty`",
    "B13": "initialization of a lazy module before its first forward",
    "B14": "initialization of parameters that DeepSpeed ZeRO has taken away",
    "B15": "initialization of flat or sharded parameters, and `reset_parameters` that reaches into children",
    "B16": "a random initialization after `DistributedDataParallel` has wrapped the model",
    "B17": "a parameter replaced behind the optimizer's back",
    "B18": "a random initialization of integer or quantized weights",
    "B19": "new parameters that a checkpoint does not hold and nobody initializes",
    "B20": "a parameter made from uninitialized memory that nothing writes",
    "B21": "a context that skips initialization, with no load behind it",
    "B22": "spectral norm used in evaluation before any forward in training",
    "B23": "tied weights named in a form that the release of transformers does not take",
    "B24": "an `init_cfg` that raises, or reaches nothing",
    "C1": "a fan-based initializer on a vector",
    "C2": "a nonlinearity, gain or option that the initializer does not know",
    "C3": "a mode that the initializer does not know",
    "C4": "Xavier with gain 1 in front of ReLU in a deep net without norms",
    "C5": "a ReLU gain in front of another activation, or on the output layer",
    "C6": "a leaky slope that does not reach the initializer",
    "C7": "`a=math.sqrt(5)` taken for a scale",
    "C8": "`nonlinearity='selu'` in a self-normalizing net",
    "C9": "a sampler left at its own spread: `normal_()`, `uniform_()`, `torch.rand`",
    "C10": "a fixed spread in a deep plain net",
    "C11": "bounds of `trunc_normal_` that do not fit its spread",
    "C12": "`fan_in` of a transposed convolution",
    "C13": "`fan_out` of a grouped convolution",
    "C14": "one fan for a packed tensor: query, key and value, gates",
    "C15": "a fan-based initializer on a position or token tensor",
    "C16": "the fans of a matrix that is stored inputs first",
    "C17": "random gains or shifts of a norm",
    "C18": "a forget bias in the wrong slice, layer or number",
    "C19": "an embedding drawn anew whose padding row is not zeroed again",
    "C20": "a prior in the wrong bias, or of an impossible probability",
    "C21": "the depth scaling of residual projections missing, misplaced or misnamed",
    "C22": "a block that is built to start as the identity, and does not",
    "C23": "a draw in low precision",
    "D1": "an initialization that nothing calls",
    "D2": "`apply(f())` instead of `apply(f)`, or a visitor of the wrong arity",
    "D3": "`isinstance(m, A or B)`",
    "D4": "a branch that an earlier one shadows",
    "D5": "a visitor none of whose branches can match",
    "D6": "a test for a piece of a class's name that meets the wrong classes",
    "D7": "a test for a parameter's name that no parameter has",
    "D8": "an attribute that layers do not have",
    "D9": "a `return` or `break` that ends the loop after the first layer",
    "D10": "a write that lands on a copy",
    "D11": "layers in a plain list",
    "D12": "`hasattr(m, 'bias')` taken for the question whether there is a bias",
    "D13": "a hook under a name that the framework does not call",
    "D14": "an initialization with an empty body",
    "D15": "an initialization of a tensor without elements",
    "D16": "an initialization that a checkpoint replaces at once",
}
"""What each class is, in a line."""

WITHOUT_A_RULE: dict[str, str] = {
    "C23": "a draw in low precision gives the same values, with the same tails, as one that is cast afterwards: torch "
    "2.13 was measured, `trunc_normal_` included, and no longer does what this class was reported for",
}
"""Why a class can't be decided from the program alone."""

OTHER_FRAMEWORKS: dict[str, str] = {
    "INI501": 'a kernel of Keras or Flax that is declared constant: `kernel_initializer="zeros"`',
    "INI502": "a random initializer of Keras or Flax without spread: `RandomNormal(stddev=0.0)`",
    "INI503": "one initializer of Keras that several layers share, and that draws the same for all of them",
}
"""What is found where layers are told how to initialize themselves, by the rule that finds it."""
