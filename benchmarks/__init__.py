"""What the software costs beside a bare page and a bare statement (docs/performance.md)."""
