"""The video chain: from clean linear light to the crop a surveillance system stores."""

from .film import film
from .styles import STYLES, VideoCamera, sample_camera

__all__ = ["STYLES", "VideoCamera", "film", "sample_camera"]
