"""Little noise: which direct messages are held back, for how long, and how people are told of them in the end."""
