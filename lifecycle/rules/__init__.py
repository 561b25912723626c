"""Formulas of introduction: pure functions from plain values; loading happens in services (HOUSE)."""
