"""What training can do with small graphs, made by hand."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from initls.model.state.contents import Constant, Content, Random, Unknown
from initls.model.state.flow import Graph
from initls.model.training.training import Outlook, Proof, Prospects, proof, prospects

ZERO, ONE, DRAWN = Constant(0.0), Constant(1.0), Random("normal")


@dataclass
class Pass:
    """A forward pass while it is put together. Parameters are numbered as they come."""

    graph: Graph = field(default_factory=Graph)
    contents: dict[int, Content] = field(default_factory=dict)
    count: int = 0

    def __post_init__(self) -> None:
        self.input = self.graph.add("input")

    def parameter(self, content: Content | None) -> int | None:
        if content is None:
            return None
        self.count += 1
        self.contents[self.count] = content
        return self.count

    def affine(self, source: int, weight: Content, bias: Content | None = None) -> int:
        return self.graph.add("affine", (source,), weight=self.parameter(weight), bias=self.parameter(bias))

    def norm(self, source: int, gain: Content = ONE, shift: Content = ZERO) -> int:
        return self.graph.add("norm", (source,), weight=self.parameter(gain), bias=self.parameter(shift))

    def activation(self, source: int, name: str) -> int:
        return self.graph.add("activation", (source,), activation=name)

    def then(self, kind: str, *sources: int, **detail: object) -> int:
        return self.graph.add(kind, sources, **detail)

    def weight(self, node: int) -> int:
        number = self.graph.nodes[node].weight
        assert number is not None
        return number

    def result(
        self, *outputs: int, frozen: frozenset[int] = frozenset(), units: dict[int, int] | None = None
    ) -> Prospects:
        self.graph.outputs.extend(outputs)
        return prospects(self.graph, self.contents, units or {}, frozen)


def two_layers(
    first: Content, second: Content, between: str = "tanh", bias: Content | None = ZERO
) -> tuple[Outlook, Outlook]:
    """The outlooks of two layers with an activation between them."""
    made = Pass()
    one = made.affine(made.input, first, bias)
    two = made.affine(made.activation(one, between), second, DRAWN)
    found = made.result(two).of
    return found[made.weight(one)], found[made.weight(two)]


# --------------------------------------------------------------------------- symmetry


@pytest.mark.parametrize("activation", ["relu", "tanh", "gelu", "sigmoid", "leaky_relu", "softplus"])
def test_two_constants_in_a_row_never_differ(activation: str) -> None:
    first, second = two_layers(ONE, ONE, activation)
    assert first.symmetric
    assert first.symmetric_at_start
    assert not first.dead
    assert not second.symmetric


@pytest.mark.parametrize(
    ("first", "second", "bias"),
    [
        (ONE, DRAWN, ZERO),  # the outgoing weights differ
        (DRAWN, ONE, ZERO),  # the incoming weights differ
        (ONE, ONE, DRAWN),  # the biases differ
        (ONE, ONE, Unknown("why")),
        (ONE, Unknown("why"), ZERO),
    ],
)
def test_one_difference_is_enough(first: Content, second: Content, bias: Content) -> None:
    assert not two_layers(first, second, bias=bias)[0].symmetric


@pytest.mark.parametrize("bias", [None, ZERO, ONE])
def test_equal_biases_part_nothing(bias: Content | None) -> None:
    assert two_layers(ONE, ONE, bias=bias)[0].symmetric


def test_one_unit_has_none_to_be_equal_to() -> None:
    made = Pass()
    one = made.affine(made.input, ONE)
    two = made.affine(one, ONE)
    assert not made.result(two, units={made.weight(one): 1}).of[made.weight(one)].symmetric


def test_the_layer_that_is_returned_is_told_apart_by_its_targets() -> None:
    made = Pass()
    only = made.affine(made.input, ONE, ZERO)
    outlook = made.result(only).of[made.weight(only)]
    assert outlook.symmetric_at_start
    assert not outlook.symmetric


@pytest.mark.parametrize(
    ("gain", "shift", "never"),
    [(ONE, ZERO, True), (Constant(0.5), ONE, True), (DRAWN, ZERO, False), (ONE, DRAWN, False)],
)
def test_a_norm_parts_units_only_by_its_own_parameters(gain: Content, shift: Content, never: bool) -> None:
    made = Pass()
    one = made.affine(made.input, ONE, ZERO)
    two = made.affine(made.activation(made.norm(one, gain, shift), "relu"), ONE, ZERO)
    assert made.result(two).of[made.weight(one)].symmetric is never


@pytest.mark.parametrize(("rate", "never"), [(0.3, False), (None, False), (0.0, True)])
def test_dropout_parts_units(rate: float | None, never: bool) -> None:
    made = Pass()
    one = made.affine(made.input, ONE, ZERO)
    two = made.affine(made.then("dropout", one, rate=rate), ONE, ZERO)
    assert made.result(two).of[made.weight(one)].symmetric is never


@pytest.mark.parametrize(("kind", "never"), [("reshape", True), ("pooling", True), ("permute", False), ("slice", False),
                                             ("unknown", False), ("concat", False), ("reduce", False)])  # fmt: skip
def test_what_may_mix_units_proves_nothing(kind: str, never: bool) -> None:
    made = Pass()
    one = made.affine(made.input, ONE, ZERO)
    two = made.affine(made.then(kind, one), ONE, ZERO)
    assert made.result(two).of[made.weight(one)].symmetric is never


def test_noise_in_an_activation_parts_units() -> None:
    assert not two_layers(ONE, ONE, "rrelu")[0].symmetric


def test_a_skip_from_a_random_layer_parts_units() -> None:
    made = Pass()
    start = made.affine(made.input, DRAWN)
    one = made.affine(start, ONE, ZERO)
    two = made.affine(made.activation(made.then("add", start, one), "tanh"), ONE, ZERO)
    assert not made.result(two).of[made.weight(one)].symmetric


def test_a_second_reader_with_random_weights_parts_units() -> None:
    made = Pass()
    one = made.affine(made.input, ONE, ZERO)
    two, other = made.affine(one, ONE, ZERO), made.affine(one, DRAWN)
    assert not made.result(two, other).of[made.weight(one)].symmetric


def test_a_pass_that_is_not_followed_proves_nothing() -> None:
    made = Pass()
    made.graph.complete = False
    one = made.affine(made.input, ONE, ZERO)
    two = made.affine(one, ONE, ZERO)
    assert not made.result(two).of[made.weight(one)].symmetric


@pytest.mark.parametrize(("before", "never"), [(DRAWN, False), (ONE, True)])
def test_groups_read_channels_of_their_own(before: Content, never: bool) -> None:
    """A depthwise convolution of one constant keeps channels apart that come in apart, and equal ones equal."""
    made = Pass()
    start = made.affine(made.input, before, ZERO)
    depthwise = made.then("affine", start, weight=made.parameter(ONE), bias=made.parameter(ZERO), grouped=True)
    last = made.affine(made.activation(depthwise, "tanh"), ONE, ZERO)
    assert made.result(last).of[made.weight(depthwise)].symmetric is never


def test_symmetry_is_proven_through_many_layers() -> None:
    made = Pass()
    nodes = [made.input]
    for _ in range(6):
        nodes.append(made.activation(made.affine(nodes[-1], ONE, ZERO), "gelu"))
    last = made.affine(nodes[-1], ONE, ZERO)
    found = made.result(last).of
    weights = [made.weight(node - 1) for node in nodes[1:]]
    assert all(found[weight].symmetric for weight in weights)


def test_a_random_layer_behind_a_chain_of_constants_frees_the_last_of_them_alone() -> None:
    made = Pass()
    nodes = [made.input]
    for _ in range(6):
        nodes.append(made.activation(made.affine(nodes[-1], ONE, ZERO), "gelu"))
    found = made.result(made.affine(nodes[-1], DRAWN, ZERO)).of
    weights = [made.weight(node - 1) for node in nodes[1:]]
    # The columns of the last one stay equal, for all that it reads is equal: nothing gets further down.
    assert [found[weight].symmetric for weight in weights] == [True] * 5 + [False]


# --------------------------------------------------------------------------- gradients


def test_zero_feeding_zero_is_dead() -> None:
    first, second = two_layers(ZERO, ZERO)
    assert first.dead
    assert first.blocked
    assert second.dead
    assert not second.blocked


@pytest.mark.parametrize(("first", "second"), [(ZERO, DRAWN), (DRAWN, ZERO), (ONE, ZERO), (ZERO, ONE)])
def test_one_zero_factor_alone_gets_its_gradient(first: Content, second: Content) -> None:
    assert not any(outlook.dead for outlook in two_layers(first, second))


def test_the_factor_of_a_zero_waits_for_one_step() -> None:
    first, second = two_layers(DRAWN, ZERO)
    assert first.dead_at_start
    assert not first.dead
    assert not second.dead_at_start


@pytest.mark.parametrize("activation", ["relu", "relu6", "abs"])
def test_zero_in_front_of_a_flat_activation_is_dead(activation: str) -> None:
    assert two_layers(ZERO, DRAWN, activation)[0].dead


@pytest.mark.parametrize("activation", ["tanh", "gelu", "leaky_relu", "sigmoid"])
def test_zero_in_front_of_a_steep_activation_is_not(activation: str) -> None:
    assert not two_layers(ZERO, DRAWN, activation)[0].dead


@pytest.mark.parametrize("bias", [ONE, DRAWN, Unknown("why")])
def test_a_bias_opens_the_relu(bias: Content) -> None:
    assert not two_layers(ZERO, DRAWN, "relu", bias)[0].dead


def test_a_nonzero_activation_of_zero_feeds_the_zero_behind_it() -> None:
    """A sigmoid of zero is a half: the second layer learns, and then the first."""
    first, second = two_layers(ZERO, ZERO, "sigmoid")
    assert not second.dead_at_start
    assert not first.dead


def test_a_skip_does_not_open_a_branch_of_two_zeros() -> None:
    made = Pass()
    one = made.affine(made.input, ZERO)
    two = made.affine(one, ZERO)
    found = made.result(made.then("add", made.input, two)).of
    assert found[made.weight(one)].dead
    assert found[made.weight(two)].dead


def test_a_skip_around_one_zero_leaves_it_alive() -> None:
    made = Pass()
    start = made.affine(made.input, DRAWN)
    one = made.affine(start, ZERO, ZERO)
    out = made.activation(made.then("add", start, one), "relu")
    assert not made.result(out).of[made.weight(one)].dead


def test_a_zero_gain_and_shift_in_front_of_a_relu_let_nothing_through() -> None:
    made = Pass()
    one = made.affine(made.input, DRAWN)
    out = made.affine(made.activation(made.norm(one, ZERO, ZERO), "relu"), DRAWN)
    assert made.result(out).of[made.weight(one)].dead


def test_a_zero_gain_alone_is_drawn_away_from_zero() -> None:
    made = Pass()
    one = made.affine(made.input, DRAWN)
    out = made.affine(made.activation(made.norm(one, ZERO, ZERO), "tanh"), DRAWN)
    outlook = made.result(out).of[made.weight(one)]
    assert outlook.dead_at_start
    assert not outlook.dead


def test_a_product_with_zero_starves_its_partner() -> None:
    made = Pass()
    one, two = made.affine(made.input, DRAWN), made.affine(made.input, ZERO)
    found = made.result(made.then("multiply", one, two)).of
    assert found[made.weight(one)].dead_at_start
    assert not found[made.weight(one)].dead
    assert not found[made.weight(two)].dead_at_start


def test_a_product_of_two_zeros_is_dead() -> None:
    made = Pass()
    one, two = made.affine(made.input, ZERO), made.affine(made.input, ZERO)
    found = made.result(made.then("multiply", one, two)).of
    assert found[made.weight(one)].dead
    assert found[made.weight(two)].dead


def test_queries_and_keys_of_zero_are_dead() -> None:
    made = Pass()
    query, key, value = (made.affine(made.input, content) for content in (ZERO, ZERO, DRAWN))
    scores = made.then("softmax", made.then("matmul", query, key))
    found = made.result(made.then("matmul", scores, value)).of
    assert found[made.weight(query)].dead
    assert found[made.weight(key)].dead
    assert not found[made.weight(value)].dead


def test_a_frozen_weight_is_not_spoken_of_and_does_not_move() -> None:
    made = Pass()
    one = made.affine(made.input, ONE, ZERO)
    two = made.affine(made.activation(one, "tanh"), ONE, ZERO)
    found = made.result(two, frozen=frozenset({made.weight(two)})).of
    assert made.weight(two) not in found
    assert found[made.weight(one)].symmetric


def test_alpha_dropout_of_zeros_is_not_zero() -> None:
    made = Pass()
    dropped = made.then("dropout", made.affine(made.input, ZERO, ZERO), rate=0.1, name="torch.nn.AlphaDropout")
    two = made.affine(dropped, ZERO, ZERO)
    assert not made.result(two).of[made.weight(two)].dead


@pytest.mark.parametrize("name", ["threshold", "hardtanh"])
def test_an_activation_whose_arguments_move_zero_is_not_trusted_with_it(name: str) -> None:
    _, second = two_layers(ZERO, ZERO, name)
    assert not second.dead


def test_what_no_output_hangs_on_is_not_spoken_of() -> None:
    made = Pass()
    aside, out = made.affine(made.input, ZERO), made.affine(made.input, ZERO)
    found = made.result(out).of
    assert made.weight(aside) not in found
    assert made.weight(out) in found


def test_a_pass_without_outputs_says_nothing() -> None:
    made = Pass()
    made.affine(made.input, ZERO)
    assert not made.result().of


def test_the_reasons_name_what_stands_behind() -> None:
    made = Pass()
    one = made.affine(made.input, ZERO, ZERO)
    act = made.activation(made.norm(one), "relu")
    two = made.affine(act, ZERO)
    assert made.result(two).reasons[made.weight(one)] == (act, two)


def test_slopes_of_their_own_part_units() -> None:
    made = Pass()
    one = made.affine(made.input, ONE, ZERO)
    two = made.affine(made.then("activation", one, activation="prelu", grouped=True), ONE, ZERO)
    assert not made.result(two).of[made.weight(one)].symmetric


def test_a_proof_names_what_tells_the_units_apart() -> None:
    made = Pass()
    one = made.affine(made.input, ONE, ZERO)
    two = made.affine(made.activation(made.norm(one), "relu"), DRAWN)
    found = made.result(two)
    assert proof(found, made.weight(one)) is Proof.BROKEN
    assert found.reasons[made.weight(one)] == (two,)


def test_a_proof_for_ever_and_one_that_is_not_to_be_had() -> None:
    made = Pass()
    one = made.affine(made.input, ONE, ZERO)
    other = made.affine(made.input, ONE, ZERO)
    two = made.affine(made.activation(one, "tanh"), ONE, ZERO)
    found = made.result(two, made.then("unknown", other))
    assert proof(found, made.weight(one)) is Proof.FOREVER
    assert proof(found, made.weight(other)) is Proof.UNKNOWN


def test_dropout_tells_units_apart() -> None:
    made = Pass()
    one = made.affine(made.input, ONE, ZERO)
    dropped = made.then("dropout", one, rate=0.1)
    two = made.affine(dropped, ONE, ZERO)
    found = made.result(two)
    assert proof(found, made.weight(one)) is Proof.BROKEN
    assert found.reasons[made.weight(one)] == (dropped,)
