import { ImageTower } from './image-tower.ts';
import type { GraphOptions } from './onnx-graph.ts';
import { TextTower } from './text-tower.ts';
import { isCombined } from './tower-feeds.ts';

/** How many numbers each embedding's output holds, by the output's name. */
export interface TowerSizes {
  images: Record<string, number>;
  texts: Record<string, number>;
}

/** Both networks of a pack. */
export class Towers {
  readonly images: ImageTower;
  readonly texts: TextTower;
  readonly #shared: boolean;

  private constructor(images: ImageTower, texts: TextTower, shared: boolean) {
    this.images = images;
    this.texts = texts;
    this.#shared = shared;
  }

  /**
   * Opens a pack's graphs; one that serves both sides is opened once, or twice where pictures go to
   * another execution provider than sentences.
   * @throws DescryError `pack-refused`; what an execution provider throws is passed on.
   */
  static async load(options: GraphOptions): Promise<Towers> {
    const texts = await TextTower.load(options);
    const shared = isCombined(options.manifest) && options.provider === 'cpu';
    const images = await ImageTower.load(options, shared ? texts.session : undefined);
    return new Towers(images, texts, shared);
  }

  /** A trial of a grey picture and of some texts. @throws DescryError `pack-refused`. */
  async sizes(texts: readonly (readonly number[])[]): Promise<TowerSizes> {
    const images = await this.images.sizes();
    let found: Record<string, number> = {};
    for (const ids of texts) found = await this.texts.sizes(ids);
    return { images, texts: found };
  }

  async dispose(): Promise<void> {
    await this.texts.dispose();
    if (!this.#shared) await this.images.dispose();
  }
}
