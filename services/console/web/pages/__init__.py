"""One module a page or a family of them: what is read, what is shown, what a form sends."""
