"""Facts: what can happen to living material and what it makes true. Pure.

One file per noun holds its event bodies, its state and its `evolve` function; `model` says what an
event type is, `fold` turns events into state, `values` holds the spelling of numbers and dates.
"""
