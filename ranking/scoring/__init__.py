"""How a rank is computed: NumPy in, frozen dataclasses out; no database, no clock.

evidence       readings as columns          measures    from readings to values
tables         what is usual in a kind      agreement   cutting the unsupported, estimating the missing
formula        points, ranks and bands      trends      momentum and survival
configuration  the formula's numbers     ties        who ranks above whom
"""
