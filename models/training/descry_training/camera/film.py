"""From linear light to the stored crop."""

import numpy as np
from PIL import Image

from .optics import project, scatter
from .recording import analogue, record
from .sensor import develop, expose, process
from .settings import VideoCamera


def film(image: np.ndarray, camera: VideoCamera, rng: np.random.Generator, height: int) -> np.ndarray:
    """The picture as recorded, then scaled.

    image: float32 [h, w, 3] linear light, white about 1. Returns uint8 sRGB [height, width, 3], aspect ratio kept.
    """
    source_height, source_width = image.shape[:2]
    columns = max(8, round(source_width * camera.rows / source_height))
    light = scatter(project(np.asarray(image, np.float32), camera, columns), camera)
    values = process(develop(expose(light, camera), camera, rng), camera)
    if camera.bleed_pixels or camera.ringing:
        values = analogue(values, camera.bleed_pixels, camera.ringing)
    picture = Image.fromarray((np.clip(values, 0, 1) * 255 + 0.5).astype(np.uint8))
    picture = record(picture, camera, rng)
    width = max(1, round(source_width * height / source_height))
    if picture.size != (width, height):
        picture = picture.resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(picture)
