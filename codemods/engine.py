"""For each recipe: files, sites, changes, plan; on an overlay of what earlier recipes changed."""
