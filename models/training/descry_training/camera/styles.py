"""Named kinds of camera. Experiments hold some of them out, so the names stay as they are."""

import math
from dataclasses import replace
from random import Random

from .settings import Triple, VideoCamera

# Share of each style in a collection of crops from many systems.
STYLES = {"daylight": 40, "clean": 10, "indoor": 17, "dim": 8, "backlit": 5, "handheld": 6, "analogue": 10,
          "night": 2.5,
          "infrared": 1.5}


def _clipped(rng: Random, mean: float, deviation: float, low: float, high: float) -> float:
    return min(high, max(low, rng.gauss(mean, deviation)))


def _balance(rng: Random, warm: float, tint: float) -> Triple:
    """Error of the white balance: towards red or blue, green or magenta."""
    warmth, greenness = rng.gauss(0, warm), rng.gauss(0, tint)
    return (math.exp(warmth - greenness / 2), math.exp(greenness), math.exp(-warmth - greenness / 2))


def _crosstalk(rng: Random, amount: float) -> tuple[Triple, Triple, Triple]:
    """How one make of sensor mixes colours: rows sum to 1, so that greys stay grey."""
    rows = []
    for channel in range(3):
        others = [rng.gauss(0.02, amount) for _ in range(2)]
        row = others[:channel] + [1 - sum(others)] + others[channel:]
        rows.append(tuple(row))
    return tuple(rows)


def _usual(rng: Random) -> VideoCamera:
    """What all styles start from: a fair fixed camera outdoors in daylight."""
    rows = round(min(320, max(56, math.exp(rng.gauss(math.log(150), 0.4)))))
    stored_twice = rng.random() < 0.35
    qualities = tuple(rng.randint(*span) for span in (((35, 92), (70, 95)) if stored_twice else ((45, 95),)))
    return VideoCamera(
        style="daylight",
        rows=rows,
        blur_pixels=rng.uniform(0.0, 0.8) ** 2 * math.sqrt(rows / 150),
        veil=max(0.0, rng.gauss(0.0, 0.04)),
        vignette=rng.uniform(0, 0.12),
        uneven=(rng.gauss(0, 0.08), rng.gauss(0, 0.06)),
        target=0.29 * 2 ** rng.gauss(0, 0.35),
        automatic=rng.uniform(0.5, 0.95),
        exposure=2 ** rng.gauss(0, 0.3),
        balance=_balance(rng, *((0.18, 0.16) if rng.random() < 0.25 else (0.06, 0.03))),
        crosstalk=_crosstalk(rng, 0.04),
        shoulder=rng.uniform(0, 0.4),
        gamma=rng.uniform(1.9, 2.5),
        contrast=_clipped(rng, 1.08, 0.15, 0.7, 1.45),
        lift=max(0.0, rng.gauss(0.01, 0.03)),
        saturation=_clipped(rng, 1.0, 0.22, 0.45, 1.5),
        luma_noise=rng.uniform(0.0, 0.012),
        chroma_noise=rng.uniform(0, 0.006),
        denoise_pixels=rng.uniform(0.3, 0.6) if rng.random() < 0.25 else 0.0,
        sharpen=rng.uniform(0.3, 2.2) if rng.random() < 0.68 else 0.0,
        qualities=qualities,
        smear=rng.uniform(0.2, 0.9) if rng.random() < 0.3 else 0.0,
    )


def _daylight(camera: VideoCamera, rng: Random) -> VideoCamera:
    return camera


def _clean(camera: VideoCamera, rng: Random) -> VideoCamera:
    rows = rng.randint(140, 300)
    return replace(camera, rows=rows, blur_pixels=rng.uniform(0.1, 0.7), veil=0.0, uneven=(0.0, 0.0),
                   balance=_balance(rng, 0.03, 0.015), contrast=rng.uniform(0.95, 1.15), lift=0.0,
                   saturation=rng.uniform(0.85, 1.2), luma_noise=rng.uniform(0, 0.006), chroma_noise=0.0,
                   qualities=(rng.randint(82, 96),), smear=0.0)


def _indoor(camera: VideoCamera, rng: Random) -> VideoCamera:
    """Lamps the white balance does not quite follow, more gain."""
    return replace(camera, balance=_balance(rng, 0.12, 0.06), saturation=_clipped(rng, 0.95, 0.2, 0.45, 1.4),
                   luma_noise=rng.uniform(0.002, 0.02), chroma_noise=rng.uniform(0.001, 0.01),
                   blur_pixels=camera.blur_pixels + rng.uniform(0, 0.25),
                   uneven=(rng.gauss(0, 0.12), rng.gauss(0, 0.1)),
                   denoise_pixels=rng.uniform(0.3, 0.9) if rng.random() < 0.5 else 0.0)


def _dim(camera: VideoCamera, rng: Random) -> VideoCamera:
    """Shade, evening, weak lamps: dark, little colour, noise and the smoothing against it."""
    return replace(camera, target=0.09 * 2 ** rng.gauss(0, 0.4), saturation=rng.uniform(0.45, 0.95),
                   balance=_balance(rng, 0.12, 0.05), contrast=rng.uniform(0.85, 1.2), lift=rng.uniform(0, 0.05),
                   luma_noise=rng.uniform(0.006, 0.028), chroma_noise=rng.uniform(0.003, 0.016),
                   denoise_pixels=rng.uniform(0.3, 0.9), motion_pixels=(rng.gauss(0, 0.4), rng.gauss(0, 1.2)))


def _backlit(camera: VideoCamera, rng: Random) -> VideoCamera:
    """Exposed for a bright background: the person dark and flat under a veil, the rest burnt out."""
    return replace(camera, exposure=rng.uniform(0.45, 0.85), automatic=1.0, veil=rng.uniform(0.06, 0.22),
                   bloom=rng.uniform(0.2, 0.6), contrast=rng.uniform(0.85, 1.15), saturation=rng.uniform(0.5, 0.95),
                   lift=rng.uniform(0.0, 0.06))


def _handheld(camera: VideoCamera, rng: Random) -> VideoCamera:
    length, angle = rng.uniform(2.0, 7.0) * camera.rows / 160, rng.uniform(0, math.tau)
    return replace(camera, motion_pixels=(length * 0.6 * math.sin(angle), length * math.cos(angle)))


def _analogue(camera: VideoCamera, rng: Random) -> VideoCamera:
    """Composite video from a fixed camera, digitised later."""
    interlaced = rng.uniform(0.5, 2.0) * camera.rows / 150 * rng.choice((-1, 1)) if rng.random() < 0.35 else 0.0
    return replace(camera, rows=round(min(200, max(48, camera.rows * 0.85))), bleed_pixels=rng.uniform(0.8, 3.0),
                   ringing=rng.uniform(0.1, 0.6), interlaced=interlaced, balance=_balance(rng, 0.09, 0.05),
                   blur_pixels=camera.blur_pixels + 0.15, luma_noise=rng.uniform(0.004, 0.02),
                   chroma_noise=rng.uniform(0.003, 0.014), lift=rng.uniform(0, 0.07), saturation=rng.uniform(0.5, 1.3),
                   contrast=rng.uniform(0.85, 1.25), sharpen=rng.uniform(0, 1.2), crosstalk=_crosstalk(rng, 0.07))


def _night(camera: VideoCamera, rng: Random) -> VideoCamera:
    """Street lamps: dark surroundings, glowing lights, hardly any colour."""
    return replace(camera, target=0.045 * 2 ** rng.gauss(0, 0.4), saturation=rng.uniform(0.25, 0.75),
                   balance=_balance(rng, 0.2, 0.06), bloom=rng.uniform(0.1, 0.5), lift=rng.uniform(0, 0.07),
                   luma_noise=rng.uniform(0.015, 0.05), chroma_noise=rng.uniform(0.006, 0.026),
                   denoise_pixels=rng.uniform(0.4, 1.1), contrast=rng.uniform(0.85, 1.25), vignette=rng.uniform(0, 0.5),
                   motion_pixels=(rng.gauss(0, 0.6), rng.gauss(0, 2.0)))


def _infrared(camera: VideoCamera, rng: Random) -> VideoCamera:
    """Lamps at the camera, no colour; dyes reflect infrared almost alike, so clothes' brightness changes."""
    response = [rng.uniform(0.2, 1.0) for _ in range(3)]
    return replace(camera, infrared=tuple(r / sum(response) for r in response), vignette=rng.uniform(0.2, 0.7),
                   target=0.14 * 2 ** rng.gauss(0, 0.5), gamma=rng.uniform(2.2, 3.0), bloom=rng.uniform(0, 0.4),
                   luma_noise=rng.uniform(0.01, 0.04), chroma_noise=0.0, contrast=rng.uniform(0.8, 1.3))


_CHANGES = {"daylight": _daylight, "clean": _clean, "indoor": _indoor, "dim": _dim, "backlit": _backlit,
            "handheld": _handheld, "analogue": _analogue, "night": _night, "infrared": _infrared}


def sample_camera(rng: Random, styles: tuple[str, ...] | None = None) -> VideoCamera:
    """A camera of one of `styles` (all of STYLES by default), as often as they are met."""
    names = tuple(styles or STYLES)
    style = rng.choices(names, [STYLES[name] for name in names])[0]
    return replace(_CHANGES[style](_usual(rng), rng), style=style)
