"""The match graph: what people search for, what they are shown, what they choose, and whether it worked.

    actors      who asked, without knowing who: salted, for a day
    scrubbing   what must not be kept of a query
    tokens      the signed leave to give feedback on what was served
    recording   searches and feedback into tables
    weighing    how much each choice counts (pure)
    clusters    which queries are one intent (pure)
    estimates   what an edge says, with its interval (pure)
    folding     events into intents and edges

The engine that answers is `ranking.match`; it knows none of these tables and is given what they add up to.
"""
