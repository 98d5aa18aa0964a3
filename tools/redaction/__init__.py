"""Measures the redaction helper: `make eval` (docs/redaction.md explains every figure)."""
