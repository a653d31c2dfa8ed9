"""Questions at a gate that are alike: one card for them, and several approved at once, each with its own answer."""
