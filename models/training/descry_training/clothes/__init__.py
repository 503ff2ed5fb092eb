"""Clothes on a posed body."""
