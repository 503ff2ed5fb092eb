import unittest
from dataclasses import replace
from random import Random

import numpy as np

from descry_training.body.hair import hair_surfaces
from descry_training.body.hands import hand_surfaces
from descry_training.body.head import head_surfaces
from descry_training.body.pose import sample_pose
from descry_training.body.shape import body_shape
from descry_training.body.skeleton import Skeleton, pose_skeleton
from descry_training.body.skull import Skull
from descry_training.clothes.facewear import facewear_surfaces
from descry_training.clothes.headwear import headwear_surfaces
from descry_training.clothes.shoes import shoe_surfaces
from descry_training.people.person import HAIR_STYLES, HEADWEAR_KINDS, SHOE_KINDS, Garment, Hair, Paint, Person
from descry_training.people.sample import sample_person
from descry_training.rendering.surface import Surface

RED = Paint("red", (170, 40, 40))


def _person(seed: int, **changes) -> Person:
    bare = {"headwear": None, "mask": None, "scarf": None, "eyewear": None, "headphones": None, "beard": False}
    return replace(sample_person(Random(seed)), **{**bare, **changes})


def _skeleton(person: Person, seed: int) -> Skeleton:
    pose = replace(sample_pose(Random(seed), "walking", {}), gesture="relaxed")
    return pose_skeleton(body_shape(person, Random(seed)), pose, 0.7)


def _triangles(surfaces: list[Surface]) -> int:
    return sum(2 * (s.points.shape[0] - 1) * (s.points.shape[1] - (not s.closed)) for s in surfaces)


class HeadTest(unittest.TestCase):
    def _within(self, surfaces: list[Surface], joints: list[np.ndarray], reach: float) -> None:
        for surface in surfaces:
            self.assertEqual(surface.points.dtype, np.float32)
            self.assertTrue(np.isfinite(surface.points).all())
            away = [np.linalg.norm(surface.points - joint, axis=-1) for joint in joints]
            self.assertLess(np.min(away, axis=0).max(), reach)

    def _face_is_free(self, person: Person, skeleton: Skeleton, surfaces: list[Surface]) -> None:
        """No point lies in front of eyes, nose and mouth."""
        skull = Skull.of(person, skeleton)
        for surface in surfaces:
            local = (surface.points - skull.centre) @ skull.basis
            ahead = (local[..., 1] > 0.8 * skull.half_depth) & (np.abs(local[..., 0]) < 0.5 * skull.half_width)
            face = ahead & (local[..., 2] > -0.4 * skull.height) & (local[..., 2] < 0.03 * skull.height)
            self.assertFalse(face.any())

    def test_hair_sits_on_the_head_and_leaves_the_face_free(self):
        for seed in range(12):
            for style in HAIR_STYLES:
                person = _person(seed, hair=Hair(style, Paint("brown", (82, 56, 38))))
                skeleton = _skeleton(person, seed)
                surfaces = hair_surfaces(person, skeleton)
                self.assertEqual(bool(surfaces), style != "bald", style)
                self._within(surfaces, [skeleton["head"], skeleton["chest"]], 0.45)
                self._face_is_free(person, skeleton, surfaces)
                self.assertLess(_triangles(surfaces + head_surfaces(person, skeleton)), 1600)

    def test_headwear_covers_the_crown_and_leaves_the_face_free(self):
        for seed in range(12):
            for kind in HEADWEAR_KINDS:
                person = _person(seed, headwear=Garment(kind, RED, detail=seed))
                skeleton = _skeleton(person, seed)
                surfaces = headwear_surfaces(person, skeleton)
                self._within(surfaces, [skeleton["head"], skeleton["chest"]], 0.45)
                self._face_is_free(person, skeleton, surfaces)
                up = skeleton.head_basis[:, 2]
                highest = max(((s.points - skeleton["head_top"]) @ up).max() for s in surfaces)
                self.assertGreater(highest, 0.004, kind)

    def test_face_wear_and_the_bare_head_stay_near_the_head(self):
        for seed in range(12):
            eyewear = ("glasses", "sunglasses")[seed % 2]
            person = _person(seed, mask=RED, scarf=RED, headphones=RED, beard=True, eyewear=eyewear)
            skeleton = _skeleton(person, seed)
            self._within(head_surfaces(person, skeleton), [skeleton["head"]], 0.2)
            self._within(facewear_surfaces(person, skeleton), [skeleton["head"], skeleton["chest"]], 0.4)

    def test_shoes_and_hands_stay_near_their_joints(self):
        for seed in range(12):
            for kind in SHOE_KINDS:
                person = _person(seed, socks=RED if seed % 2 else None, gloves=RED if seed % 3 else None)
                person = replace(person, shoes=replace(person.shoes, kind=kind))
                skeleton = _skeleton(person, seed)
                feet = [skeleton[f"{joint}_{side}"] for side in "lr" for joint in ("toe", "heel", "ankle", "knee")]
                surfaces = shoe_surfaces(person, skeleton)
                self._within(surfaces, feet, 0.27)
                self.assertGreater(min(s.points[..., 2].min() for s in surfaces), -0.06)
                self._within(hand_surfaces(person, skeleton), [skeleton["hand_l"], skeleton["hand_r"]], 0.2)

    def test_the_same_person_looks_the_same_twice(self):
        for seed in range(20):
            person = sample_person(Random(seed))
            skeleton = _skeleton(person, seed)
            for build in (head_surfaces, hair_surfaces, headwear_surfaces, facewear_surfaces, shoe_surfaces,
                          hand_surfaces):
                for first, second in zip(build(person, skeleton), build(person, skeleton), strict=True):
                    np.testing.assert_array_equal(first.points, second.points)
                    self.assertEqual(first.finish, second.finish)


if __name__ == "__main__":
    unittest.main()
