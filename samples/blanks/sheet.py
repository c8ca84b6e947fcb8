"""The pen: draws a described form from top to bottom and remembers every field's place and meaning."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO

from reportlab.lib.colors import HexColor, black
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from samples.blanks.acroform import Rectangle, Widget, with_fields
from samples.blanks.description import ANSWERS, Ask, AskedQuestion, Cell, Head, Sign, Tick
from samples.blanks.looks import HEIGHT, MARGIN, WIDTH, Look
from schemas.carrier import FieldType, Form, FormField, Question

BUTTON = 8.5
FOOT = 40.0
BOTH_ANSWERS = 58.0
"""Width of the yes/no columns at the right of a question list."""


class DrawingError(Exception):
    """A description does not fit its paper; the message names the form and page."""


@dataclass(frozen=True)
class DrawnForm:
    """A blank as it goes to the carrier's folder."""

    form: Form
    pdf: bytes


@dataclass
class Sheet:
    """One form while it is being drawn; :meth:`finish` closes it."""

    look: Look
    head: Head
    _bytes: BytesIO = field(default_factory=BytesIO)
    _page: int = 0
    _y: float = 0
    _widgets: list[Widget] = field(default_factory=list)
    _fields: dict[str, FormField] = field(default_factory=dict)
    _lifestyle: dict[str, Question] = field(default_factory=dict)
    _medical: dict[str, Question] = field(default_factory=dict)
    _implied: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._canvas = Canvas(self._bytes, pagesize=(WIDTH, HEIGHT), invariant=1, pageCompression=1)
        self._canvas.setTitle(f"{self.look.company}: {self.head.title} ({self.head.printed})")
        self._canvas.setAuthor(self.look.company)
        self._canvas.setSubject("Fictional sample form")

    def page(self) -> None:
        """Starts the next page."""
        self._end_page()
        self._page += 1
        self._y = self.look.header(self._canvas, self.head, self._page)
        self.look.footer(self._canvas, self.head, self._page)

    def section(self, number: str, title: str) -> None:
        self._y -= 6
        self.look.section(self._canvas, self._y, number, title)
        self._y -= self.look.section_height

    def text(self, words: str, size: float = 8, bold: bool = False) -> None:
        """A paragraph over the whole width."""
        font = self.look.bold_font if bold else self.look.text_font
        self._canvas.setFont(font, size)
        self._canvas.setFillColor(black)
        for line in simpleSplit(words, font, size, WIDTH - 2 * MARGIN - 4):
            self._y -= size * 1.25
            self._canvas.drawString(MARGIN + 2, self._y, line)
        self._y -= size * 0.5

    def row(self, *cells: Cell, height: float | None = None) -> None:
        """Cells side by side over the whole width, each with its caption."""
        lines = max((cell.lines for cell in cells if isinstance(cell, Ask)), default=1)
        height = height or self.look.row_height + (lines - 1) * 11.5
        for cell, (left, right) in zip(cells, self._spread([c.width for c in cells]), strict=True):
            caption = cell.label if isinstance(cell, Sign) or cell.caption is None else cell.caption
            inner = self.look.field_box(self._canvas, (left, self._y - height, right, self._y), caption)
            self._place(cell, inner)
        self._y -= height

    def table(self, heads: Sequence[tuple[str, float]], rows: Sequence[Sequence[Cell]], lead: float = 0) -> None:
        """Numbered rows (``lead`` points for the number) under one head of captions."""
        spans = self._spread([width for _, width in heads], lead)
        self._y -= 9
        for (caption, _), (left, _) in zip(heads, spans, strict=True):
            self.look.caption(self._canvas, left + 1, self._y + 1.5, caption)
        height = self.look.table_row_height
        for number, cells in enumerate(rows, start=1):
            if lead:
                self._canvas.setFont(self.look.bold_font, 8.5)
                self._canvas.setFillColor(self.look.ink)
                self._canvas.drawString(MARGIN + 3, self._y - height / 2 - 3, str(number))
            for cell, (left, right) in zip(cells, spans, strict=True):
                self._place(cell, self.look.table_cell(self._canvas, (left, self._y - height, right, self._y)))
            self._y -= height
        self._y -= 3

    def questions(self, root: str, prefix: str, asked: Sequence[AskedQuestion], radio: bool) -> None:
        """A numbered list with Yes and No at the right; ``root`` is ``lifestyle`` or ``medical``."""
        on_file = self._medical if root == "medical" else self._lifestyle
        right = WIDTH - MARGIN
        self._canvas.setFillColor(self.look.ink)
        self._canvas.setFont(self.look.bold_font, 7.5)
        answers = ANSWERS[self.head.language]
        for (_, said), centre in zip(answers, (right - BOTH_ANSWERS + 14, right - 16), strict=True):
            self._canvas.drawCentredString(centre, self._y - 8, said)
        self._y -= 11
        for place, question in enumerate(asked):
            on_file[question.id] = question.on_file
            lines = simpleSplit(question.text, self.look.text_font, 8.4, right - MARGIN - BOTH_ANSWERS - 36)
            height = len(lines) * 10.2 + self.look.question_padding
            if place % 2 == 0:
                self._canvas.setFillColor(self.look.tint)
                self._canvas.rect(MARGIN, self._y - height, right - MARGIN, height, stroke=0, fill=1)
            self._question_text(question.number, lines, height)
            tick = Tick(
                f"{prefix}{question.number if not radio else question.id}",
                f"{root}.{question.id}",
                f"Question {question.number}: {question.topic if self.head.language == 'en' else question.text}",
                answers,
                radio=radio,
            )
            middle = self._y - height / 2
            for (value, label), centre in zip(tick.options, (right - BOTH_ANSWERS + 14, right - 16), strict=True):
                box = (centre - BUTTON / 2, middle - BUTTON / 2, centre + BUTTON / 2, middle + BUTTON / 2)
                self._button(tick, value, label, box)
            self._y -= height

    def _question_text(self, number: str, lines: Sequence[str], height: float) -> None:
        first = self._y - (height - len(lines) * 10.2) / 2 - 8
        self._canvas.setFillColor(self.look.ink)
        self._canvas.setFont(self.look.bold_font, 8.4)
        self._canvas.drawString(MARGIN + 4, first, number)
        self._canvas.setFillColor(black)
        self._canvas.setFont(self.look.text_font, 8.4)
        for line_number, line in enumerate(lines):
            self._canvas.drawString(MARGIN + 28, first - line_number * 10.2, line)

    def imply(self, path: str, value: str) -> None:
        """Notes what the place on the form says by itself."""
        self._implied[path] = value

    def gap(self, points: float) -> None:
        self._y -= points

    def finish(self) -> DrawnForm:
        """The drawn form with its description."""
        self._end_page()
        if self._page != self.head.page_count:
            raise DrawingError(
                f"{self.head.id}: {self._page} pages drawn, {self.head.page_count} are announced on each page"
            )
        self._canvas.save()
        form = Form(
            id=self.head.id,
            kind=self.head.kind,
            number=self.head.number,
            edition=self.head.edition,
            printed=self.head.printed,
            title=self.head.title,
            language=self.head.language,
            accepted_from=self.head.accepted_from,
            accepted_to=self.head.accepted_to,
            page_count=self.head.page_count,
            dated=self.head.dated,
            due_when_yes=self.head.due_when_yes,
            lifestyle=self._lifestyle,
            medical=self._medical,
            implied=self._implied,
            fields=self._fields,
        )
        return DrawnForm(form=form, pdf=with_fields(self._bytes.getvalue(), self._widgets, self.head.language))

    def _end_page(self) -> None:
        if self._page == 0:
            return
        if self._y < FOOT:
            raise DrawingError(f"{self.head.id}, page {self._page}: {FOOT - self._y:.0f} points too much for the page")
        self._canvas.showPage()

    def _spread(self, widths: Sequence[float], lead: float = 0) -> list[tuple[float, float]]:
        """Left and right edges of columns with these shares of the width."""
        left, room, spans = MARGIN + lead, WIDTH - 2 * MARGIN - lead, []
        for width in widths:
            right = left + room * width / sum(widths)
            spans.append((left, right))
            left = right
        return spans

    def _place(self, cell: Cell, inner: Rectangle) -> None:
        match cell:
            case Ask():
                self._ask(cell, inner)
            case Tick():
                self._tick(cell, inner)
            case Sign():
                self._canvas.setFillColor(HexColor("#9a2f2f"))
                self._canvas.setFont("Helvetica-Bold", 8)
                self._canvas.drawString(inner[0] + 2, inner[1] + 3, "x")
                # The zone begins right of the printed x, so that only ink of the signer is in it.
                zone = (inner[0] + 10, inner[1], inner[2], inner[3])
                self._remember(cell.name, cell.means, FieldType.SIGNATURE, cell.label)
                self._widgets.append(Widget(cell.name, self._page - 1, zone, "signature", cell.label))

    def _ask(self, cell: Ask, inner: Rectangle) -> None:
        if cell.cells:
            self._comb(inner, cell.cells)
        self._remember(cell.name, cell.means, cell.type, cell.label)
        self._widgets.append(
            Widget(
                cell.name,
                self._page - 1,
                inner,
                "text",
                cell.label,
                required=cell.required,
                multiline=cell.lines > 1,
                cells=cell.cells,
            )
        )

    def _comb(self, inner: Rectangle, cells: int) -> None:
        left, bottom, right, top = inner
        self._canvas.setStrokeColor(HexColor("#c3cdc8"))
        self._canvas.setLineWidth(0.4)
        for cell in range(1, cells):
            x = left + (right - left) * cell / cells
            self._canvas.line(x, bottom, x, bottom + (top - bottom) * 0.45)

    def _tick(self, cell: Tick, inner: Rectangle) -> None:
        left, bottom, right, top = inner
        x, middle = left + 3, (bottom + top) / 2
        for value, label in cell.options:
            self._button(cell, value, label, (x, middle - BUTTON / 2, x + BUTTON, middle + BUTTON / 2))
            self._canvas.setFillColor(black)
            self._canvas.setFont(self.look.text_font, 8)
            self._canvas.drawString(x + BUTTON + 2.5, middle - 2.8, label)
            x += BUTTON + 2.5 + stringWidth(label, self.look.text_font, 8) + 9
        if x - 9 > right + 0.5:
            raise DrawingError(f"{self.head.id}, page {self._page}: {cell.label} is {x - 9 - right:.0f} pt wide")

    def _button(self, cell: Tick, value: str, label: str, box: Rectangle) -> None:
        self.look.button(self._canvas, box, cell.radio)
        said = f"{cell.label}: {label}"
        if cell.radio:
            export = str([option for option, _ in cell.options].index(value) + 1)
            self._remember(f"{cell.name}={export}", cell.means, FieldType.CHECKBOX, said, value)
            self._widgets.append(Widget(cell.name, self._page - 1, box, "radio", cell.label, export=export))
        else:
            name = f"{cell.name}_{''.join(word.capitalize() for word in value.replace('-', '_').split('_'))}"
            self._remember(name, cell.means, FieldType.CHECKBOX, said, value)
            self._widgets.append(Widget(name, self._page - 1, box, "check", said))

    def _remember(self, name: str, means: str, kind: FieldType, label: str, value: str | None = None) -> None:
        if name in self._fields:
            raise DrawingError(f"{self.head.id}: two fields are named {name}")
        self._fields[name] = FormField(means=means, type=kind, label=label, value=value)
