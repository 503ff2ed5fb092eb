"""Is an 8-bit pack as good? Quantise both graphs, and measure them beside the float ones.

Convolutions and linear layers in int8 (QDQ, weights per channel, ranges from training crops); the text tower's
weights in int8, its activations as they come.
"""

import tempfile
from pathlib import Path

import numpy as np
import torch
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_dynamic, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from .batches import TrainingSet
from .learning.augment import normalise
from .learning.evaluate import Pack, evaluate, milliseconds

CALIBRATION_CROPS = 256


class CropReader(CalibrationDataReader):
    """Hands out crops 16 at a time."""

    def __init__(self, pixels: np.ndarray):
        self.batches = iter(np.array_split(pixels, max(1, len(pixels) // 16)))

    def get_next(self) -> dict[str, np.ndarray] | None:
        batch = next(self.batches, None)
        return None if batch is None else {"pixels": normalise(torch.from_numpy(np.array(batch))).contiguous().numpy()}


def quantise(folder: Path, target: Path, calibration: np.ndarray) -> None:
    """An int8 copy of the pack's graphs and its tokenizer in `target`. calibration: uint8 [n, H, W, 3]."""
    prepared = target / "prepared.onnx"
    quant_pre_process(str(folder / "image.onnx"), str(prepared), skip_symbolic_shape=True)
    quantize_static(
        str(prepared),
        str(target / "image.onnx"),
        CropReader(calibration),
        quant_format=QuantFormat.QDQ,
        per_channel=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        op_types_to_quantize=["Conv", "Gemm"],
    )
    prepared.unlink()
    quantize_dynamic(str(folder / "text.onnx"), str(target / "text.onnx"), weight_type=QuantType.QInt8)
    (target / "tokenizer.json").write_bytes((folder / "tokenizer.json").read_bytes())


def compare(folder: Path, calibration: np.ndarray, held_out: TrainingSet) -> dict[str, dict]:
    """Accuracy, bytes and milliseconds on one core of the float and the int8 graphs."""
    with tempfile.TemporaryDirectory() as name:
        target = Path(name)
        quantise(folder, target, calibration[:CALIBRATION_CROPS])
        return {
            kind: {
                **evaluate(Pack(path), held_out),
                **milliseconds(path),
                "bytes": sum((path / graph).stat().st_size for graph in ("image.onnx", "text.onnx")),
            }
            for kind, path in (("float32", folder), ("int8", target))
        }
