"""Trained towers -> ONNX (opset 17, float32, dynamic batch), checked against PyTorch."""

from pathlib import Path

import numpy as np
import onnxruntime
import torch

from .network import TwoTowers

OPSET = 17
TOLERANCE = 1e-4
IMAGE_OUTPUTS = ("global", "selected", "patches", "log_variance")
TEXT_OUTPUTS = ("global", "selected", "log_variance")


def export(towers: TwoTowers, image_path: Path, text_path: Path) -> float:
    """Write both graphs; return the largest difference between PyTorch and ONNX Runtime seen."""
    towers = towers.cpu().float().eval()
    settings = towers.settings
    generator = torch.Generator().manual_seed(0)
    pixels = torch.randn(2, 3, settings.image_height, settings.image_width, generator=generator)
    ids = torch.randint(1, settings.vocabulary, (2, 12), generator=generator, dtype=torch.int32)
    ids[1, 7:] = 0
    write(towers.image, pixels, image_path, {"pixels": {0: "batch"}}, IMAGE_OUTPUTS)
    write(towers.text, ids, text_path, {"ids": {0: "batch", 1: "length"}}, TEXT_OUTPUTS)
    difference = 0.0
    for batch, length in ((1, 1), (3, 5), (2, settings.maximum_tokens)):
        pixels = torch.randn(batch, 3, settings.image_height, settings.image_width, generator=generator)
        ids = torch.randint(1, settings.vocabulary, (batch, length), generator=generator, dtype=torch.int32)
        ids[-1, max(1, length // 2):] = 0
        with torch.no_grad():
            expected = [*towers.image(pixels), *towers.text(ids)]
        actual = [*run(image_path, {"pixels": pixels.numpy()}), *run(text_path, {"ids": ids.numpy()})]
        difference = max(difference, *(float(np.abs(e.numpy() - a).max()) for e, a in zip(expected, actual)))
    if not difference <= TOLERANCE:
        raise RuntimeError(f"PyTorch and ONNX Runtime differ by {difference:.2e}")
    return difference


def write(tower: torch.nn.Module, example: torch.Tensor, path: Path, axes: dict[str, dict[int, str]],
          outputs: tuple[str, ...]) -> None:
    torch.onnx.export(
        tower, (example,), str(path), opset_version=OPSET, dynamo=False, input_names=list(axes),
        output_names=list(outputs), dynamic_axes={**axes, **{name: {0: "batch"} for name in outputs}},
    )


def run(path: Path, feeds: dict[str, np.ndarray]) -> list[np.ndarray]:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return session.run(None, feeds)
