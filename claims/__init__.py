"""People: who owns which artifact, what they may do, and what they see."""
