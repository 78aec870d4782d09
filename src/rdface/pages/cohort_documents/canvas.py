"""A drawing that becomes an SVG, and a PNG without any program that reads SVG."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from markupsafe import Markup

from rdface.pages.markup import element, number, together

if TYPE_CHECKING:
    from PIL import Image, ImageDraw

Anchor = Literal["start", "middle", "end"]
Point = tuple[float, float]
_FONT = "Helvetica, Arial, 'Liberation Sans', sans-serif"
_FINER = 2
"""The PNG is drawn so many times finer and then scaled down, for smooth edges."""


@dataclass(frozen=True)
class Polygon:
    """A closed shape."""

    points: Sequence[Point]
    fill: str
    line: str = ""
    width: float = 0.0


@dataclass(frozen=True)
class Circle:
    """A disc, or a ring where ``fill`` is empty."""

    centre: Point
    radius: float
    fill: str
    line: str
    width: float = 1.0
    opacity: float = 1.0


@dataclass(frozen=True)
class Text:
    """One line of text; ``at`` is where its baseline begins, has its middle, or ends."""

    at: Point
    text: str
    size: float
    colour: str = "#1a1d23"
    anchor: Anchor = "start"
    bold: bool = False


Shape = Polygon | Circle | Text


@dataclass
class Canvas:
    """Shapes in the order in which they are drawn, on white.

    Attributes:
        width: Units.
        height: Units.
        label: What the drawing shows, for those who hear it.
        shapes: Filled by the methods.
    """

    width: float
    height: float
    label: str
    shapes: list[Shape] = field(default_factory=list)

    def bar(self, left: float, top: float, wide: float, tall: float, fill: str) -> None:
        """Draw a filled rectangle."""
        right, bottom = left + wide, top + tall
        corners = ((left, top), (right, top), (right, bottom), (left, bottom))
        self.shapes.append(Polygon(corners, fill))

    def write(
        self,
        at: Point,
        text: str,
        size: float,
        *,
        colour: str = "#1a1d23",
        anchor: Anchor = "start",
        bold: bool = False,
    ) -> None:
        """Write a line of text."""
        self.shapes.append(Text(at, text, size, colour, anchor, bold))

    def to_svg(self) -> Markup:
        """The drawing as an SVG that names its namespace, so that it is a file by itself."""
        white = element("rect", width=self.width, height=self.height, fill="#ffffff")
        return element(
            "svg",
            element("title", self.label),
            white,
            together(_svg(shape) for shape in self.shapes),
            xmlns="http://www.w3.org/2000/svg",
            viewBox=f"0 0 {number(self.width)} {number(self.height)}",
            width=self.width,
            height=self.height,
            role="img",
            font_family=_FONT,
        )

    def to_png(self, scale: float = 2.0) -> bytes:
        """The drawing as a PNG of ``scale`` pixels a unit.

        Equal drawings give equal bytes under one version of Pillow, whose own font is used.
        """
        from PIL import Image, ImageDraw

        fine = scale * _FINER
        size = (round(self.width * fine), round(self.height * fine))
        picture = Image.new("RGB", size, "#ffffff")
        for shape in self.shapes:
            if isinstance(shape, Text):
                _draw_text(ImageDraw.Draw(picture), shape, fine)
            elif isinstance(shape, Polygon):
                _draw_polygon(ImageDraw.Draw(picture), shape, fine)
            else:
                _draw_circle(picture, shape, fine)
        small = picture.resize(
            (round(self.width * scale), round(self.height * scale)), Image.Resampling.LANCZOS
        )
        held = io.BytesIO()
        small.quantize(128, dither=Image.Dither.NONE).save(held, "PNG", optimize=True)
        return held.getvalue()


def _svg(shape: Shape) -> Markup:
    if isinstance(shape, Polygon):
        d = "M" + "L".join(f"{number(x)} {number(y)}" for x, y in shape.points) + "Z"
        return element(
            "path", d=d, fill=shape.fill, stroke=shape.line or "none", stroke_width=shape.width
        )
    if isinstance(shape, Circle):
        return element(
            "circle",
            cx=shape.centre[0],
            cy=shape.centre[1],
            r=shape.radius,
            fill=shape.fill or "none",
            fill_opacity=shape.opacity,
            stroke=shape.line,
            stroke_width=shape.width,
        )
    return element(
        "text",
        shape.text,
        x=shape.at[0],
        y=shape.at[1],
        font_size=shape.size,
        fill=shape.colour,
        text_anchor=shape.anchor,
        font_weight="bold" if shape.bold else "normal",
    )


def _draw_polygon(draw: ImageDraw.ImageDraw, shape: Polygon, fine: float) -> None:
    points = [(x * fine, y * fine) for x, y in shape.points]
    draw.polygon(points, fill=shape.fill)
    if shape.line:
        draw.line([*points, points[0]], fill=shape.line, width=max(1, round(shape.width * fine)))


def _draw_text(draw: ImageDraw.ImageDraw, shape: Text, fine: float) -> None:
    from PIL import ImageFont

    font = ImageFont.load_default(shape.size * fine)
    anchor = {"start": "ls", "middle": "ms", "end": "rs"}[shape.anchor]
    at = (shape.at[0] * fine, shape.at[1] * fine)
    thick = shape.size * fine * 0.03 if shape.bold else 0
    draw.text(at, shape.text, fill=shape.colour, font=font, anchor=anchor, stroke_width=thick)


def _draw_circle(picture: Image.Image, shape: Circle, fine: float) -> None:
    from PIL import Image, ImageDraw

    x, y, r = (value * fine for value in (*shape.centre, shape.radius))
    box = (x - r, y - r, x + r, y + r)
    if shape.fill:
        corner = (round(x - r) - 1, round(y - r) - 1)
        side = round(2 * r) + 3
        mask = Image.new("L", (side, side), 0)
        inside = (box[0] - corner[0], box[1] - corner[1], box[2] - corner[0], box[3] - corner[1])
        ImageDraw.Draw(mask).ellipse(inside, fill=round(255 * shape.opacity))
        picture.paste(Image.new("RGB", mask.size, shape.fill), corner, mask)
    line = max(1, round(shape.width * fine))
    ImageDraw.Draw(picture).ellipse(box, outline=shape.line, width=line)
