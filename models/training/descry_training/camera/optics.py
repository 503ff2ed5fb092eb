"""Lens: blur, motion and the step from the rendered picture to the pixels of the sensor, all in linear light."""

import numpy as np

from .settings import VideoCamera

PATH_STEPS = 5


def resampling(length: int, samples: int, blur: float, offset: float) -> np.ndarray:
    """float32 [samples, length]: each sample a Gaussian average. `blur`, `offset` in samples."""
    step = length / samples
    sigma = max(np.hypot(0.42, blur) * step, 0.45)
    centres = (np.arange(samples, dtype=np.float32) + np.float32(0.5 + offset)) * np.float32(step) - np.float32(0.5)
    distance = (np.arange(length, dtype=np.float32) - np.clip(centres, 0, length - 1)[:, None]) * np.float32(1 / sigma)
    weights = np.exp(-0.5 * np.square(distance))
    return weights / weights.sum(axis=1, keepdims=True)


def resample(image: np.ndarray, rows: int, columns: int, blur: float, offset: tuple[float, float]) -> np.ndarray:
    """float32 [h, w, 3] -> [rows, columns, 3]."""
    height, width = image.shape[:2]
    down = resampling(height, rows, blur, offset[0]) @ image.reshape(height, width * 3)
    across = resampling(width, columns, blur, offset[1])
    channels = down.reshape(rows, width, 3).transpose(0, 2, 1).reshape(rows * 3, width) @ across.T
    return channels.reshape(rows, 3, columns).transpose(0, 2, 1)


def project(image: np.ndarray, camera: VideoCamera, columns: int) -> np.ndarray:
    """The light on the sensor, float32 [camera.rows, columns, 3]. Interlaced fields see the scene at two moments."""
    down, right = camera.motion_pixels
    steps = np.linspace(-0.5, 0.5, PATH_STEPS) if down or right else np.zeros(1)

    def field(shift: float) -> np.ndarray:
        parts = [resample(image, camera.rows, columns, camera.blur_pixels, (down * s, right * s + shift))
                 for s in steps]
        return sum(parts[1:], parts[0]) / len(parts)

    light = field(-camera.interlaced / 2)
    if camera.interlaced:
        light[1::2] = field(camera.interlaced / 2)[1::2]
    return light


def scatter(light: np.ndarray, camera: VideoCamera) -> np.ndarray:
    """Uneven light over the crop, haze, vignetting and the glow around what is brighter than white."""
    rows, columns = light.shape[:2]
    if camera.veil:
        light = light * (1 - camera.veil) + light.mean((0, 1)) * camera.veil
    if camera.vignette or any(camera.uneven):
        y = np.linspace(-1, 1, rows, dtype=np.float32)[:, None, None]
        x = np.linspace(-1, 1, columns, dtype=np.float32)[None, :, None]
        fall = 1 + camera.uneven[0] * y + camera.uneven[1] * x - camera.vignette * (y * y + x * x) / 2
        light = light * np.maximum(fall, 0.05)
    return light


def glow(light: np.ndarray, bloom: float) -> np.ndarray:
    """Light over 0.8 of white spills over a fifth of the crop's width. After exposure."""
    spill = np.maximum(light - 0.8, 0)
    rows, columns = light.shape[:2]
    small = resample(spill, max(4, rows // 8), max(4, columns // 8), 1.0, (0, 0))
    return light + bloom * resample(small, rows, columns, 4.0, (0, 0))
