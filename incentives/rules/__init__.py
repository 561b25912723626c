"""Formulas of incentives and value: pure functions from plain values; loading happens outside (HOUSE)."""
