"""What the bot tells about itself over HTTP: its health, its numbers, and what it did and why."""
