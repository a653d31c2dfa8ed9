"""How well it is foretold that a promise of time breaks, on public data."""
