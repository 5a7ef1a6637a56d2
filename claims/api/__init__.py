"""What is one's own, for programs: /api/v1/me/, with a key."""
