"""How each sample carrier's paper looks: colours, type, header and footer, section bars, field boxes."""

from abc import ABC, abstractmethod

from reportlab.lib.colors import Color, HexColor, white
from reportlab.pdfgen.canvas import Canvas

from samples.blanks.acroform import Rectangle
from samples.blanks.description import PAGES, Head

WIDTH, HEIGHT = 612.0, 792.0
"""US Letter, points."""
MARGIN = 36.0
GREY = HexColor("#555555")


class Look(ABC):
    """A carrier's house style."""

    company: str
    address: str
    ink: Color
    tint: Color
    caption_font = "Helvetica"
    caption_size = 6.4
    text_font = "Helvetica"
    bold_font = "Helvetica-Bold"
    row_height = 26.0
    """A row of single-line fields with their captions."""
    table_row_height = 20.0
    section_height = 17.0
    question_padding = 7.0
    """Room above and below a question's lines together."""

    def footer(self, canvas: Canvas, head: Head, page: int) -> None:
        """Form, edition and page in one line of text: each page alone says what it is."""
        canvas.setStrokeColor(self.ink)
        canvas.setLineWidth(0.6)
        canvas.line(MARGIN, 34, WIDTH - MARGIN, 34)
        canvas.setFillColor(GREY)
        canvas.setFont(self.text_font, 7.5)
        canvas.drawString(MARGIN, 24, head.printed)
        canvas.drawCentredString(WIDTH / 2, 24, self.address)
        canvas.drawRightString(WIDTH - MARGIN, 24, PAGES[head.language].format(page, head.page_count))

    @abstractmethod
    def header(self, canvas: Canvas, head: Head, page: int) -> float:
        """Draws the top of a page; returns the height at which the content starts."""

    @abstractmethod
    def section(self, canvas: Canvas, top: float, number: str, title: str) -> None:
        """Draws a section's heading in the ``section_height`` points under ``top``."""

    @abstractmethod
    def field_box(self, canvas: Canvas, outer: Rectangle, caption: str) -> Rectangle:
        """Draws a captioned field; returns the part to write in."""

    @abstractmethod
    def table_cell(self, canvas: Canvas, outer: Rectangle) -> Rectangle:
        """Draws a table's cell, its caption being in the table's head; returns the part to write in."""

    def button(self, canvas: Canvas, box: Rectangle, radio: bool) -> None:
        """Draws an empty box or circle to tick."""
        left, bottom, right, top = box
        canvas.setLineWidth(0.8)
        canvas.setStrokeColor(HexColor("#333333"))
        canvas.setFillColor(white)
        if radio:
            canvas.circle((left + right) / 2, (bottom + top) / 2, (right - left) / 2, stroke=1, fill=1)
        else:
            canvas.rect(left, bottom, right - left, top - bottom, stroke=1, fill=1)

    def caption(self, canvas: Canvas, x: float, y: float, text: str) -> None:
        canvas.setFillColor(HexColor("#333333"))
        canvas.setFont(self.caption_font, self.caption_size)
        canvas.drawString(x, y, text)


class Aldermoor(Look):
    """Green bands, white boxes with hairlines, captions inside the boxes."""

    company = "Aldermoor Life Insurance Company"
    address = "Aldermoor Life · 400 Alder Court, Des Moines, IA 50309 · fictional sample form"
    row_height = 28.0
    table_row_height = 21.0
    ink = HexColor("#1d4d3e")
    tint = HexColor("#eef4f1")

    def header(self, canvas: Canvas, head: Head, page: int) -> float:
        height = 54.0 if page == 1 else 30.0
        canvas.setFillColor(self.ink)
        canvas.rect(0, HEIGHT - height, WIDTH, height, stroke=0, fill=1)
        self._hills(canvas, MARGIN, HEIGHT - height / 2 - 9, 1.0 if page == 1 else 0.8)
        canvas.setFillColor(white)
        canvas.setFont("Helvetica-Bold", 13 if page == 1 else 9.5)
        canvas.drawString(MARGIN + 38, HEIGHT - height / 2 - 4, self.company)
        if page == 1:
            canvas.setFont("Helvetica-Bold", 12)
            canvas.drawRightString(WIDTH - MARGIN, HEIGHT - 25, head.title)
            canvas.setFont("Helvetica", 8.5)
            canvas.drawRightString(WIDTH - MARGIN, HEIGHT - 39, head.subtitle)
        else:
            canvas.setFont("Helvetica", 9)
            canvas.drawRightString(WIDTH - MARGIN, HEIGHT - height / 2 - 3, head.title)
        return HEIGHT - height - 10

    def _hills(self, canvas: Canvas, x: float, y: float, scale: float) -> None:
        canvas.saveState()
        canvas.translate(x, y)
        canvas.scale(scale, scale)
        for colour, points in (
            ("#7fb69f", ((0, 2), (11, 19), (22, 2))),
            ("#cfe5da", ((12, 2), (21, 13), (30, 2))),
        ):
            path = canvas.beginPath()
            path.moveTo(*points[0])
            for point in points[1:]:
                path.lineTo(*point)
            path.close()
            canvas.setFillColor(HexColor(colour))
            canvas.drawPath(path, stroke=0, fill=1)
        canvas.restoreState()

    def section(self, canvas: Canvas, top: float, number: str, title: str) -> None:
        canvas.setFillColor(self.ink)
        canvas.rect(MARGIN, top - 15, WIDTH - 2 * MARGIN, 15, stroke=0, fill=1)
        canvas.setFillColor(white)
        canvas.setFont("Helvetica-Bold", 9)
        canvas.drawString(MARGIN + 6, top - 11, f"Section {number}".strip() if number else "")
        canvas.drawString(MARGIN + (62 if number else 6), top - 11, title)

    def field_box(self, canvas: Canvas, outer: Rectangle, caption: str) -> Rectangle:
        left, bottom, right, top = outer
        self._box(canvas, outer)
        self.caption(canvas, left + 3, top - 7.5, caption)
        return left + 2, bottom + 1.5, right - 2, top - 9.5

    def table_cell(self, canvas: Canvas, outer: Rectangle) -> Rectangle:
        left, bottom, right, top = outer
        self._box(canvas, outer)
        return left + 2, bottom + 1.5, right - 2, top - 1.5

    def _box(self, canvas: Canvas, outer: Rectangle) -> None:
        left, bottom, right, top = outer
        canvas.setStrokeColor(HexColor("#7d8f88"))
        canvas.setLineWidth(0.6)
        canvas.rect(left, bottom, right - left, top - bottom, stroke=1, fill=0)


class Quillhaven(Look):
    """Serif headings in blue, lettered sections, captions above tinted fields ruled at the foot."""

    company = "Quillhaven Mutual Life"
    address = "Home office: 12 Haven Wharf, Portland, ME 04101 (fictional sample form)"
    ink = HexColor("#23395d")
    tint = HexColor("#f3f5fa")
    caption_size = 6.8
    text_font = "Times-Roman"
    bold_font = "Times-Bold"
    row_height = 32.0
    table_row_height = 24.0
    section_height = 22.0
    question_padding = 12.0

    def header(self, canvas: Canvas, head: Head, page: int) -> float:
        top = HEIGHT - 30
        self._quill(canvas, MARGIN, top - 16)
        canvas.setFillColor(self.ink)
        canvas.setFont("Times-Bold", 17 if page == 1 else 12)
        canvas.drawString(MARGIN + 24, top - 13, self.company)
        canvas.setFont("Times-Bold", 12 if page == 1 else 10)
        canvas.drawRightString(WIDTH - MARGIN, top - (6 if page == 1 else 13), head.title)
        if page == 1:
            canvas.setFont("Times-Italic", 9)
            canvas.drawRightString(WIDTH - MARGIN, top - 18, head.subtitle)
        canvas.setStrokeColor(self.ink)
        canvas.setLineWidth(1.8)
        canvas.line(MARGIN, top - 24, WIDTH - MARGIN, top - 24)
        canvas.setLineWidth(0.5)
        canvas.line(MARGIN, top - 27, WIDTH - MARGIN, top - 27)
        return top - 34

    def _quill(self, canvas: Canvas, x: float, y: float) -> None:
        canvas.saveState()
        canvas.translate(x, y)
        canvas.setFillColor(HexColor("#b08d3c"))
        path = canvas.beginPath()
        path.moveTo(2, 0)
        path.curveTo(1, 9, 8, 17, 18, 20)
        path.curveTo(16, 11, 11, 5, 4, 3)
        path.close()
        canvas.drawPath(path, stroke=0, fill=1)
        canvas.setStrokeColor(self.ink)
        canvas.setLineWidth(0.9)
        canvas.bezier(0, -3, 4, 4, 9, 11, 16, 18)
        canvas.restoreState()

    def section(self, canvas: Canvas, top: float, number: str, title: str) -> None:
        canvas.setFillColor(self.ink)
        canvas.roundRect(MARGIN, top - 16, 18, 15, 2, stroke=0, fill=1)
        canvas.setFillColor(white)
        canvas.setFont("Times-Bold", 11)
        canvas.drawCentredString(MARGIN + 9, top - 12.5, number)
        canvas.setFillColor(self.ink)
        canvas.drawString(MARGIN + 25, top - 12.5, title)
        canvas.setStrokeColor(self.ink)
        canvas.setLineWidth(0.7)
        canvas.line(MARGIN + 18, top - 16, WIDTH - MARGIN, top - 16)

    def field_box(self, canvas: Canvas, outer: Rectangle, caption: str) -> Rectangle:
        left, bottom, right, top = outer
        self.caption(canvas, left, top - 7, caption)
        return self._ruled(canvas, (left, bottom + 3, right - 4, top - 9.5))

    def table_cell(self, canvas: Canvas, outer: Rectangle) -> Rectangle:
        left, bottom, right, top = outer
        return self._ruled(canvas, (left, bottom + 2, right - 3, top - 1))

    def _ruled(self, canvas: Canvas, box: Rectangle) -> Rectangle:
        left, bottom, right, top = box
        canvas.setFillColor(self.tint)
        canvas.rect(left, bottom, right - left, top - bottom, stroke=0, fill=1)
        canvas.setStrokeColor(self.ink)
        canvas.setLineWidth(0.6)
        canvas.line(left, bottom, right, bottom)
        return left + 1, bottom + 0.8, right - 1, top
