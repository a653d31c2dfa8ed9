"""Who can do what is to be done, and when: availability, skills, load, and who is matched with what. Pure."""
