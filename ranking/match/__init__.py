"""From an intent in plain words to the artifacts whose capabilities serve it, with reasons, better with every choice.

What may be imported from here by others: `engine.Engine` answers, `index.build`, `index.extend` and `index.open_index`
make and read the files it answers from, `documents` and `choices` say what goes into them.
"""
