"""Plays the stories of `sandbox/stories` over HTTP: what happens when, colleagues who answer, checks of how it ends."""
