"""How near in meaning issues are: an encoder that runs on this machine, and what it said of each known issue."""
