"""What a surveillance camera does to light: exposure, colour, night mode, blur, low resolution, noise, JPEG."""

import io
from dataclasses import dataclass
from random import Random

import numpy as np
from PIL import Image, ImageFilter


@dataclass(frozen=True)
class Camera:
    exposure: float = 1.0
    gamma: float = 1.0
    contrast: float = 1.0  # around mid grey; below 1 is haze
    lift: float = 0.0  # added to every channel, 0..255
    balance: tuple[float, float, float] = (1.0, 1.0, 1.0)  # gain of red, green, blue
    saturation: float = 1.0
    infrared: bool = False
    vertical_light: float = 0.0  # relative change of light from top to bottom
    blur: float = 0.0  # radius as a fraction of the crop's height
    smear: float = 0.0  # horizontal motion blur, fraction of the crop's width
    luma_noise: float = 0.0  # standard deviation, 0..255
    chroma_noise: float = 0.0
    height: int = 128  # pixels across the crop's height on the sensor
    quality: int = 90  # JPEG
    sharpen: float = 0.0


def sample_camera(rng: Random) -> Camera:
    night = rng.random() < 0.15
    warm, tint = rng.gauss(0, 0.1), rng.gauss(0, 0.04)
    cast = rng.random() < 0.15
    if cast:
        warm, tint = rng.uniform(-0.25, 0.25), rng.uniform(-0.1, 0.1)
    exposure = 2 ** rng.gauss(-0.15, 0.42)
    return Camera(
        exposure=exposure * (0.6 if night else 1.0),
        gamma=2 ** rng.gauss(0, 0.25),
        contrast=rng.uniform(0.62, 1.25),
        lift=max(0.0, rng.gauss(0, 16)),
        balance=(1 + warm, 1 + tint, 1 - warm),
        saturation=rng.uniform(0.15, 0.6) if night else min(1.5, max(0.35, rng.gauss(0.9, 0.22))),
        infrared=rng.random() < 0.03,
        vertical_light=rng.gauss(0, 0.18),
        blur=abs(rng.gauss(0, 0.006)),
        smear=rng.uniform(0, 0.06) if rng.random() < 0.15 else 0.0,
        luma_noise=rng.uniform(0, 8.5) * (1.7 if night else 1),
        chroma_noise=rng.uniform(0, 4.5) * (1.7 if night else 1),
        height=round(2 ** rng.uniform(5.4, 7.8)),
        quality=rng.randint(28, 95),
        sharpen=rng.uniform(0, 1.2) if rng.random() < 0.3 else 0.0,
    )


def take(image: Image.Image, camera: Camera, generator: np.random.Generator) -> Image.Image:
    """The crop as recorded, `camera.height` pixels tall, aspect ratio kept."""
    width = max(10, round(image.width * camera.height / image.height))
    if camera.blur > 0.001:
        image = image.filter(ImageFilter.GaussianBlur(camera.blur * image.height))
    if camera.smear:
        image = image.filter(ImageFilter.BoxBlur((camera.smear * image.width, 0)))
    image = image.resize((width, camera.height), Image.Resampling.BILINEAR)
    light = np.asarray(image, np.float32) / 255
    light *= np.asarray(camera.balance, np.float32) * camera.exposure
    light *= np.linspace(1 - camera.vertical_light, 1 + camera.vertical_light, camera.height, dtype=np.float32)[:, None, None]
    light = np.clip(light, 0, 1.6) ** camera.gamma
    grey = light @ np.asarray((0.3, 0.59, 0.11), np.float32)
    light = grey[..., None] + (light - grey[..., None]) * (0.0 if camera.infrared else camera.saturation)
    values = ((light - 0.5) * camera.contrast + 0.5) * 255 + camera.lift
    values += generator.normal(0, 1, (camera.height, width, 1)) * camera.luma_noise
    if not camera.infrared:
        values += generator.normal(0, 1, (camera.height, width, 3)) * camera.chroma_noise
    image = Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))
    if camera.sharpen:
        image = image.filter(ImageFilter.UnsharpMask(1.2, round(camera.sharpen * 100), 0))
    return image


def compress(image: Image.Image, quality: int) -> Image.Image:
    """Through JPEG and back."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return Image.open(io.BytesIO(buffer.getvalue())).convert("RGB")
