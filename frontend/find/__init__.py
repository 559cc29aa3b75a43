"""Search everywhere: what was asked, the groups it is sought in, and the number that leads straight to its page."""
