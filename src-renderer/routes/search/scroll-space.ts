/**
 * Chromium stops at about 33.5 million device pixels an element; at a device pixel ratio of 4 that
 * is 8.3 million CSS pixels.
 */
export const tallestElement = 8_000_000;

/**
 * Maps a scroll bar of limited height to content of any height. While the content fits, the two are
 * the same. Beyond it a drag of the scroll bar jumps in proportion, whereas a wheel or a key moves
 * the content by just as much as the scroll bar, so that no row is skipped; `settle` then brings the
 * scroll bar back to its proportional place.
 */
export class ScrollSpace {
  #contentHeight = 0;
  #viewportHeight = 0;
  #scrollTop = 0;
  #contentTop = 0;
  readonly #limit: number;

  constructor(limit = tallestElement) {
    this.#limit = limit;
  }

  /** Height to give the scrolled element. */
  get elementHeight(): number {
    return Math.min(this.#contentHeight, this.#limit);
  }

  get contentTop(): number {
    return this.#contentTop;
  }

  /** Where the content starts within the scrolled element, so that `contentTop` is at the viewport's top. */
  get shift(): number {
    return this.#scrollTop - this.#contentTop;
  }

  get #contentEnd(): number {
    return Math.max(0, this.#contentHeight - this.#viewportHeight);
  }

  get #scrollEnd(): number {
    return Math.max(0, this.elementHeight - this.#viewportHeight);
  }

  get #scale(): number {
    return this.#scrollEnd === 0 ? 1 : this.#contentEnd / this.#scrollEnd;
  }

  resize(contentHeight: number, viewportHeight: number): void {
    this.#contentHeight = contentHeight;
    this.#viewportHeight = viewportHeight;
    this.#scrollTop = Math.min(this.#scrollTop, this.#scrollEnd);
    this.#contentTop = this.#scale === 1 ? this.#scrollTop : Math.min(this.#contentTop, this.#contentEnd);
  }

  /** The scroll bar moved. @returns the content's new top. */
  scrolled(scrollTop: number): number {
    const delta = scrollTop - this.#scrollTop;
    this.#scrollTop = scrollTop;
    if (this.#scale === 1) this.#contentTop = scrollTop;
    else if (scrollTop <= 0) this.#contentTop = 0;
    else if (scrollTop >= this.#scrollEnd) this.#contentTop = this.#contentEnd;
    else if (Math.abs(delta) > this.#viewportHeight) this.#contentTop = scrollTop * this.#scale;
    else this.#contentTop = Math.min(this.#contentEnd, Math.max(0, this.#contentTop + delta));
    return this.#contentTop;
  }

  /** Goes to a place in the content. @returns the scroll bar's place for it. */
  goTo(contentTop: number): number {
    this.#contentTop = Math.min(this.#contentEnd, Math.max(0, contentTop));
    return this.settle();
  }

  /** The scroll bar's proportional place for where the content is; set it when scrolling has come to rest. */
  settle(): number {
    this.#scrollTop = this.#contentTop / this.#scale;
    return this.#scrollTop;
  }
}
