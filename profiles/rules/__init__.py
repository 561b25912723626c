"""Rules of the KOL file: pure functions from plain values. No models, no queries, no clock."""
