import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { EmbeddingModel } from '../../../src-main/engine/inference/embedding-model.ts';
import type { PackManifest } from '../../../src-main/engine/inference/schema.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { openPack, writeFurtherPack } from './further-pack.ts';

type Length = PackManifest['embeddings'][number]['length'];

async function open(change?: (manifest: PackManifest) => void): Promise<EmbeddingModel> {
  const model = await openPack(writeFurtherPack(join(temporaryFolder(), 'further'), change));
  onTestFinished(() => model.dispose());
  return model;
}

/** Compares this output of both graphs, with what pack.json says about its length. */
function compared(output: string, length?: Length): (manifest: PackManifest) => void {
  return (manifest) => {
    manifest.embeddings = [
      { name: 'global', imageOutput: output, textOutput: output, dimensions: 4, weight: 1 },
    ];
    if (length) manifest.embeddings[0]!.length = length;
  };
}

function picture(model: EmbeddingModel, seed: number): Float32Array {
  const data = Uint8Array.from({ length: 16 * 16 * 3 }, (_, i) => (i * seed * 37 + i * i) % 256);
  return model.preprocess({ data, width: 16, height: 16 });
}

/** Pixels that are 0 after normalising, whose vector the graph leaves without a direction. */
const blank = (): Float32Array => new Float32Array(16 * 16 * 3);
const text = 'a man in red';

function expectClose(found: Float32Array, wanted: Float32Array): void {
  expect(found).toHaveLength(wanted.length);
  for (const [i, value] of wanted.entries()) expect(found[i]).toBeCloseTo(value, 6);
}

describe('the length of a pack’s vectors', () => {
  it('is made 1 by the loader where the pack asks for it', async () => {
    const inGraph = await open();
    const inLoader = await open(compared('open', 'normalise'));
    const pixels = [picture(inGraph, 3), picture(inGraph, 5), picture(inGraph, 7)];
    expectClose(await inLoader.embedImages(pixels), await inGraph.embedImages(pixels));
    const [wanted] = await inGraph.embedTexts([text]);
    const [found] = await inLoader.embedTexts([text]);
    expectClose(found!.vector, wanted!.vector);
  });

  it('stays 0 for a vector without a direction, whatever stands beside it in the batch', async () => {
    const model = await open(compared('open', 'normalise'));
    const vectors = await model.embedImages([blank(), picture(model, 3)]);
    expect([...vectors.subarray(0, 4)]).toEqual([0, 0, 0, 0]);
    expect(Math.hypot(...vectors.subarray(4))).toBeCloseTo(1, 6);
  });

  it('may be below 1 only where the pack says so, and never above', async () => {
    const short = await open(compared('short', 'at-most-one'));
    expect(Math.hypot(...(await short.embedImages([picture(short, 3)])))).toBeCloseTo(0.5, 6);
    const unsaid = await open(compared('short'));
    await expect(unsaid.embedImages([picture(unsaid, 3)])).rejects.toThrow(/not L2-normalised/);
    const long = await open(compared('open', 'at-most-one'));
    const bright = new Float32Array(16 * 16 * 3).fill(50);
    await expect(long.embedImages([bright])).rejects.toThrow(/longer than 1/);
  });
});

describe('texts', () => {
  it('are not changed by their filling where the graph is told which tokens are filling', async () => {
    const plain = await open();
    const filled = await open((manifest) => (manifest.text.padded = true));
    for (const sentence of [text, 'hat', 'woman with black bag in red'])
      expectClose(
        (await filled.embedTexts([sentence]))[0]!.vector,
        (await plain.embedTexts([sentence]))[0]!.vector,
      );
  });

  it('are filled up with the padding token otherwise, which then is part of what the model reads', async () => {
    const texts = ['hat', text];
    const vectors = async (change: (manifest: PackManifest) => void): Promise<Float32Array[]> =>
      (await (await open(change)).embedTexts(texts)).map(({ vector }) => vector);
    const unfilled = await vectors(unmasked(8));
    const filled = await vectors(unmasked(8, { padded: true, padId: 2 }));
    const otherwise = await vectors(unmasked(8, { padded: true, padId: 0 }));
    expect(largest(filled[0]!, unfilled[0]!)).toBeGreaterThan(1e-3);
    expect(largest(filled[0]!, otherwise[0]!)).toBeGreaterThan(1e-3);
  });

  it('of 300 words are cut and give finite vectors', async () => {
    const model = await open((manifest) => (manifest.text.padded = true));
    const [long] = await model.embedTexts(['red jacket '.repeat(300)]);
    expect(long).toMatchObject({ truncated: true });
    expect(long!.tokens).toHaveLength(14);
    expect(long!.vector.every(Number.isFinite)).toBe(true);
  });
});

/** A pack whose text graph takes no mask, so that it sees the filling. */
function unmasked(maxTokens: number, how: Partial<PackManifest['text']> = {}) {
  return (manifest: PackManifest): void => {
    delete manifest.text.attentionMask;
    manifest.text = { ...manifest.text, file: 'unmasked.onnx', idType: 'int64', maxTokens, ...how };
    manifest.embeddings[0]!.textOutput = 'pooler_output';
    manifest.embeddings[0]!.length = 'normalise';
  };
}

function largest(one: Float32Array, other: Float32Array): number {
  return one.reduce((max, value, i) => Math.max(max, Math.abs(value - other[i]!)), 0);
}

describe('rawImages and rawTexts', () => {
  const all = (manifest: PackManifest): void => {
    manifest.embeddings = [
      {
        name: 'first',
        imageOutput: 'open',
        textOutput: 'open',
        dimensions: 4,
        weight: 0.25,
        length: 'normalise',
      },
      {
        name: 'second',
        imageOutput: 'short',
        textOutput: 'short',
        dimensions: 4,
        weight: 0.75,
        length: 'at-most-one',
      },
    ];
    manifest.attention = { output: 'attention' };
    manifest.uncertainty = {
      imageOutput: 'log_sigma',
      textOutput: 'log_sigma',
      scale: 'log-sigma',
      dimensions: 3,
      mean: { imageOutput: 'open', textOutput: 'open' },
    };
  };

  it('give every named output of each row, embeddings without their weights', async () => {
    const model = await open(all);
    const pixels = [picture(model, 3), picture(model, 5), picture(model, 7)];
    const raw = await model.rawImages(pixels);
    expect(raw).toHaveLength(3);
    const joined = await model.embedImages(pixels);
    for (const [row, { vector, outputs }] of raw.entries()) {
      expect(Object.keys(outputs).sort()).toEqual(['attention', 'first', 'log_sigma', 'open', 'second']);
      expect(vector).toEqual(joined.slice(row * 8, (row + 1) * 8));
      expectClose(
        outputs['first']!,
        vector.subarray(0, 4).map((value) => value / Math.sqrt(0.25)),
      );
      expectClose(
        outputs['second']!,
        vector.subarray(4).map((value) => value / Math.sqrt(0.75)),
      );
      expect(Math.hypot(...outputs['first']!)).toBeCloseTo(1, 6);
      expect(Math.hypot(...outputs['open']!)).not.toBeCloseTo(1, 2);
      expect(outputs['attention']).toHaveLength(2);
      expect(outputs['log_sigma']).toHaveLength(3);
    }
    expect(raw[0]!.outputs['attention']).not.toEqual(raw[2]!.outputs['attention']);
  });

  it('give those of sentences, with the vector that a search compares', async () => {
    const model = await open(all);
    const [raw] = await model.rawTexts([text]);
    expect(Object.keys(raw!.outputs).sort()).toEqual(['first', 'log_sigma', 'open', 'second']);
    expect(raw!.vector).toEqual((await model.embedTexts([text]))[0]!.vector);
    await expect(model.rawTexts([text, ' '])).rejects.toThrow(
      expect.objectContaining({ kind: 'invalid-input' }),
    );
  });

  it('keep the embedding where an uncertainty has its name', async () => {
    const model = await open((manifest) => {
      manifest.uncertainty = { imageOutput: 'open', textOutput: 'open' };
      manifest.embeddings[0]!.name = 'open';
    });
    const [raw] = await model.rawImages([picture(model, 3)]);
    expect(Math.hypot(...raw!.outputs['open']!)).toBeCloseTo(1, 6);
  });
});

describe('a description that does not fit its graphs', () => {
  it.each([
    ['a mask that is not there', (m: PackManifest) => void (m.text.attentionMask = 'mask'), /"mask"/],
    [
      'an input that nothing feeds',
      (m: PackManifest) => void delete m.text.attentionMask,
      /also wants the input "attention_mask"/,
    ],
    [
      'an attention that is not there',
      (m: PackManifest) => void (m.attention = { output: 'gaze' }),
      /no output "gaze"/,
    ],
    [
      'a mean that is not there',
      (m: PackManifest) =>
        void (m.uncertainty = {
          imageOutput: 'log_sigma',
          textOutput: 'log_sigma',
          mean: { imageOutput: 'open', textOutput: 'middle' },
        }),
      /text\.onnx.*no output "middle"/,
    ],
    [
      'graphs that take one picture at a time',
      (m: PackManifest) => void (m.image = { ...m.image, file: 'fixed-batch.onnx', input: 'pixel_values' }),
      /\[batch, 3, 16, 16\]/,
    ],
  ])('is refused: %s', async (_, change, message) => {
    await expect(open(change)).rejects.toThrow(
      expect.objectContaining({ kind: 'pack-refused', message: expect.stringMatching(message) as string }),
    );
  });

  it('is noticed at the first picture where only the numbers tell', async () => {
    const wrong = await open((manifest) => {
      manifest.uncertainty = { imageOutput: 'log_sigma', textOutput: 'log_sigma', dimensions: 5 };
    });
    await expect(wrong.rawImages([picture(wrong, 3)])).rejects.toThrow(
      /its output log_sigma is float32 \[1, 3\]/,
    );
    expect(await wrong.embedImages([picture(wrong, 3)])).toHaveLength(4);
  });
});
