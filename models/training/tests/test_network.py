import tempfile
import unittest
from pathlib import Path

import torch

from descry_training.export import IMAGE_OUTPUTS, TEXT_OUTPUTS, export
from descry_training.network import NetworkSettings, TwoTowers
from descry_training.network.selection import TokenSelection, most_attended
from descry_training.network.statistics import unremembered

TINY = dict(vocabulary=50, joint=32, image_height=64, image_width=24, channels=(8, 8, 16, 32), text_width=32,
            maximum_tokens=96)


def tiny(**changes: object) -> TwoTowers:
    torch.manual_seed(0)
    return TwoTowers(NetworkSettings(**{**TINY, **changes}))


def crops(count: int) -> torch.Tensor:
    return torch.randn(count, 3, 64, 24, generator=torch.Generator().manual_seed(1))


class Towers(unittest.TestCase):
    def test_shapes_and_lengths(self):
        for changes in ({}, {"depth": 1}, {"input_channels": 6}, {"instance_norm": True}, {"mix_style": 1.0},
                        {"text_depth": 2}, {"stripes": 4}):
            towers = tiny(**changes)
            for training in (True, False):
                towers.train(training)
                crop, selected, patches, log_variance = towers.image(crops(3))
                self.assertEqual(tuple(patches.shape), (3, 24, 32))
                self.assertEqual(tuple(log_variance.shape), (3, 32))
                for vectors in (crop, selected, patches):
                    torch.testing.assert_close(vectors.norm(dim=-1), torch.ones(vectors.shape[:-1]))

    def test_texts_of_any_length_are_finite(self):
        towers = tiny().eval()
        for ids in (torch.tensor([[7]]), torch.randint(1, 50, (2, 96)), torch.tensor([[0, 0, 0], [4, 0, 0]])):
            for output in towers.text(ids):
                self.assertTrue(output.isfinite().all())

    def test_padding_changes_nothing(self):
        towers = tiny(text_depth=2).eval()
        short = torch.tensor([[5, 9, 3, 8]])
        longer = torch.tensor([[5, 9, 3, 8, 0, 0, 0, 0, 0]])
        for expected, actual in zip(towers.text(short), towers.text(longer)):
            torch.testing.assert_close(actual, expected, atol=1e-5, rtol=0)

    def test_what_is_near_a_colour_counts(self):
        towers = tiny().eval()
        first, second = towers.text(torch.tensor([[5, 9, 6, 8], [6, 9, 5, 8]]))[0]
        self.assertGreater((first - second).norm().item(), 0.01)

    def test_dropped_cells_are_not_seen(self):
        towers = tiny().eval()
        kept = torch.zeros(1, 24, dtype=torch.bool)
        kept[:, :12] = True
        first = towers.image.cells(crops(1))
        other = first.clone()
        other[:, 12:] = 3.0
        seen, unseen = (towers.image.describe(cells, kept) for cells in (first, other))
        torch.testing.assert_close(seen.crops, unseen.crops)
        torch.testing.assert_close(seen.selected, unseen.selected)


class Selection(unittest.TestCase):
    def test_most_attended(self):
        attention = torch.tensor([[0.1, 0.5, 0.2, 0.2], [0.4, 0.3, 0.2, -1.0]])
        chosen = most_attended(attention, torch.tensor([[1.0], [2.0]]))
        self.assertEqual(chosen.tolist(), [[False, True, False, False], [True, True, False, False]])

    def test_training_and_use_agree(self):
        torch.manual_seed(0)
        selection = TokenSelection(16, 8)
        tokens, chosen = torch.randn(3, 10, 16), torch.rand(3, 10) < 0.4
        chosen[:, 0] = True
        # Without updates of the batch norm both ways are the same function.
        selection.norm.eval()
        selection.training = True
        trained = selection(tokens, chosen)
        selection.eval()
        torch.testing.assert_close(selection(tokens, chosen), trained)


class Statistics(unittest.TestCase):
    def test_unremembered_batches_leave_no_trace(self):
        towers = tiny().train()
        before = {key: value.clone() for key, value in towers.image.state_dict().items() if "running" in key}
        with unremembered(towers.image):
            towers.image(crops(4))
        after = towers.image.state_dict()
        for key, value in before.items():
            torch.testing.assert_close(after[key], value)
        towers.image(crops(4))
        self.assertTrue(any((towers.image.state_dict()[key] != value).any() for key, value in before.items()))


class Export(unittest.TestCase):
    def test_graphs_agree_with_torch(self):
        import onnx

        for changes in ({}, {"depth": 1, "input_channels": 6, "instance_norm": True}):
            with tempfile.TemporaryDirectory() as folder:
                image, text = Path(folder) / "image.onnx", Path(folder) / "text.onnx"
                self.assertLess(export(tiny(**changes), image, text), 1e-4)
                for path, names in ((image, IMAGE_OUTPUTS), (text, TEXT_OUTPUTS)):
                    graph = onnx.load(path).graph
                    self.assertEqual([output.name for output in graph.output], list(names))
                    self.assertNotIn("TopK", {node.op_type for node in graph.node})
