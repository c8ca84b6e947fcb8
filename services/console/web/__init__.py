"""The console's web server: pages, forms and live changes, over the console's own tables."""
