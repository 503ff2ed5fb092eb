import type { CropDetail, CropSummary, DescryClient, Explanation } from '../../../src-main/api/types.ts';

/** Everything about the one crop in the detail pane. */
export class DetailManager {
  cropId = $state<number | null>(null);
  detail = $state.raw<CropDetail | null>(null);
  track = $state.raw<readonly CropSummary[]>([]);
  explanation = $state.raw<Explanation | null>(null);
  /** Phrase whose heat map lies over the crop; null, as at first, for none. */
  heatPhrase = $state<number | null>(null);
  error = $state.raw<unknown>(null);
  explanationError = $state.raw<unknown>(null);
  readonly #client: DescryClient;
  #searchId: number | null = null;
  #call = new AbortController();

  constructor(client: DescryClient) {
    this.#client = client;
  }

  /** Shows a crop; with a search, also how its phrases fare. What was shown stays until the new one is there. */
  async show(cropId: number, searchId: number | null): Promise<void> {
    if (cropId === this.cropId && searchId === this.#searchId) return;
    this.cropId = cropId;
    this.#searchId = searchId;
    await this.reload(true);
  }

  close(): void {
    this.#call.abort();
    this.cropId = null;
    this.detail = null;
    this.track = [];
    this.explanation = null;
    this.error = null;
  }

  /** Marks, notes or tags changed: the same crop once more. */
  async refresh(cropIds: readonly number[]): Promise<void> {
    const concerned = this.cropId !== null && cropIds.includes(this.cropId);
    if (concerned || this.track.some((crop) => cropIds.includes(crop.id))) await this.reload(false);
  }

  async reload(withExplanation: boolean): Promise<void> {
    const cropId = this.cropId;
    if (cropId === null) return;
    this.#call.abort();
    const mine = new AbortController();
    this.#call = mine;
    const options = { signal: mine.signal };
    const explaining =
      withExplanation || this.explanation?.cropId !== cropId
        ? this.#explain(cropId, mine)
        : Promise.resolve();
    try {
      const [detail, track] = await Promise.all([
        this.#client.crops.get({ cropId }, options),
        this.#client.crops.track({ cropId }, options),
      ]);
      if (this.#call !== mine) return;
      this.detail = detail;
      this.track = track;
      this.error = null;
    } catch (error) {
      if (this.#call === mine) this.error = error;
    }
    await explaining;
  }

  async #explain(cropId: number, mine: AbortController): Promise<void> {
    const searchId = this.#searchId;
    this.explanationError = null;
    if (searchId === null) {
      this.explanation = null;
      return;
    }
    try {
      const explanation = await this.#client.search.explain({ searchId, cropId }, { signal: mine.signal });
      if (this.#call === mine) this.explanation = explanation;
    } catch (error) {
      if (this.#call !== mine) return;
      this.explanation = null;
      this.explanationError = error;
    }
  }
}
