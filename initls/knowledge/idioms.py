"""Initializations that look wrong and are right: what each is, why it works, and who introduced it.

Each is recognized by its structure (`initls.model.answers.idioms`), where structure can tell; a row says so where it
cannot.
"""

from __future__ import annotations

from msgspec import Struct


class Idiom(Struct, frozen=True):
    """One idiom."""

    id: str
    title: str
    why: str
    """One sentence."""
    cue: str
    """What it is recognized by; empty where it is not."""
    source: str
    url: str = ""


def _paper(id: str, title: str, cue: str, why: str, source: str, paper: str = "") -> Idiom:
    return Idiom(id, title, why, cue, source, f"https://arxiv.org/abs/{paper}" if paper else "")


IDIOMS: dict[str, Idiom] = {
    row.id: row
    for row in (
        _paper(
            "I1", "Zero gain of the last norm in a residual block", "a norm with zero gain whose output is added",
            "The block starts as the identity, so that a deep network starts as a shallow one; the gain gets its "
            "gradient from the first step on.", "Goyal et al. 2017", "1706.02677",
        ),
        _paper(
            "I2", "Zero convolution", "a 1x1 convolution of zeros whose output is added to another branch",
            "What is added starts as nothing, so that a trained network is not disturbed by its new branch.",
            "Zhang et al. 2023 (ControlNet)", "2302.05543",
        ),
        _paper(
            "I3", "One zero factor of a low-rank update", "a product of two matrices, one zero and one drawn",
            "The update starts at zero, and the zero factor gets its gradient through the other one.",
            "Hu et al. 2021 (LoRA)", "2106.09685",
        ),
        _paper(
            "I4", "Zero modulation (adaLN-Zero)", "a layer of zeros whose output is cut into shift, scale and gate",
            "With shift, scale and gate at zero each block starts as the identity, whatever the condition is.",
            "Peebles and Xie 2022 (DiT)", "2212.09748",
        ),
        _paper(
            "I5", "LayerScale", "a vector of one small number that multiplies a branch in front of a sum",
            "Each channel of a residual branch starts small and grows as far as it helps.",
            "Touvron et al. 2021 (CaiT)", "2103.17239",
        ),
        _paper(
            "I6", "Zero last layer", "a layer of zeros that no further layer reads",
            "The gradient of the last layer is made of what it reads, not of what it holds, so that it learns from the "
            "first step on, and the network starts without an opinion.",
            "Lin et al. 2017 start detectors like this, for one", "1708.02002",
        ),
        _paper(
            "I7", "ReZero, SkipInit, Fixup", "a scalar or a last layer of zeros on a residual branch without norms",
            "Without norms a residual network stays stable if its branches start at zero.",
            "Bachlechner et al. 2020; Zhang et al. 2019", "2003.04887",
        ),
        _paper(
            "I8", "Zero sampling offsets", "a layer whose output says where to sample something else",
            "Sampling starts on the regular grid, and learns where to look from there; the bias may hold a pattern.",
            "Dai et al. 2017; Zhu et al. 2020 (Deformable DETR)", "2010.04159",
        ),
        _paper(
            "I9", "Zero position embedding", "a table of zeros that is added to tokens",
            "Each position gets a gradient of its own, so that equal rows part at the first step.",
            "Dosovitskiy et al. 2020 (ViT)", "2010.11929",
        ),
        _paper(
            "I10", "Zero token", "a single token that stands beside the others",
            "There is but one of it, so that there is nothing that it could be too much like.",
            "Dosovitskiy et al. 2020 (ViT)", "2010.11929",
        ),
        _paper(
            "I11", "Ones and zeros of a norm", "gain one, shift zero, or one slope, applied unit by unit",
            "Each unit is multiplied by a number of its own, which gets a gradient of its own.",
            "Ioffe and Szegedy 2015", "1502.03167",
        ),
        _paper(
            "I12", "Prior probability as bias", "a negative bias of a last layer",
            "The first predictions are as rare as what is looked for, so that the many easy negatives do not drown the "
            "first steps.", "Lin et al. 2017 (focal loss)", "1708.02002",
        ),
        _paper(
            "I13", "Bias of a gate", "a constant for one gate of a recurrent layer, or in front of a gate",
            "The gate starts open or shut, and information goes on until the network has learned better.",
            "Jozefowicz et al. 2015; Srivastava et al. 2015", "1505.00387",
        ),
        _paper(
            "I14", "Identity", "a matrix or kernel that hands its input on",
            "The layer starts as the identity; its rows are distinct.", "Le et al. 2015 (IRNN)", "1504.00941",
        ),
        _paper(
            "I15", "Identity transform", "zero weights in front of `affine_grid`",
            "A spatial transformer starts with the transform in its bias, the identity.",
            "Jaderberg et al. 2015", "1506.02025",
        ),
        _paper(
            "I16", "Fixed or computed kernel", "a kernel that is copied from a table, and frozen",
            "Interpolation, blurring and edges need no training.", "Aitken et al. 2017", "1707.02937",
        ),
        _paper(
            "I17", "Gate that starts shut", "a scalar of zero that multiplies a branch",
            "The branch is let in as far as it helps: the gate gets its gradient from the branch at once.",
            "Alayrac et al. 2022 (Flamingo)", "2204.14198",
        ),
        _paper(
            "I18", "Scalar in the exponent", "a scalar that goes through `exp` or `softplus`",
            "A temperature or standard deviation is learned by its logarithm; zero stands for one.",
            "Radford et al. 2021 (CLIP)", "2103.00020",
        ),
        _paper(
            "I19", "Zero projection at the end of a residual branch", "a layer of zeros whose output is added",
            "The branch starts at zero and gets its gradient through the sum.", "Yang et al. 2022 (muP)", "2203.03466",
        ),
        _paper(
            "I20", "Zero last layer of a coupling", "a layer of zeros whose parts shift and scale another tensor",
            "Each step of the flow starts as the identity, which can be inverted.", "Kingma and Dhariwal 2018 (Glow)",
            "1807.03039",
        ),
        _paper(
            "I21", "Zero up-projection of an adapter", "a narrow pair of layers beside a skip, the second of zeros",
            "The adapter starts as nothing, and what it is put into works on as before.", "Houlsby et al. 2019",
            "1902.00751",
        ),
        _paper(
            "I22", "Linear model of zeros", "a model that is one layer",
            "The loss of a linear model is convex: any start will do.", "Bishop 2006, section 4.3",
        ),
        _paper(
            "I23", "Buffer", "a tensor that is no parameter",
            "A mask, a mean or a count is not trained.", "torch: `register_buffer`",
        ),
        _paper(
            "I24", "Placeholder", "a constant that is loaded over later",
            "What is written here never reaches training.", "torch: `load_state_dict`",
        ),
        _paper(
            "I25", "Frozen constant", "a constant with `requires_grad` switched off",
            "It is meant to stay as it is.", "torch: `requires_grad_`",
        ),
        _paper(
            "I26", "Constant in a test", "a file of a test suite",
            "A test wants numbers that it can predict.", "common practice",
        ),
        _paper(
            "I27", "Zero router", "a layer of zeros in front of a softmax that shares out",
            "All experts start with equal shares, and differ themselves.", "Fedus et al. 2021 (Switch)", "2101.03961",
        ),
        _paper(
            "I28", "Gains drawn around one", "gains from a narrow normal around one, beside weights with standard "
            "deviation 0.02", "Adversarial networks are started like this since the first convolutional ones.",
            "Radford et al. 2015 (DCGAN)", "1511.06434",
        ),
        _paper(
            "I29", "Orthogonal layers with gains by role", "orthogonal matrices with gains such as 0.01",
            "The policy starts close to uniform, and values keep their scale.", "Andrychowicz et al. 2020",
            "2006.05990",
        ),
        _paper(
            "I30", "Research on initialization", "",
            "Symmetry may be what is studied; say so with a comment that silences the finding.",
            "Zhao et al. 2021 (ZerO)", "2110.12661",
        ),
    )
}  # fmt: skip
"""Every idiom by its id."""
