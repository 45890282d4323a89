"""The lossless tree on fissix: tokenizer, grammar, parser, positions."""
