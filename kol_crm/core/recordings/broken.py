class Broken(ValueError):
    """A recording that cannot be followed to its end."""
