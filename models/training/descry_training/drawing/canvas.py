"""Three aligned layers: surface colour, relief (how much light a place gets) and part (what it shows)."""

import math

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from ..colours import Rgb

Point = tuple[float, float]
EVEN_LIGHT = 128  # relief value that leaves the colour as it is


class Canvas:
    """Sizes and points in pixels. `light` is where the light comes from: -1 left .. 1 right."""

    def __init__(self, background: Image.Image, light: float):
        self.size = background.size
        self.light = light
        self.colour = background.copy()
        self.relief = Image.new("L", self.size, EVEN_LIGHT)
        self.part = Image.new("L", self.size, 0)
        self._colour = ImageDraw.Draw(self.colour)
        self._relief = ImageDraw.Draw(self.relief)
        self._part = ImageDraw.Draw(self.part)

    def polygon(self, points: list[Point], colour: Rgb, part: int, relief: int | None = EVEN_LIGHT) -> None:
        """`relief` None keeps the light of what is already there (a print on cloth). Nothing visible, nothing drawn."""
        if len(points) < 3:
            return
        self._colour.polygon(points, fill=colour)
        self._part.polygon(points, fill=part)
        if relief is not None:
            self._relief.polygon(points, fill=relief)

    def rounded(self, points: list[Point], colour: Rgb, part: int, depth: float = 1.0) -> None:
        """A closed outline that bulges towards the viewer: its edges are darker than its middle."""
        if len(points) < 3:
            return
        self.polygon(points, colour, part, round(EVEN_LIGHT - 34 * depth))
        middle_x = sum(x for x, _ in points) / len(points)
        half = max(abs(x - middle_x) for x, _ in points)
        for scale, level in ((0.78, 4), (0.5, 22)):
            shift = self.light * half * (1 - scale) * 0.6
            inner = [(middle_x + (x - middle_x) * scale + shift, y) for x, y in points]
            self._relief.polygon(inner, fill=round(EVEN_LIGHT + level * depth))

    def limb(self, start: Point, end: Point, start_radius: float, end_radius: float, colour: Rgb, part: int) -> None:
        """A tapered cylinder with round ends."""
        self.polygon(capsule(start, end, start_radius, end_radius), colour, part, EVEN_LIGHT - 32)
        for scale, level in ((0.72, 4), (0.38, 24)):
            shift = self.light * (1 - scale) * 0.5
            moved = [(x + shift * radius, y) for (x, y), radius in ((start, start_radius), (end, end_radius))]
            self._relief.polygon(capsule(*moved, start_radius * scale, end_radius * scale), fill=EVEN_LIGHT + level)

    def ellipse(self, centre: Point, radius_x: float, radius_y: float, colour: Rgb, part: int) -> None:
        self.rounded(ellipse(centre, radius_x, radius_y), colour, part)

    def line(self, points: list[Point], colour: Rgb, part: int, width: float) -> None:
        width = max(1, round(width))
        self._colour.line(points, fill=colour, width=width, joint="curve")
        self._part.line(points, fill=part, width=width)

    def darken(self, points: list[Point], strength: float) -> None:
        """Shadow on whatever is there; strength 0..1."""
        self._relief.polygon(points, fill=round(EVEN_LIGHT * (1 - strength)))

    def shaded(self, folds: np.ndarray, relief_strength: float) -> Image.Image:
        """Colour under light. `folds` [height, width] around 0 is added to the relief of drawn parts."""
        blur = max(0.6, self.size[1] / 110)
        relief = np.asarray(self.relief.filter(ImageFilter.BoxBlur(blur)), np.float32) / EVEN_LIGHT - 1
        drawn = np.asarray(self.part) > 0
        gain = 1 + relief * relief_strength + folds * drawn
        shaded = np.asarray(self.colour, np.float32) * gain[..., None]
        return Image.fromarray(np.clip(shaded, 0, 255).astype(np.uint8))


def ellipse(centre: Point, radius_x: float, radius_y: float, start: float = 0, end: float = 360) -> list[Point]:
    """Outline from `start` to `end` degrees, clockwise from the right."""
    steps = 16
    angles = [math.radians(start + (end - start) * i / steps) for i in range(steps + (end - start < 360))]
    return [(centre[0] + radius_x * math.cos(a), centre[1] + radius_y * math.sin(a)) for a in angles]


def capsule(start: Point, end: Point, start_radius: float, end_radius: float) -> list[Point]:
    direction = math.atan2(end[1] - start[1], end[0] - start[0])
    outline = []
    for centre, radius, base in ((end, end_radius, direction - math.pi / 2), (start, start_radius, direction + math.pi / 2)):
        outline += [(centre[0] + radius * math.cos(base + a), centre[1] + radius * math.sin(base + a))
                    for a in (0, math.pi / 4, math.pi / 2, 3 * math.pi / 4, math.pi)]
    return outline
