"""The two towers and the heads that only training needs."""

from .settings import NetworkSettings
from .towers import TwoTowers

__all__ = ["NetworkSettings", "TwoTowers"]
