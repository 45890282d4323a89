"""Which files matter: indexes over the text and the imports of a code base."""
