"""What is derived from facts: ranks, matches, comparisons, the weekly brief. Most of it can be deleted and rebuilt."""
