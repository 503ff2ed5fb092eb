import { describe, expect, it } from 'vitest';
import { stretchPositions } from '../../../../src-main/engine/packs/towers/position-grid.ts';
import {
  clipShapes,
  endId,
  randomCheckpoint,
  renamed,
  smallSizes,
  startId,
  type MemoryCheckpoint,
} from './random-checkpoint.ts';
import { ReferenceTowers } from './reference-towers.ts';
import { convert, difference, noisePixels } from './run-towers.ts';
import { openClipName, transformersName } from './names.ts';

/** A plain CLIP: square grid of 4 x 4 patches of 64 pixels, which becomes 6 x 2 in pictures of 128 x 384. */
const sizes = { ...smallSizes, patch: 64, positions: 16 };
const person = randomCheckpoint(clipShapes(sizes), 51);
const ids = [startId, 4, 17, 3, endId];

const layouts: Record<string, MemoryCheckpoint> = {
  'OpenAI and OpenCLIP': renamed(person, (name) => ({ names: [name.replace('base_model.', '')] })),
  'OpenCLIP with a text module': renamed(person, (name) => openClipName(name.replace('base_model.', ''))),
  'the transformers library': renamed(person, (name) => transformersName(name.replace('base_model.', ''))),
};

describe.each(Object.keys(layouts))('CLIP under the names of %s', (which) => {
  it('gives the same vectors, with its positions stretched to pictures of people', async () => {
    const { towers, images, texts } = await convert(layouts[which]!);
    expect(towers.image).toMatchObject({ width: 128, height: 384 });
    expect(towers.patches).toMatchObject({ rows: 6, columns: 2 });
    const reference = await ReferenceTowers.open(person);
    const pixels = noisePixels(1, 384, 128);
    const outputs = await images(pixels, 1);
    const table = stretchPositions(
      new Float32Array((await person.read('base_model.visual.positional_embedding')).buffer),
      sizes.imageWidth,
      { rows: 4, columns: 4 },
      { rows: 6, columns: 2 },
    );
    const positions = Array.from({ length: 13 }, (_, i) => [...table.slice(i * 128, (i + 1) * 128)]);
    const expected = reference.image(pixels, 384, 128, positions);
    for (const name of ['global', 'clsAttention'])
      expect(difference(outputs[name]!, expected[name]!), name).toBeLessThan(2e-5);
    expect(difference((await texts([ids]))['global']!, reference.text(ids)['global']!)).toBeLessThan(2e-5);
  });
});
