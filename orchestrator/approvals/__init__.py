"""Questions to people: who is asked, whose vote counts, when a question is answered. Pure."""
