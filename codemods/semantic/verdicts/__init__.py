"""The verdict on a site, with its reason."""
