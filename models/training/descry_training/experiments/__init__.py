"""Small runs that compare objectives, their strength against wrong captions, and sizes."""

from .command import main

__all__ = ["main"]
