"""Blanks as odd as other people's programs make them."""

from io import BytesIO

from pypdf import PdfReader, PdfWriter, Transformation
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    RectangleObject,
    TextStringObject,
)

_LEFT, _BOTTOM = 20, 30
HIDDEN = 2


def laid_on_its_side(pdf: bytes) -> bytes:
    """Drawn sideways in the corner of a larger sheet, and shown upright and cut out by page entries alone."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf)))
    for page in writer.pages:
        width, height = float(page.mediabox.width), float(page.mediabox.height)
        page.add_transformation(Transformation((0, 1, -1, 0, height + _LEFT, _BOTTOM)), expand=False)
        page.mediabox = RectangleObject((0, 0, height + 2 * _LEFT, width + 2 * _BOTTOM))
        page.cropbox = RectangleObject((_LEFT, _BOTTOM, _LEFT + height, _BOTTOM + width))
        page[NameObject("/Rotate")] = NumberObject(90)
        for reference in page.get("/Annots", ()):
            field = reference.get_object()
            left, bottom, right, top = (float(edge) for edge in field["/Rect"])
            turned = (height + _LEFT - top, left + _BOTTOM, height + _LEFT - bottom, right + _BOTTOM)
            field[NameObject("/Rect")] = ArrayObject(map(FloatObject, turned))
    return _written(writer)


def blank(*fields: DictionaryObject, printed: str = "Form ODD-12 (01/2026)   Page 1 of 1", xfa: bool = False) -> bytes:
    """One page that prints a form line and captions, with those fields on it."""
    writer = PdfWriter()
    page = writer.add_blank_page(612, 792)
    font = DictionaryObject({NameObject(key): NameObject(value) for key, value in (
        ("/Type", "/Font"), ("/Subtype", "/Type1"), ("/BaseFont", "/Helvetica"))})  # fmt: skip
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/Font"): DictionaryObject({NameObject("/F"): writer._add_object(font)})}
    )
    said = (("Application for an odd policy", 72, 740), ("State", 72, 715), ("Amount paid", 72, 665), (printed, 72, 30))
    drawing = DecodedStreamObject()
    drawing.set_data("\n".join(f"BT /F 11 Tf {x} {y} Td ({text}) Tj ET" for text, x, y in said).encode())
    page[NameObject("/Contents")] = writer._add_object(drawing)
    form = DictionaryObject({NameObject("/Fields"): ArrayObject()})
    places = ArrayObject()
    for field in fields:
        reference = writer._add_object(field)
        form["/Fields"].append(reference)
        kids = [writer._add_object(kid) for kid in field.pop("/Kids", ())]
        for kid in kids:
            kid.get_object()[NameObject("/Parent")] = reference
        if kids:
            field[NameObject("/Kids")] = ArrayObject(kids)
        places.extend(kids or [reference])
    page[NameObject("/Annots")] = places
    if xfa:
        form[NameObject("/XFA")] = writer._add_object(DecodedStreamObject())
    writer.root_object[NameObject("/AcroForm")] = form
    return _written(writer)


def field(kind: str, name: str, box: tuple[int, int, int, int], **more: object) -> DictionaryObject:
    """A field that is its own place; ``more`` are further entries without their slash."""
    entries: dict[str, object] = {"Type": "/Annot", "Subtype": "/Widget", "FT": kind, "F": 4, **more}
    made = DictionaryObject({NameObject(f"/{key}"): _entry(value) for key, value in entries.items()})
    made[NameObject("/Rect")] = ArrayObject(map(FloatObject, box))
    if name:
        made[NameObject("/T")] = TextStringObject(name)
    return made


def boxes(name: str, **places: tuple[int, int, int, int]) -> DictionaryObject:
    """Boxes under one name that are no radio buttons, each with a state of its own."""
    kids = []
    for state, box in places.items():
        look = DictionaryObject({NameObject(f"/{state}"): DecodedStreamObject()})
        kid = field("/Btn", "", box, AS="/Off")
        del kid["/FT"]
        kid[NameObject("/AP")] = DictionaryObject({NameObject("/N"): look})
        kids.append(kid)
    group = DictionaryObject({NameObject("/FT"): NameObject("/Btn"), NameObject("/T"): TextStringObject(name)})
    group[NameObject("/Kids")] = ArrayObject(kids)
    return group


def _entry(value: object) -> object:
    if isinstance(value, int):
        return NumberObject(value)
    if isinstance(value, list):
        return ArrayObject(_entry(one) for one in value)
    text = str(value)
    return NameObject(text) if text.startswith("/") else TextStringObject(text)


def _written(writer: PdfWriter) -> bytes:
    out = BytesIO()
    writer.write(out)
    return out.getvalue()
