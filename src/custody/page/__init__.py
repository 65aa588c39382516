"""The verifier page: one HTML file that judges a custody bundle in a browser, without a network.

`build.build` assembles it from `js/` (evidence written by hand, a second implementation), the law
translated from Python (`law`), the vendored ML-DSA-44 (`vendor/`) and the facts of the contract.
"""
