"""Where people are seen: ground, walls, furniture and light of streets, stations and shops."""

from .lights import LIGHTS, sample_light
from .occluders import sample_occluders
from .place import KINDS, Place, sample_place

__all__ = ["KINDS", "LIGHTS", "Place", "sample_light", "sample_occluders", "sample_place"]
