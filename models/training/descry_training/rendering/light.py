"""Light of a place: one sun (or lamp) and a sky above a ground."""

from dataclasses import dataclass

LinearRgb = tuple[float, float, float]


@dataclass(frozen=True)
class Light:
    """Colours are linear and relative: a white surface facing the sun under sun (1, 1, 1) has brightness 1."""

    sun_direction: tuple[float, float, float]  # towards the light
    sun_colour: LinearRgb
    sky_colour: LinearRgb
    ground_colour: LinearRgb
    sun_softness: float = 0.3  # 0 hard shadow edges .. 1 very soft
