"""How facts come in: each source has a module that turns what it serves into records; `upsert` writes records.

    documents / http  ->  one module per source  ->  records  ->  upsert

To add a source, copy a neighbour, register it in `registry.py`, and run the contract tests on it.
"""
