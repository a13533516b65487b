"""Draws a table of figures as SVG on the server, to stand beside the table."""

import pygal
from pygal.style import Style

from catalog.statistics.report import FigureTable

COLOURS = (
    "#115a36", "#c74700", "#00118f", "#6b5200", "#8a1c5b",
    "#2b7a9b", "#7a7a7a", "#5a8a00", "#b8860b", "#4b2e83",
)  # fmt: skip
FONT = "sans-serif"


def chart_of(table: FigureTable) -> bytes:
    """Return stacked columns, one for each month. Figures that the table hides are not drawn."""
    chart = pygal.StackedBar(
        js=[],
        style=Style(
            background="#ffffff",
            plot_background="#ffffff",
            foreground="#333333",
            foreground_strong="#1a1a1a",
            foreground_subtle="#666666",
            colors=COLOURS,
            font_family=FONT,
            opacity="1",
            transition="0s",
            label_font_size=14,
            major_label_font_size=14,
            legend_font_size=14,
        ),
        width=900,
        height=420,
        explicit_size=True,
        legend_at_bottom=True,
        legend_at_bottom_columns=3,
        truncate_legend=-1,
        show_minor_x_labels=True,
        x_labels=table.months,
        value_formatter=lambda number: f"{int(number):,}",
        no_data_text="示せる数がありません",
        pretty_print=False,
        disable_xml_declaration=False,
    )
    for line in table.lines:
        chart.add(line.name, line.cells)
    return chart.render()
