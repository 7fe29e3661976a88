"""A table as lines of text: a row of short cells is one line, columns below each other; larger cells are blocks."""

Cell = list[str]  # lines
_WIDEST = 40  # characters that a column is filled up to
_GAP = "  "


def lines(rows: list[list[Cell]]) -> list[str]:
    """The lines of a whole table.

    Args:
        rows: cells with their lines.
    """
    flat = [_flat(row) for row in rows]
    widths: list[int] = []
    for cells in flat:
        for column, cell in enumerate(cells or ()):
            if column == len(widths):
                widths.append(0)
            widths[column] = max(widths[column], min(len(cell), _WIDEST))
    found: list[str] = []
    for row, cells in zip(rows, flat, strict=True):
        if cells is None:
            found += [line for cell in row for line in cell]
        else:
            found.append(_GAP.join(cell.ljust(width) for cell, width in zip(cells, widths, strict=False)).rstrip())
    return found


def _flat(row: list[Cell]) -> list[str] | None:
    """Its cells as one line each, None if that is too much for one of them, or only one says anything."""
    said = [[line for line in cell if line] for cell in row]
    if any(len(cell) > 1 for cell in said) or sum(map(bool, said)) <= 1:
        return None
    return [cell[0] if cell else "" for cell in said]
