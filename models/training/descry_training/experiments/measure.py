"""Accuracy and time of towers that are not exported as a pack."""

import tempfile
import time
from pathlib import Path

import numpy as np
import onnxruntime
import torch

from ..export import export
from ..learning.augment import normalise
from ..learning.metrics import retrieval_metrics
from ..network import TwoTowers
from .pairs import Pairs


def accuracy(towers: TwoTowers, pairs: Pairs, batch: int = 256) -> dict[str, dict[str, float]]:
    """By the global vectors, the selected ones, and both.

    Every caption is a query; all crops of its person are right.
    """
    towers.eval()
    device = next(towers.parameters()).device
    images, texts = [], []
    with torch.no_grad():
        for start in range(0, len(pairs), batch):
            rows = slice(start, start + batch)
            image = towers.image.describe(
                towers.image.cells(normalise(torch.from_numpy(pairs.pixels[rows])).to(device))
            )
            images.append(torch.stack([image.crops, image.selected]))
            texts.append(torch.stack(towers.text(torch.from_numpy(pairs.captions[rows]).to(device))[:2]))
    towers.train()
    scores = (torch.cat(texts, dim=1) @ torch.cat(images, dim=1).transpose(1, 2)).cpu().numpy()
    right = pairs.people[:, None] == pairs.people[None]
    kinds = {"global": scores[0], "selected": scores[1], "both": scores.mean(axis=0)}
    return {name: retrieval_metrics(each, right) for name, each in kinds.items()}


def milliseconds(towers: TwoTowers) -> dict[str, float]:
    """Median of one crop and of one 24-token sentence in ONNX Runtime on one core, and the megabytes of both graphs."""
    settings = towers.settings
    with tempfile.TemporaryDirectory() as folder:
        paths = {name: Path(folder) / f"{name}.onnx" for name in ("image", "text")}
        export(towers, paths["image"], paths["text"])
        feeds = {
            "image": {"pixels": np.zeros((1, 3, settings.image_height, settings.image_width), np.float32)},
            "text": {"ids": np.ones((1, 24), np.int32)},
        }
        result = {"megabytes": round(sum(path.stat().st_size for path in paths.values()) / 1e6, 1)}
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        for name, path in paths.items():
            session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
            times = []
            for _ in range(40):
                started = time.perf_counter()
                session.run(None, feeds[name])
                times.append((time.perf_counter() - started) * 1000)
            result[f"{name}Ms"] = round(float(np.median(times[10:])), 2)
    return result
