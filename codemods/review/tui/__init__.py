"""The full-screen review, on Textual."""
