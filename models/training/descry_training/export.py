"""Trained towers -> ONNX (opset 17, float32, dynamic batch), checked against PyTorch."""

import copy
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from .network import TwoTowers
from .network.image_tower import ImageTower

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
    write(in_threes(towers.image), pixels, image_path, {"pixels": {0: "batch"}}, IMAGE_OUTPUTS)
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


class ConvolutionInThrees(nn.Module):
    """A convolution as a sum of convolutions over three channels each.

    ONNX Runtime 1.30 computes a convolution over six channels wrongly on WebGPU (differences of 0.5 in its output);
    over three it is right on every provider.
    """

    def __init__(self, whole: nn.Conv2d):
        super().__init__()
        self.parts = nn.ModuleList()
        for start in range(0, whole.in_channels, 3):
            part = nn.Conv2d(3, whole.out_channels, whole.kernel_size, whole.stride, whole.padding, bias=start == 0)
            part.weight.data = whole.weight.data[:, start : start + 3].clone()
            if start == 0:
                part.bias.data = whole.bias.data.clone()
            self.parts.append(part)

    def forward(self, pixels: Tensor) -> Tensor:
        return sum(part(each) for part, each in zip(self.parts, pixels.split(3, dim=1)))


def in_threes(tower: ImageTower) -> ImageTower:
    """The tower, or a copy whose first convolution is cut up if it has more than three channels."""
    first = tower.convolutions[0]
    if first[0].in_channels == 3 or not isinstance(first[1], nn.BatchNorm2d):
        return tower
    tower = copy.deepcopy(tower)
    fused = fuse_conv_bn_eval(*tower.convolutions[0][:2])
    tower.convolutions[0][0], tower.convolutions[0][1] = ConvolutionInThrees(fused), nn.Identity()
    return tower


def write(tower: torch.nn.Module, example: torch.Tensor, path: Path, axes: dict[str, dict[int, str]],
          outputs: tuple[str, ...]) -> None:
    torch.onnx.export(
        tower, (example,), str(path), opset_version=OPSET, dynamo=False, input_names=list(axes),
        output_names=list(outputs), dynamic_axes={**axes, **{name: {0: "batch"} for name in outputs}},
    )


def run(path: Path, feeds: dict[str, np.ndarray]) -> list[np.ndarray]:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return session.run(None, feeds)
