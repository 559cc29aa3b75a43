"""Learning reports: composed by a body from what `learning` lets out, approved, frozen, and sent to those concerned."""
