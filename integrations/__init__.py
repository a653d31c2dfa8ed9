"""The edges: the only code that touches network, disk, clock and environment."""
