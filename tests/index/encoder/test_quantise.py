"""Products of a graph in int8, against numpy."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from index.encoder.quantise import quantise

K, N = 24, 8
Floats = NDArray[np.float32]
IDS = [np.arange(place, place + 5, dtype=np.int64)[None] % 40 for place in range(36)]


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(11)


def save(path: Path, rows: Floats, nodes: list[Any], outputs: list[str], **weights: Floats) -> Path:
    """A graph in which `x`, shape (n, t, k), are the rows that the ids name; `nodes` follow."""
    made = helper.make_graph(
        [helper.make_node("Gather", ["rows", "ids"], ["x"]), *nodes],
        "graph",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, ["n", "t"])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs],
        [numpy_helper.from_array(value, name) for name, value in {"rows": rows, **weights}.items()],
    )
    onnx.save(helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    return path


def run(path: Path, ids: NDArray[np.int64]) -> list[Floats]:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return list(session.run(None, {"ids": ids}))


def kinds(path: Path) -> Counter[str]:
    return Counter(node.op_type for node in onnx.load(path).graph.node)


def lost(found: Floats, expected: Floats) -> float:
    """The error's length over that of what was expected."""
    return float(np.linalg.norm(found - expected) / np.linalg.norm(expected))


def matmul(out: str, weights: str = "w") -> Any:
    return helper.make_node("MatMul", ["x", weights], [out])


def test_a_product_and_its_bias_are_those_of_numpy_within_a_hundredth(
    tmp_path: Path, random: np.random.Generator
) -> None:
    rows, weights = (random.standard_normal(shape, np.float32) for shape in ((40, K), (K, N)))
    bias = np.arange(N, dtype=np.float32)
    nodes = [matmul("p"), helper.make_node("Add", ["b", "p"], ["y"])]
    quantise(save(tmp_path / "a", rows, nodes, ["y"], w=weights, b=bias), tmp_path / "b", IDS)
    (found,) = run(tmp_path / "b", IDS[0])
    assert lost(found, rows[IDS[0]] @ weights + bias) < 0.01
    assert kinds(tmp_path / "b") == {"Gather": 1, "Mul": 1, "QuantizeLinear": 1, "MatMulIntegerToFloat": 1}
    names = {one.name: one for one in onnx.load(tmp_path / "b").graph.initializer}
    assert "w" not in names
    assert [one.data_type for one in names.values() if list(one.dims) == [K, N]] == [TensorProto.INT8]


def test_columns_that_reach_far_cost_the_others_little(tmp_path: Path, random: np.random.Generator) -> None:
    """All in one range of 256 steps, 3 in 100 of the columns a hundred times the others: plainly it is 0.2 and more."""
    rows, weights = (random.standard_normal(shape, np.float32) for shape in ((40, 96), (96, N)))
    rows[:, :3] *= 100
    weights[:3] /= 100
    quantise(save(tmp_path / "a", rows, [matmul("y")], ["y"], w=weights), tmp_path / "b", IDS)
    (found,) = run(tmp_path / "b", IDS[0])
    expected = rows[IDS[0]] @ weights
    step = (rows.max() - rows.min()) / 255
    plainly = (np.rint(rows[IDS[0]] / step) * step) @ weights
    assert lost(found, expected) < 0.02
    assert lost(plainly, expected) > 0.1


def test_what_goes_to_one_side_is_left_as_it_is(tmp_path: Path, random: np.random.Generator) -> None:
    rows, weights = (random.standard_normal(shape, np.float32) for shape in ((40, K), (K, N)))
    quantise(save(tmp_path / "a", abs(rows), [matmul("y")], ["y"], w=weights), tmp_path / "b", IDS)
    assert lost(run(tmp_path / "b", IDS[3])[0], abs(rows)[IDS[3]] @ weights) < 0.02
    assert kinds(tmp_path / "b") == {"Gather": 1, "QuantizeLinear": 1, "MatMulIntegerToFloat": 1}


def test_what_enters_several_products_is_rounded_once(tmp_path: Path, random: np.random.Generator) -> None:
    rows, first, second = (random.standard_normal(shape, np.float32) for shape in ((40, K), (K, N), (K, 2 * N)))
    nodes = [matmul("y", "v"), matmul("z", "w")]
    quantise(save(tmp_path / "a", rows, nodes, ["y", "z"], v=first, w=second), tmp_path / "b", IDS)
    found = run(tmp_path / "b", IDS[7])
    assert lost(found[0], rows[IDS[7]] @ first) < 0.02
    assert lost(found[1], rows[IDS[7]] @ second) < 0.02
    assert kinds(tmp_path / "b") == {"Gather": 1, "Mul": 1, "QuantizeLinear": 1, "MatMulIntegerToFloat": 2}


def test_a_product_that_is_read_twice_keeps_its_own_name(tmp_path: Path, random: np.random.Generator) -> None:
    rows, weights = (random.standard_normal(shape, np.float32) for shape in ((40, K), (K, N)))
    nodes = [matmul("p"), helper.make_node("Add", ["p", "b"], ["y"]), helper.make_node("Neg", ["p"], ["z"])]
    bias = np.ones(N, np.float32)
    quantise(save(tmp_path / "a", rows, nodes, ["y", "z"], w=weights, b=bias), tmp_path / "b", IDS)
    plain, negative = run(tmp_path / "b", IDS[0])
    np.testing.assert_allclose(plain, 1 - negative, atol=1e-5)


def test_columns_and_texts_of_zeros_stay_zeros(tmp_path: Path) -> None:
    rows, weights = np.zeros((40, K), np.float32), np.zeros((K, N), np.float32)
    quantise(save(tmp_path / "a", rows, [matmul("y")], ["y"], w=weights), tmp_path / "b", IDS)
    assert not run(tmp_path / "b", IDS[0])[0].any()


def test_a_graph_without_products_is_as_it_was(tmp_path: Path, random: np.random.Generator) -> None:
    rows = random.standard_normal((40, K), np.float32)
    quantise(save(tmp_path / "a", rows, [helper.make_node("Neg", ["x"], ["y"])], ["y"]), tmp_path / "b", IDS)
    assert np.array_equal(run(tmp_path / "b", IDS[0])[0], -rows[IDS[0]])


def test_tokens_are_added_up_with_the_same_bits_alone_and_together(tmp_path: Path, random: np.random.Generator) -> None:
    rows = random.standard_normal((4000, 384), np.float32)
    nodes = [
        helper.make_node("Constant", [], ["axis"], value=numpy_helper.from_array(np.array([1], np.int64))),
        helper.make_node("Neg", ["x"], ["negative"]),
        helper.make_node("ReduceSum", ["negative", "axis"], ["y"], keepdims=0),
    ]
    quantise(save(tmp_path / "a", rows, nodes, ["y"]), tmp_path / "b", IDS)
    ids = random.integers(0, 4000, (6, 37))
    (together,) = run(tmp_path / "b", ids)
    assert np.array_equal(together, np.concatenate([run(tmp_path / "b", ids[[row]])[0] for row in range(6)]))
    np.testing.assert_allclose(together, -rows[ids].sum(axis=1), atol=1e-4)
    assert "ReduceSum" not in kinds(tmp_path / "b")
