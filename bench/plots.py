# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""SVG plots of the bench's results: bars, and lines over a logarithmic axis. No library."""
import html
import math

FONT = "font-family='sans-serif'"
OWN = ("#0b5394", "#3d85c6", "#6fa8dc", "#9fc5e8")
OTHER = ("#38761d", "#6aa84f", "#93c47d", "#b45f06", "#e69138", "#990000", "#cc0000", "#674ea7",
         "#8e7cc3", "#7f6000", "#999999")


def text(x, y, words, size=12, anchor="start", extra=""):
    return (f"<text x='{x:.1f}' y='{y:.1f}' font-size='{size}' text-anchor='{anchor}' "
            f"fill='#222' {FONT} {extra}>{html.escape(words)}</text>")


def line(x1, y1, x2, y2, colour="#ccc", width=1.0):
    return (f"<line x1='{x1:.1f}' y1='{y1:.1f}' x2='{x2:.1f}' y2='{y2:.1f}' stroke='{colour}' "
            f"stroke-width='{width}'/>")


def document(width, height, title, parts):
    return "\n".join([
        "<!-- SPDX-License-Identifier: GPL-2.0-only OR MIT -->",
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}' "
        f"viewBox='0 0 {width} {height}' role='img'>",
        f"<title>{html.escape(title)}</title>",
        f"<rect width='{width}' height='{height}' fill='white'/>",
        text(20, 26, title, 16, extra="font-weight='bold'"), *parts, "</svg>", ""])


def colours(names):
    """Blue shades for Labyrinth's builds, others for the others; the same for each plot's order."""
    own = [name for name in names if name.startswith("labyrinth")]
    others = [name for name in names if name not in own]
    found = {name: OWN[i % len(OWN)] for i, name in enumerate(own)}
    found.update({name: OTHER[i % len(OTHER)] for i, name in enumerate(others)})
    return found


def short(value):
    return f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def bars(title, unit, groups, note):
    """groups: [(name, [(label, value)])]; one panel each, horizontal bars on one log axis."""
    values = [value for _, rows in groups for _, value in rows if value]
    low = 10 ** math.floor(math.log10(min(values)))
    high = 10 ** math.ceil(math.log10(max(values) * 1.01))
    decades = math.log10(high / low)
    left, panel, gap, row = 150, 300, 40, 19
    columns = min(3, len(groups))
    most = max(len(rows) for _, rows in groups)
    tall = 60 + most * row
    colour = colours([label for label, _ in groups[0][1]])
    parts = [text(20, 46, f"{unit}; logarithmic axis; shorter is better", 12)]
    for index, (name, rows) in enumerate(groups):
        x0 = left + (index % columns) * (panel + gap)
        y0 = 70 + (index // columns) * (tall + 10)
        parts.append(text(x0, y0 + 8, name, 13, extra="font-weight='bold'"))
        for decade in range(round(decades) + 1):
            x = x0 + decade / decades * (panel - 55)
            parts.append(line(x, y0 + 16, x, y0 + 20 + len(rows) * row, "#e0e0e0"))
            parts.append(text(x, y0 + 34 + len(rows) * row, f"{low * 10 ** decade:g}", 10,
                              "middle"))
        for number, (label, value) in enumerate(rows):
            y = y0 + 20 + number * row
            if index % columns == 0:
                parts.append(text(x0 - 8, y + 12, label, 11, "end"))
            if not value:
                parts.append(text(x0 + 4, y + 12, "not measured" if value is None else "0", 10))
                continue
            wide = max(1.0, math.log10(max(value, low) / low) / decades * (panel - 55))
            parts.append(f"<rect x='{x0}' y='{y + 1}' width='{wide:.1f}' height='{row - 5}' "
                         f"fill='{colour[label]}'/>")
            parts.append(text(x0 + wide + 4, y + 12, short(value), 10))
    rows_of_panels = (len(groups) + columns - 1) // columns
    height = 70 + rows_of_panels * (tall + 10) + 24
    width = left + columns * (panel + gap)
    parts.append(text(20, height - 10, note, 11))
    return document(width, height, title, parts)


def nice_top(value):
    unit = 10 ** math.floor(math.log10(value))
    return next(unit * k for k in (1, 2, 3, 4, 5, 6, 8, 10) if unit * k >= value)


def frames(points, panel, x_title, y_title, x0, y0, wide, tall):
    """The axes of one panel: x logarithmic base 2; answers (parts, place)."""
    low = min(x for _, line_points in points for x, _ in line_points)
    high = max(x for _, line_points in points for x, _ in line_points)
    top = nice_top(max(y for _, line_points in points for _, y in line_points))

    def place(x, y):
        return (x0 + math.log2(x / low) / math.log2(high / low) * wide,
                y0 + tall - y / top * tall)

    parts = [text(x0, y0 - 10, panel, 13, extra="font-weight='bold'")]
    for step in range(5):
        _, y = place(low, top * step / 4)
        parts += [line(x0, y, x0 + wide, y, "#e0e0e0"),
                  text(x0 - 6, y + 4, f"{top * step / 4:g}", 10, "end")]
    for power in range(round(math.log2(low)), round(math.log2(high)) + 1, 3):
        x, y = place(2 ** power, 0)
        parts += [line(x, y, x, y + 4, "#888"), text(x, y + 16, f"2^{power}", 10, "middle")]
    parts += [text(x0 + wide / 2, y0 + tall + 34, x_title, 11, "middle"),
              text(x0 - 42, y0 + tall / 2, y_title, 11, "middle",
                   f"transform='rotate(-90 {x0 - 42} {y0 + tall / 2:.1f})'")]
    return parts, place


def curves(title, x_title, panels, note):
    """panels: [(name, y title, [(label, [(x, y)])])], side by side."""
    wide, tall = 280, 220
    colour = colours([label for label, _ in panels[0][2]])
    parts = []
    for index, (panel, y_title, points) in enumerate(panels):
        x0 = 70 + index * (wide + 80)
        axes, place = frames(points, panel, x_title, y_title, x0, 80, wide, tall)
        parts += axes
        for label, line_points in points:
            path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(*p) for p in line_points))
            parts.append(f"<polyline points='{path}' fill='none' stroke='{colour[label]}' "
                         "stroke-width='2.2'/>")
            parts += [f"<circle cx='{x:.1f}' cy='{y:.1f}' r='3' fill='{colour[label]}'/>"
                      for x, y in (place(*p) for p in line_points)]
    y = 80 + tall + 62
    for index, (label, _) in enumerate(panels[0][2]):
        x = 70 + index * 190
        parts += [line(x, y - 4, x + 24, y - 4, colour[label], 3), text(x + 30, y, label, 12)]
    parts.append(text(20, y + 28, note, 11))
    return document(70 + len(panels) * (wide + 80), y + 42, title, parts)
