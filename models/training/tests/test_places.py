"""Places stand where the camera leaves room, and are made of what the rasteriser knows."""

import math
import unittest
from random import Random

import numpy as np

from descry_training.places import KINDS, LIGHTS, sample_light, sample_occluders, sample_place
from descry_training.rendering.surface import Surface
from descry_training.rendering.texture import PATTERN_IDS

AZIMUTHS = (0.0, 1.1, math.pi, -2.0)


def triangles(surfaces: list[Surface]) -> int:
    return sum(2 * (s.points.shape[0] - 1) * (s.points.shape[1] - (0 if s.closed else 1)) for s in surfaces)


def places():
    for kind in KINDS:
        for number, azimuth in enumerate(AZIMUTHS):
            yield azimuth, sample_place(Random(f"{kind}{number}"), kind, azimuth)


class PlacesTest(unittest.TestCase):
    def test_same_seed_gives_the_same_place(self) -> None:
        first, second = (sample_place(Random(4), None, 0.3) for _ in range(2))
        self.assertEqual((first.kind, first.light, len(first.surfaces)),
                         (second.kind, second.light, len(second.surfaces)))
        for a, b in zip(first.surfaces, second.surfaces):
            np.testing.assert_array_equal(a.points, b.points)
            self.assertEqual(a.finish, b.finish)

    def test_surfaces_are_valid_and_light(self) -> None:
        for _, place in places():
            self.assertLess(triangles(place.surfaces), 6000, place.kind)
            for surface in place.surfaces:
                self.assertEqual(surface.points.dtype, np.float32)
                self.assertTrue(np.isfinite(surface.points).all())
                self.assertIn(surface.finish.pattern, PATTERN_IDS)
                self.assertEqual(surface.part, 0)
                for colour in (surface.finish.base, surface.finish.second or (0, 0, 0)):
                    self.assertTrue(all(0 <= channel <= 255 for channel in colour))

    def test_there_is_ground_under_the_person(self) -> None:
        for _, place in places():
            ground = [s for s in place.surfaces if np.abs(s.points[..., 2]).max() < 0.001]
            self.assertTrue(any((s.points.min((0, 1))[:2] < -1).all() and (s.points.max((0, 1))[:2] > 1).all()
                                for s in ground))

    def test_nothing_tall_stands_on_the_person_or_before_the_camera(self) -> None:
        for azimuth, place in places():
            towards = np.array((math.cos(azimuth), math.sin(azimuth)))
            for surface in place.surfaces:
                points = surface.points[surface.points[..., 2] > 0.3]
                along, across = points[:, :2] @ towards, points[:, :2] @ np.array((-towards[1], towards[0]))
                self.assertFalse(((along > -0.1) & (along < 3) & (np.abs(across) < 0.3)).any(), place.kind)

    def test_kinds_differ_indoors_and_outdoors(self) -> None:
        self.assertTrue(sample_place(Random(1), "corridor").indoor)
        self.assertFalse(sample_place(Random(1), "street").indoor)

    def test_lights_are_lit_and_point_up(self) -> None:
        for name in LIGHTS:
            for number in range(10):
                light = sample_light(Random(number), name)
                self.assertAlmostEqual(math.hypot(*light.sun_direction), 1.0, places=5)
                self.assertGreater(light.sun_direction[2], 0)
                self.assertTrue(all(0 < c < 1.6 for c in light.sun_colour + light.sky_colour + light.ground_colour))


class OccludersTest(unittest.TestCase):
    def test_they_stand_between_camera_and_person(self) -> None:
        for number in range(60):
            rng = Random(number)
            azimuth, distance, height = rng.uniform(0, math.tau), rng.uniform(4, 15), rng.uniform(1.8, 4)
            towards = np.array((math.cos(azimuth), math.sin(azimuth)))
            surfaces = sample_occluders(rng, (*(towards * distance), height), 1.7)
            middle = np.concatenate([s.points.reshape(-1, 3) for s in surfaces]).mean(0)
            self.assertGreater(middle[:2] @ towards, 0)
            self.assertLess(middle[:2] @ towards, distance)

    def test_same_seed_gives_the_same_occluder(self) -> None:
        first, second = (sample_occluders(Random(9), (3, 5, 2.5), 1.7) for _ in range(2))
        for a, b in zip(first, second):
            np.testing.assert_array_equal(a.points, b.points)


if __name__ == "__main__":
    unittest.main()
