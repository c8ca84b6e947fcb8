"""Makes the HTML template of the mails from its MJML: ``python -m services.notify.compile_templates``.

Run it after a change of ``letter.mjml.j2`` and commit the result: a running service needs no MJML.
"""

from pathlib import Path

import mrml

TEMPLATES = Path(__file__).parent / "templates"
SOURCE = TEMPLATES / "letter.mjml.j2"
COMPILED = TEMPLATES / "letter.html.j2"


def compiled() -> str:
    """The HTML that the MJML means; the Jinja marks in it are left as they are."""
    html: str = mrml.to_html(SOURCE.read_text(encoding="utf-8")).content
    return html.rstrip() + "\n"


if __name__ == "__main__":
    COMPILED.write_text(compiled(), encoding="utf-8")
