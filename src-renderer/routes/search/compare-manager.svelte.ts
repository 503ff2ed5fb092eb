/** The same place and size in every picture that is compared. */
export interface View {
  /** 1 shows the whole crop, as large as its frame allows. */
  zoom: number;
  /** Centre of what is seen, as a share of the crop's width and height. */
  x: number;
  y: number;
}

export const wholeView: View = { zoom: 1, x: 0.5, y: 0.5 };
export const largestZoom = 16;
export const mostCompared = 4;

/**
 * Zooms about a point of the crop so that it stays under the pointer.
 * @param x share of the width, 0..1. @param least below 1 where a crop's natural size is smaller than its frame.
 */
export function zoomAt(view: View, factor: number, x: number, y: number, least = 1): View {
  const zoom = Math.min(largestZoom, Math.max(least, view.zoom * factor));
  const ratio = view.zoom / zoom;
  return clampView({ zoom, x: x + (view.x - x) * ratio, y: y + (view.y - y) * ratio });
}

/** Moves what is seen by shares of the crop's width and height. */
export function panBy(view: View, x: number, y: number): View {
  return clampView({ ...view, x: view.x + x, y: view.y + y });
}

/** Keeps the crop's edges outside the frame, so that no empty ground comes in. */
export function clampView(view: View): View {
  const margin = Math.min(0.5, 0.5 / view.zoom);
  const clamp = (value: number): number => Math.min(1 - margin, Math.max(margin, value));
  return { zoom: view.zoom, x: clamp(view.x), y: clamp(view.y) };
}

export interface Compared {
  cropId: number;
  fileName: string;
}

/** Up to four crops side by side, with one zoom and one place for all. */
export class CompareManager {
  crops = $state.raw<readonly Compared[]>([]);
  shown = $state(false);
  view = $state.raw<View>(wholeView);

  /** Puts a crop in, or takes it out when it is in. @returns false when there is no room for it. */
  toggle(crop: Compared): boolean {
    if (this.crops.some((known) => known.cropId === crop.cropId)) {
      this.remove(crop.cropId);
      return true;
    }
    if (this.crops.length >= mostCompared) return false;
    this.crops = [...this.crops, crop];
    return true;
  }

  /** Puts a crop at a place, 0..3; a place beyond the end is the end. */
  put(crop: Compared, place: number): void {
    const others = this.crops.filter((known) => known.cropId !== crop.cropId);
    const at = Math.min(place, others.length);
    this.crops = [...others.slice(0, at), crop, ...others.slice(at + 1)].slice(0, mostCompared);
  }

  remove(cropId: number): void {
    this.crops = this.crops.filter((known) => known.cropId !== cropId);
    if (this.crops.length === 0) this.close();
  }

  open(): void {
    if (this.crops.length === 0) return;
    this.view = wholeView;
    this.shown = true;
  }

  close(): void {
    this.shown = false;
  }

  clear(): void {
    this.crops = [];
    this.shown = false;
  }
}
