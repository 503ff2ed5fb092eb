"""Measure a pack as the app uses it: through ONNX Runtime."""

import time
from pathlib import Path
from random import Random

import numpy as np
import onnxruntime
import torch

from .augment import normalise, pad_ids
from .dataset import CropSet
from .metrics import retrieval_metrics
from .tokenizer import WordPiece

MAXIMUM_TOKENS = 96


class Pack:
    """The two graphs and the tokenizer of a pack folder."""

    def __init__(self, folder: Path, threads: int = 2):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.image, self.text = (
            onnxruntime.InferenceSession(str(folder / name), options, providers=["CPUExecutionProvider"])
            for name in ("image.onnx", "text.onnx"))
        self.tokenizer = WordPiece.read(folder / "tokenizer.json")

    def embed_pixels(self, pixels: np.ndarray, batch: int = 64) -> tuple[np.ndarray, np.ndarray]:
        """uint8 [n, H, W, 3] -> global [n, joint], patches [n, cells, joint]."""
        parts = []
        for start in range(0, len(pixels), batch):
            chunk = torch.from_numpy(np.array(pixels[start : start + batch]))
            parts.append(self.image.run(None, {"pixels": normalise(chunk).contiguous().numpy()}))
        return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])

    def embed_texts(self, texts: list[str], batch: int = 64) -> np.ndarray:
        """[n, joint]"""
        ids = [self.tokenizer.encode(text, MAXIMUM_TOKENS) for text in texts]
        chunks = (pad_ids(ids[start : start + batch]).numpy() for start in range(0, len(ids), batch))
        return np.concatenate([self.text.run(None, {"ids": chunk})[0] for chunk in chunks])


def evaluate(pack: Pack, crops: CropSet, seed: int = 7) -> dict[str, float]:
    """One whole-sentence query a crop; all crops of the same person are right."""
    rng = Random(seed)
    queries = [crops.sentence(rng, crop).text for crop in range(len(crops))]
    images, _ = pack.embed_pixels(crops.pixels)
    person = np.arange(len(crops)) // crops.crops
    metrics = retrieval_metrics(pack.embed_texts(queries) @ images.T, person[:, None] == person[None])
    return {"queries": len(queries), "gallery": len(crops), "people": len(crops.people), **metrics}


def pointing_accuracy(pack: Pack, crops: CropSet, seed: int = 7) -> float:
    """Percent of phrases whose hottest cell shows what the phrase names (a random cell: about 10)."""
    rng = Random(seed)
    batch = crops.batch(rng, list(range(len(crops))), misspelt=0)
    _, patches = pack.embed_pixels(batch.pixels)
    hottest = np.einsum("ncd,nd->nc", patches, pack.embed_texts(batch.phrases)).argmax(axis=1)
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
