"""The video chain does what each style's name says."""

import unittest
from dataclasses import replace
from random import Random

import numpy as np

from descry_training.camera import STYLES, VideoCamera, film, sample_camera
from descry_training.camera.sensor import expose


def scene() -> np.ndarray:
    """Linear light [256, 100, 3]: a red block over a blue one on grey, with fine vertical bars at the bottom."""
    image = np.full((256, 100, 3), 0.25, np.float32)
    image[40:120, 30:70] = (0.5, 0.03, 0.03)
    image[120:200, 30:70] = (0.03, 0.05, 0.4)
    image[210:250, ::2] = 0.05
    return image


def shot(camera: VideoCamera, height: int = 256) -> np.ndarray:
    return film(scene(), camera, np.random.default_rng(5), height).astype(np.float32)


def shots(style: str, count: int = 12) -> list[tuple[VideoCamera, np.ndarray]]:
    rng = Random(style)
    cameras = [sample_camera(rng, (style,)) for _ in range(count)]
    return [(camera, shot(camera)) for camera in cameras]


PLAIN = VideoCamera("clean", rows=256, blur_pixels=0.0, luma_noise=0.0, chroma_noise=0.0, qualities=(96,))


class CameraTest(unittest.TestCase):
    def test_names_of_styles_are_fixed(self) -> None:
        self.assertEqual(set(STYLES), {"daylight", "clean", "indoor", "dim", "backlit", "handheld", "analogue",
                                       "night", "infrared"})
        self.assertLessEqual((STYLES["night"] + STYLES["infrared"]) / sum(STYLES.values()), 0.06)

    def test_only_named_styles_are_sampled(self) -> None:
        rng = Random(1)
        self.assertEqual({sample_camera(rng, ("dim", "clean")).style for _ in range(40)}, {"dim", "clean"})

    def test_same_seeds_give_the_same_crop(self) -> None:
        for style in STYLES:
            (_, first), (_, second) = shots(style, 1) + shots(style, 1)
            np.testing.assert_array_equal(first, second)

    def test_shape_and_type(self) -> None:
        for height in (128, 256):
            crop = film(scene(), sample_camera(Random(3)), np.random.default_rng(0), height)
            self.assertEqual((crop.shape, crop.dtype), ((height, height * 100 // 256, 3), np.uint8))

    def test_odd_sizes_and_black_pictures(self) -> None:
        for style in STYLES:
            crop = film(np.zeros((61, 17, 3), np.float32), sample_camera(Random(style), (style,)),
                        np.random.default_rng(0), 99)
            self.assertEqual(crop.shape, (99, 28, 3))

    def test_colours_survive_daylight(self) -> None:
        for camera, crop in shots("daylight"):
            red, blue = crop[60:100, 40:60].mean((0, 1)), crop[140:180, 40:60].mean((0, 1))
            self.assertGreater(red[0] - red[2], blue[0] - blue[2] + 30, camera)

    def test_infrared_has_no_colour(self) -> None:
        for _, crop in shots("infrared"):
            self.assertLess(np.ptp(crop, axis=2).max(), 6)

    def test_dark_styles_are_darker(self) -> None:
        brightness = {s: np.mean([c.mean() for _, c in shots(s, 20)]) for s in ("daylight", "dim", "night", "backlit")}
        self.assertGreater(brightness["daylight"], brightness["dim"] + 10)
        self.assertGreater(brightness["dim"], brightness["night"])
        self.assertGreater(brightness["daylight"], brightness["backlit"])

    def test_night_is_noisier_than_clean(self) -> None:
        noise = {s: np.mean([np.abs(np.diff(c[:, :20], axis=0)).mean() for _, c in shots(s, 20)])
                 for s in ("clean", "night")}
        self.assertGreater(noise["night"], noise["clean"])

    def test_interlacing_separates_odd_and_even_rows(self) -> None:
        def comb(crop: np.ndarray) -> float:
            return float(np.abs(crop[61:101:2] - crop[60:100:2]).mean())

        self.assertGreater(comb(shot(replace(PLAIN, interlaced=3.0))), 4 * comb(shot(PLAIN)))

    def test_motion_blur_softens_vertical_bars(self) -> None:
        still, moved = shot(PLAIN)[215:245], shot(replace(PLAIN, motion_pixels=(0.0, 6.0)))[215:245]
        self.assertGreater(still.std(), 2 * moved.std())

    def test_analogue_colour_runs_over_edges(self) -> None:
        def redness(crop: np.ndarray) -> float:
            return float((crop[60:100, 72:75, 0] - crop[60:100, 72:75, 2]).mean())

        self.assertGreater(redness(shot(replace(PLAIN, bleed_pixels=3.0))), redness(shot(PLAIN)) + 10)

    def test_exposure_follows_the_surroundings(self) -> None:
        dim = expose(scene() * 0.1, PLAIN)
        self.assertGreater(dim.mean(), 3 * expose(scene() * 0.1, replace(PLAIN, automatic=0.0)).mean())
        self.assertLessEqual(expose(scene() * 50, PLAIN).max(), 1.0)

    def test_fewer_rows_lose_detail(self) -> None:
        self.assertGreater(shot(PLAIN)[215:245].std(), 2 * shot(replace(PLAIN, rows=64))[215:245].std())


if __name__ == "__main__":
    unittest.main()
