"""How a rank is computed: NumPy in, frozen dataclasses out; no database, no clock. In the order of the way of the data:

- sifting: which readings are used; evidence: readings as columns;
- measures: from readings to values; tables: what is usual in a kind, so that values become normal scores;
- agreement: cutting what nothing supports, estimating what is missing;
- formula: points, ranks and bands; trends: momentum and survival; ties: who ranks above whom;
- configuration: the numbers of all that.
"""
