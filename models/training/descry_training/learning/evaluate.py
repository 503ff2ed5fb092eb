"""Measure a pack as the app uses it: through ONNX Runtime."""

import time
from pathlib import Path
from random import Random

import numpy as np
import onnxruntime
import torch

from ..batches import TrainingSet
from ..language.tokenizer import WordPiece
from ..network.settings import EMBEDDING_WEIGHTS
from .augment import normalise, pad_ids
from .metrics import retrieval_metrics

MAXIMUM_TOKENS = 96


class Pack:
    """The two graphs and the tokenizer of a pack folder."""

    def __init__(self, folder: Path, threads: int = 2):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.image, self.text = (
            onnxruntime.InferenceSession(str(folder / name), options, providers=["CPUExecutionProvider"])
            for name in ("image.onnx", "text.onnx")
        )
        self.tokenizer = WordPiece.read(folder / "tokenizer.json")

    def embed_pixels(self, pixels: np.ndarray, batch: int = 64) -> tuple[np.ndarray, np.ndarray]:
        """uint8 [n, H, W, 3] -> vectors [n, 2 * joint], patches [n, cells, joint]."""
        vectors, patches = [], []
        for start in range(0, len(pixels), batch):
            chunk = torch.from_numpy(np.array(pixels[start : start + batch]))
            feeds = {"pixels": normalise(chunk).contiguous().numpy()}
            *both, found = self.image.run([*EMBEDDING_WEIGHTS, "patches"], feeds)
            vectors.append(join(both))
            patches.append(found)
        return np.concatenate(vectors), np.concatenate(patches)

    def embed_texts(self, texts: list[str]) -> np.ndarray:
        """[n, 2 * joint]; the product with a crop's vector is the score."""
        return self.embed_ids(pad_ids([self.tokenizer.encode(text, MAXIMUM_TOKENS) for text in texts]).numpy())

    def embed_ids(self, ids: np.ndarray, batch: int = 64) -> np.ndarray:
        """The same from int32 [n, length], 0 behind the end."""
        chunks = (ids[start : start + batch] for start in range(0, len(ids), batch))
        return np.concatenate([join(self.text.run(list(EMBEDDING_WEIGHTS), {"ids": chunk})) for chunk in chunks])


def global_part(vectors: np.ndarray) -> np.ndarray:
    """[n, joint], of unit length: what patches are compared with."""
    return vectors[:, : vectors.shape[1] // len(EMBEDDING_WEIGHTS)] / np.sqrt(EMBEDDING_WEIGHTS["global"])


def join(embeddings: list[np.ndarray]) -> np.ndarray:
    """Vectors of unit length, in the order of `EMBEDDING_WEIGHTS`, as one whose products are scores."""
    weighted = (np.sqrt(weight) * each for weight, each in zip(EMBEDDING_WEIGHTS.values(), embeddings))
    return np.concatenate(list(weighted), axis=1)


def evaluate(pack: Pack, crops: TrainingSet, seed: int = 7) -> dict[str, float]:
    """One whole-sentence query a crop; all crops of the same person are right."""
    batch = crops.batch(Random(seed), list(range(len(crops))), mirror=0)
    images, _ = pack.embed_pixels(batch.pixels)
    metrics = retrieval_metrics(pack.embed_ids(batch.sentences) @ images.T, batch.people[:, None] == batch.people[None])
    return {"queries": len(crops), "gallery": len(crops), "people": len(set(batch.people.tolist())), **metrics}


def pointing_accuracy(pack: Pack, crops: TrainingSet, seed: int = 7) -> float:
    """Percent of phrases whose hottest cell shows what the phrase names (a random cell: about 10)."""
    batch = crops.batch(Random(seed), list(range(len(crops))), mirror=0)
    _, patches = pack.embed_pixels(batch.pixels)
    hottest = np.einsum("ncd,nd->nc", patches, global_part(pack.embed_ids(batch.phrases))).argmax(axis=1)
    shown = (batch.parts.reshape(len(crops), -1) >> batch.phrase_parts[:, None].astype(np.uint16)) & 1
    visible = shown.any(axis=1)
    return round(100 * float(shown[np.arange(len(crops)), hottest][visible].mean()), 2)


def milliseconds(folder: Path) -> dict[str, float]:
    """Median time of one crop and one 24-token sentence on one core."""
    pack = Pack(folder, threads=1)
    pixels = np.zeros((1, *pack.image.get_inputs()[0].shape[1:]), np.float32)
    ids = np.arange(5, 29, dtype=np.int32)[None]
    result = {}
    for name, session, feeds in (("image", pack.image, {"pixels": pixels}), ("text", pack.text, {"ids": ids})):
        times = []
        for _ in range(60):
            started = time.perf_counter()
            session.run(None, feeds)
            times.append((time.perf_counter() - started) * 1000)
        result[name] = round(float(np.median(times[10:])), 2)
    return result
