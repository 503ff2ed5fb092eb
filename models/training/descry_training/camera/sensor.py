"""Sensor and tone: exposure, colour response, gamma, noise, sharpening."""

import numpy as np

from .optics import glow
from .settings import VideoCamera

LUMA = np.asarray((0.299, 0.587, 0.114), np.float32)


def metered(light: np.ndarray) -> float:
    """Brightness the automatic exposure sees.

    It meters the whole frame, so the person counts little and the crop's edges count most.
    """
    edge = max(1, light.shape[1] // 7)
    sides = (light[:, :edge].mean() + light[:, -edge:].mean()) / 2
    return float(0.8 * sides + 0.2 * light.mean()) + 1e-4


def expose(light: np.ndarray, camera: VideoCamera) -> np.ndarray:
    """Linear light -> linear signal 0..1, clipped channel by channel."""
    gain = camera.exposure * (camera.target / metered(light)) ** camera.automatic
    if camera.infrared:
        light = np.repeat((light @ np.asarray(camera.infrared, np.float32))[..., None], 3, axis=2)
        response = np.eye(3, dtype=np.float32)
    else:
        response = np.asarray(camera.crosstalk, np.float32) * np.asarray(camera.balance, np.float32)[:, None]
    light = np.maximum(light @ (response.T * np.float32(gain)), 0)
    if camera.bloom:
        light = glow(light, camera.bloom)
    bend = np.float32(1 - camera.shoulder)
    if camera.shoulder:
        rest = np.float32(max(camera.shoulder, 1e-3))
        over = np.minimum(np.maximum(light - bend, 0), 20)
        return np.minimum(light, bend) + rest * (1 - np.exp(-over / rest))
    return np.minimum(light, 1)


def develop(light: np.ndarray, camera: VideoCamera, rng: np.random.Generator) -> np.ndarray:
    """Linear signal -> display values, float32 about 0..1, with contrast, saturation and noise."""
    values = np.power(light + np.float32(1e-5), np.float32(1 / camera.gamma))
    grey = (values @ LUMA)[..., None]
    values = grey + (values - grey) * np.float32(camera.saturation)
    values = (values - 0.5) * np.float32(camera.contrast) + 0.5
    values = camera.lift + values * np.float32(1 - camera.lift)
    rows, columns = values.shape[:2]
    if camera.luma_noise:
        strength = np.float32(camera.luma_noise) * (1 - 0.6 * np.clip(grey, 0, 1))
        values += rng.standard_normal((rows, columns, 1), np.float32) * strength
    if camera.chroma_noise and not camera.infrared:
        # A sensor has one colour per pixel: colour noise is coarser than brightness noise.
        coarse = rng.standard_normal(((rows + 1) // 2, (columns + 1) // 2, 3),
                                     np.float32) * np.float32(camera.chroma_noise)
        values += np.repeat(np.repeat(coarse, 2, axis=0), 2, axis=1)[:rows, :columns]
    return values


def smooth(values: np.ndarray, sigma: float, axis: int) -> np.ndarray:
    """A five-tap Gaussian along one axis, edges repeated."""
    taps = np.exp(-0.5 * np.square(np.arange(-2, 3) / max(sigma, 0.05))).astype(np.float32)
    taps /= taps.sum()
    padding = [(0, 0)] * values.ndim
    padding[axis] = (2, 2)
    padded = np.pad(values, padding, mode="edge")
    length = values.shape[axis]
    index: list[slice] = [slice(None)] * values.ndim
    total = np.zeros_like(values)
    for offset, tap in enumerate(taps):
        index[axis] = slice(offset, offset + length)
        total += padded[tuple(index)] * tap
    return total


def process(values: np.ndarray, camera: VideoCamera) -> np.ndarray:
    """Noise reduction, then sharpening with its bright and dark halos."""
    if camera.denoise_pixels:
        values = smooth(smooth(values, camera.denoise_pixels, 0), camera.denoise_pixels, 1)
    if camera.sharpen:
        values = values + np.float32(camera.sharpen) * (values - smooth(smooth(values, 1.1, 0), 1.1, 1))
    return values
