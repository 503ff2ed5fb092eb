"""What carries and stores the picture: analogue cable, then JPEG or video blocks."""

import io

import numpy as np
from PIL import Image, ImageFilter

from .optics import resampling
from .sensor import LUMA
from .settings import VideoCamera


def analogue(values: np.ndarray, bleed: float, ringing: float) -> np.ndarray:
    """Composite video: colour has little horizontal resolution and comes late; edges echo to the right."""
    grey = (values @ LUMA)[..., None]
    colour = values - grey
    if bleed:
        columns = colour.shape[1]
        colour = np.matmul(resampling(columns, columns, bleed, -bleed / 2), colour)
    if ringing:
        echo = np.diff(grey, axis=1, prepend=grey[:, :1])
        grey = grey + ringing * (np.roll(echo, 1, axis=1) * -0.7 + np.roll(echo, 3, axis=1) * 0.35)
    return grey + colour


def stored(image: Image.Image, quality: int, phase: tuple[int, int]) -> Image.Image:
    """Through JPEG and back; the blocks' grid starts `phase` pixels outside the crop, as it was cut from a frame."""
    left, top = phase
    framed = Image.new("RGB", (image.width + left, image.height + top))
    framed.paste(image)
    framed.paste(image, phase)
    buffer = io.BytesIO()
    framed.save(buffer, "JPEG", quality=quality, subsampling=2)
    return Image.open(buffer).convert("RGB").crop((left, top, left + image.width, top + image.height))


def record(image: Image.Image, camera: VideoCamera, rng: np.random.Generator) -> Image.Image:
    """Every storage in turn; a video decoder's deblocking filter wipes fine texture after the first."""
    for turn, quality in enumerate(camera.qualities):
        image = stored(image, quality, (int(rng.integers(8)), int(rng.integers(8))))
        if camera.smear and turn == 0:
            image = Image.blend(image, image.filter(ImageFilter.MedianFilter(3)), camera.smear)
    return image
