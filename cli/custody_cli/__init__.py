"""The `custody` command: words in, one call of the library, words out."""
