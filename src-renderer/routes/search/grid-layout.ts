/** How large tiles are; the picture keeps its shape whatever the density. */
export type Density = 'small' | 'medium' | 'large';

export interface TileSize {
  /** Least width of a tile; columns share what is left over. */
  minimumWidth: number;
  pictureHeight: number;
  /** Rank and score, camera, time. */
  captionHeight: number;
}

export const tileSizes: Record<Density, TileSize> = {
  small: { minimumWidth: 104, pictureHeight: 148, captionHeight: 58 },
  medium: { minimumWidth: 136, pictureHeight: 212, captionHeight: 58 },
  large: { minimumWidth: 196, pictureHeight: 320, captionHeight: 58 },
};

export const tileGap = 8;

export interface GridLayout {
  columns: number;
  tileWidth: number;
  /** Height of one row of tiles, its gap included. */
  rowHeight: number;
  rows: number;
  contentHeight: number;
}

/** Lays `count` tiles out in a box `width` CSS pixels wide. */
export function layOutGrid(count: number, width: number, density: Density): GridLayout {
  const size = tileSizes[density];
  const columns = Math.max(1, Math.floor((width + tileGap) / (size.minimumWidth + tileGap)));
  const tileWidth = Math.max(48, Math.floor((width - (columns - 1) * tileGap) / columns));
  const rowHeight = size.pictureHeight + size.captionHeight + tileGap;
  const rows = Math.ceil(count / columns);
  return { columns, tileWidth, rowHeight, rows, contentHeight: rows * rowHeight };
}

/** Rows of the grid that touch the viewport, `overscan` rows more on either side; `last` is exclusive. */
export function visibleRows(
  layout: GridLayout,
  contentTop: number,
  viewportHeight: number,
  overscan = 2,
): { first: number; last: number } {
  const first = Math.max(0, Math.floor(contentTop / layout.rowHeight) - overscan);
  const last = Math.min(layout.rows, Math.ceil((contentTop + viewportHeight) / layout.rowHeight) + overscan);
  return { first: Math.min(first, last), last };
}

/** Where the content has to be so that a row is wholly in view, moving as little as possible. */
export function scrolledIntoView(
  layout: GridLayout,
  row: number,
  contentTop: number,
  viewportHeight: number,
): number {
  const top = row * layout.rowHeight;
  const bottom = top + layout.rowHeight;
  if (top < contentTop || layout.rowHeight > viewportHeight) return top;
  if (bottom > contentTop + viewportHeight) return bottom - viewportHeight;
  return contentTop;
}

export type GridMove =
  'left' | 'right' | 'up' | 'down' | 'first' | 'last' | 'page-up' | 'page-down' | 'row-first' | 'row-last';

/** The tile that a key leads to; never outside 0 .. count - 1. */
export function moveInGrid(
  index: number,
  move: GridMove,
  count: number,
  columns: number,
  pageRows: number,
): number {
  if (count === 0) return 0;
  const rowStart = index - (index % columns);
  const target = {
    left: index - 1,
    right: index + 1,
    up: index - columns < 0 ? index : index - columns,
    // The last row may be short: going down from the row above it ends on its last tile.
    down: rowStart + columns >= count ? index : index + columns,
    first: 0,
    last: count - 1,
    'row-first': rowStart,
    'row-last': rowStart + columns - 1,
    'page-up': index - columns * Math.min(pageRows, Math.floor(index / columns)),
    'page-down': index + columns * Math.min(pageRows, Math.floor((count - 1 - rowStart) / columns)),
  }[move];
  return Math.min(count - 1, Math.max(0, target));
}
