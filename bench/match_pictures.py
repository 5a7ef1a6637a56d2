"""The two pictures of docs/explanation/matching.md, drawn as SVG out of measured numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ranking.match.confidence import Bin

W, H, LEFT, TOP, SIDE, FOOT = 640, 400, 64, 48, 150, 56
INK, FAINT = "#5f6b76", "#c9d1d8"
COLOURS = ("#1f6f5c", "#b4532a", "#4a64a8", "#8a6d1f")


def _frame(
    title: str, across: str, up: str, marks: Sequence[tuple[float, str]], low: float
) -> tuple[list[str], float, float]:
    width, height = W - LEFT - SIDE, H - TOP - FOOT
    lines = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {W} {H}" role="img" aria-label="{title}" '
            f'font-family="sans-serif" font-size="13" fill="{INK}">'
        ),
        f'<rect width="{W}" height="{H}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="26" font-size="16" font-weight="bold">{title}</text>',
    ]
    for step in range(6):
        value = low + (1 - low) * step / 5
        y = TOP + height * (1 - step / 5)
        lines.append(f'<path d="M{LEFT} {y:.1f}h{width}" stroke="{FAINT}"/>')
        lines.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{value:.2f}</text>')
    for share, label in marks:
        lines.append(f'<text x="{LEFT + width * share:.1f}" y="{H - FOOT + 20}" text-anchor="middle">{label}</text>')
    lines.append(f'<text x="{LEFT + width / 2:.1f}" y="{H - 12}" text-anchor="middle">{across}</text>')
    lines.append(f'<text transform="translate(16 {TOP + height / 2:.1f}) rotate(-90)" text-anchor="middle">{up}</text>')
    return lines, width, height


def curve_svg(steps: Sequence[str], lines_of: Mapping[str, Sequence[float]], *, low: float = 0.4) -> str:
    places = [i / max(len(steps) - 1, 1) for i in range(len(steps))]
    drawn, width, height = _frame(
        "Better with every choice", "choices per artifact", "nDCG@10", list(zip(places, steps, strict=True)), low
    )
    for colour, (name, values) in zip(COLOURS, lines_of.items(), strict=False):
        points = [
            (LEFT + width * x, TOP + height * (1 - (value - low) / (1 - low)))
            for x, value in zip(places, values, strict=True)
        ]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        drawn.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2.5"/>')
        drawn += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in points]
        drawn.append(f'<text x="{points[-1][0] + 10:.1f}" y="{points[-1][1] + 4:.1f}" fill="{colour}">{name}</text>')
    return "\n".join([*drawn, "</svg>", ""])


def reliability_svg(bins: Sequence[Bin], error: float) -> str:
    marks = [(step / 5, f"{step / 5:.1f}") for step in range(6)]
    drawn, width, height = _frame(
        "Is it right as often as it says?", "what it says", "how often it is right", marks, 0.0
    )
    drawn.append(
        f'<path d="M{LEFT} {TOP + height}L{LEFT + width} {TOP}" stroke="{INK}" stroke-dasharray="5 5" fill="none"/>'
    )
    most = max(one.n for one in bins)
    points = [(LEFT + width * one.said, TOP + height * (1 - one.right), one.n) for one in bins]
    drawn.append(
        f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y, _ in points)}" fill="none" '
        f'stroke="{COLOURS[0]}" stroke-width="2"/>'
    )
    drawn += [
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{3 + 7 * (n / most) ** 0.5:.1f}" fill="{COLOURS[0]}"/>'
        for x, y, n in points
    ]
    drawn.append(f'<text x="{W - SIDE + 12}" y="{TOP + 20}">error {error:.3f}</text>')
    drawn.append(f'<text x="{W - SIDE + 12}" y="{TOP + 40}">n = {sum(one.n for one in bins)}</text>')
    return "\n".join([*drawn, "</svg>", ""])
