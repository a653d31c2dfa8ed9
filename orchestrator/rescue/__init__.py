"""What becomes of a move that somebody chose to save a promise: it is put to people, done whole, or taken back."""
