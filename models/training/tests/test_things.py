"""Things carried, held and pushed on posed bodies."""

import unittest
from dataclasses import replace
from random import Random

import numpy as np

from descry_training.body.pose import sample_pose
from descry_training.body.shape import body_shape
from descry_training.body.skeleton import Skeleton, pose_skeleton
from descry_training.language.describable import SLOT_PARTS
from descry_training.people.person import (
    BAG_KINDS,
    CARRIES,
    HELD_KINDS,
    PUSHED_KINDS,
    Bag,
    Garment,
    Hair,
    Held,
    Paint,
    Person,
)
from descry_training.rendering.surface import Surface
from descry_training.things.bags import bag_surfaces
from descry_training.things.hands import hand_demands, settle_hands
from descry_training.things.held import held_surfaces
from descry_training.things.pushed import pushed_surfaces
from descry_training.things.umbrella import umbrella_surfaces

RED = Paint("red", (180, 30, 40))
BLACK = Paint("black", (25, 25, 28))


def person(age: str = "adult", **carried) -> Person:
    return Person(
        "woman",
        age,
        "average",
        "average",
        (205, 156, 122),
        Hair("short", BLACK),
        Garment("t-shirt", RED),
        None,
        Garment("trousers", BLACK),
        Garment("shoes", BLACK),
        **carried,
    )


def posed(who: Person, seed: int = 1, action: str = "walking") -> Skeleton:
    pose = sample_pose(Random(seed), action, hand_demands(who))
    return pose_skeleton(body_shape(who, Random(seed)), pose, 0.7)


def triangles(surfaces: list[Surface]) -> int:
    return sum(2 * (s.points.shape[0] - 1) * (s.points.shape[1] - (not s.closed)) for s in surfaces)


class ThingsTest(unittest.TestCase):
    def check(self, surfaces: list[Surface], skeleton: Skeleton, part: str, reach: float, limit: int) -> None:
        self.assertTrue(surfaces)
        self.assertLessEqual(triangles(surfaces), limit)
        self.assertIn(SLOT_PARTS[part], {surface.part for surface in surfaces})
        points = np.concatenate([surface.points.reshape(-1, 3) for surface in surfaces])
        self.assertTrue(np.isfinite(points).all())
        joints = np.stack(list(skeleton.joints.values()))
        ground = joints[:, 2].min()
        self.assertGreater(points[:, 2].min(), ground - 0.1)
        distance = np.linalg.norm(points[:, None] - joints[None], axis=2).min(1)
        self.assertLess(distance.min(), 0.35)
        self.assertLess(distance.max(), reach)

    def test_every_bag_however_carried(self) -> None:
        for kind in BAG_KINDS:
            for carry in CARRIES:
                for side, age, action in ((1, "adult", "walking"), (-1, "child", "standing")):
                    bag = Bag(kind, RED, carry, side, 1.0, BLACK if side == 1 else None, len(kind + carry))
                    who = person(age, bags=(bag,))
                    skeleton = posed(who, action=action)
                    with self.subTest(kind=kind, carry=carry, age=age):
                        self.check(bag_surfaces(bag, skeleton, Random(2)), skeleton, "bag", 1.0, 1600)

    def test_held_pushed_and_umbrella(self) -> None:
        for kind in HELD_KINDS:
            who = person(held=Held(kind, RED, -1))
            skeleton = posed(who)
            with self.subTest(kind=kind):
                self.check(held_surfaces(who.held, skeleton, Random(3)), skeleton, "held", 0.7, 300)
        for kind in PUSHED_KINDS:
            for rgb in ((180, 30, 40), (180, 30, 41)):
                who = person(pushed=Held(kind, Paint("red", rgb), 1))
                skeleton = posed(who)
                with self.subTest(kind=kind, rgb=rgb):
                    self.check(pushed_surfaces(who.pushed, skeleton, Random(3)), skeleton, "pushed", 1.6, 1200)
        who = person(umbrella=RED)
        skeleton = posed(who)
        surfaces = umbrella_surfaces(RED, skeleton, Random(4))
        self.check(surfaces, skeleton, "umbrella", 0.9, 600)
        self.assertGreater(max(s.points[..., 2].max() for s in surfaces), skeleton.joints["head_top"][2] + 0.15)

    def test_the_same_seeds_give_the_same_points(self) -> None:
        skeleton = posed(person())
        makers = (
            lambda rng: bag_surfaces(Bag("plastic bag", RED, "hand", detail=5), skeleton, rng),
            lambda rng: held_surfaces(Held("coat", BLACK), skeleton, rng),
            lambda rng: pushed_surfaces(Held("pushchair", RED), skeleton, rng),
            lambda rng: umbrella_surfaces(RED, skeleton, rng),
        )
        for seeded in (Random, np.random.default_rng):
            for make in makers:
                first, second = make(seeded(6)), make(seeded(6))
                self.assertEqual(len(first), len(second))
                for one, other in zip(first, second):
                    np.testing.assert_array_equal(one.points, other.points)

    def test_straps_show_in_front_of_a_backpack(self) -> None:
        bag = Bag("backpack", RED, "both shoulders", detail=4)
        skeleton = posed(person(bags=(bag,)))
        points = np.concatenate([s.points.reshape(-1, 3) for s in bag_surfaces(bag, skeleton, Random(1))])
        ahead = (points - skeleton.joints["chest"]) @ skeleton.facing
        self.assertGreater(ahead.max(), 0.08)
        self.assertLess(ahead.min(), -0.15)

    def test_straps_lie_on_thick_clothes(self) -> None:
        bag = Bag("shoulder bag", RED, "across", detail=4)
        skeleton = posed(person(bags=(bag,)))
        turns = np.linspace(0, 2 * np.pi, 24, endpoint=False)
        heights = np.linspace(-0.15, 0.25, 9)
        coat = np.array(
            [
                [
                    skeleton.joints["chest"]
                    + 0.24 * np.sin(turn) * skeleton.side
                    + 0.2 * np.cos(turn) * skeleton.facing
                    + (0, 0, height)
                    for turn in turns
                ]
                for height in heights
            ]
        )
        worn = [Surface(coat.astype(np.float32), bag_surfaces(bag, skeleton, Random(1))[0].finish, SLOT_PARTS["upper"])]

        def reach(surfaces: list[Surface]) -> float:
            return max(float(((s.points - skeleton.joints["chest"]) @ skeleton.facing).max()) for s in surfaces[-1:])

        self.assertGreater(reach(bag_surfaces(bag, skeleton, Random(1), worn)), 0.17)
        self.assertLess(reach(bag_surfaces(bag, skeleton, Random(1))), 0.17)

    def test_no_hand_holds_two_things(self) -> None:
        rng = Random(8)
        for _ in range(300):
            bags = tuple(
                Bag(rng.choice(BAG_KINDS), RED, rng.choice(CARRIES), rng.choice((1, -1)), detail=rng.randint(0, 99))
                for _ in range(rng.randint(0, 2))
            )
            held = Held(rng.choice(HELD_KINDS), RED, rng.choice((1, -1))) if rng.random() < 0.5 else None
            who = person(bags=bags, held=held, umbrella=RED if rng.random() < 0.2 and held is None else None)
            settled = settle_hands(who)
            self.assertEqual(settled, settle_hands(settled))
            demands = hand_demands(who)
            self.assertEqual(demands, hand_demands(settled))
            if held:
                self.assertEqual(demands["l" if held.side == 1 else "r"], held.kind)
            in_hand = [bag.side for bag in settled.bags if bag.carry in ("hand", "rolling")]
            if held and len(in_hand) == 1:
                self.assertNotEqual(in_hand[0], held.side)

    def test_demands(self) -> None:
        self.assertEqual(hand_demands(person()), {})
        self.assertEqual(hand_demands(person(umbrella=RED)), {"r": "umbrella"})
        self.assertEqual(hand_demands(person(pushed=Held("pushchair", RED))), {"l": "push", "r": "push"})
        self.assertEqual(hand_demands(person(pushed=Held("bicycle", RED, 1))), {"l": "push"})
        bag = Bag("suitcase", RED, "rolling", -1)
        self.assertEqual(hand_demands(person(bags=(bag,), held=Held("phone", RED, -1))), {"r": "phone", "l": "pull"})
        self.assertEqual(hand_demands(person(bags=(replace(bag, kind="handbag", carry="elbow"),))), {"r": "elbow"})


if __name__ == "__main__":
    unittest.main()
