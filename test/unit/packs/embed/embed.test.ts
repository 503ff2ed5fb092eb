import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { EmbeddingModel } from '../../../../src-main/engine/inference/embedding-model.ts';
import { embedFiles } from '../../../../src-main/engine/packs/embed.ts';
import { embedOutcome } from '../../../../src-main/engine/packs/schema.ts';
import { temporaryFolder } from '../../../support/temporary.ts';
import { openPack, writeFurtherPack } from '../../inference/further-pack.ts';

async function open(): Promise<EmbeddingModel> {
  const folder = writeFurtherPack(join(temporaryFolder(), 'further'), (manifest) => {
    manifest.embeddings = [
      { name: 'first', imageOutput: 'unit', textOutput: 'unit', dimensions: 4, weight: 0.25 },
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
  });
  const model = await openPack(folder);
  onTestFinished(() => model.dispose());
  return model;
}

async function pictures(count: number): Promise<string[]> {
  const folder = temporaryFolder();
  return Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const path = join(folder, `crop ${i}.png`);
      const data = Buffer.from(Array.from({ length: 24 * 40 * 3 }, (_, at) => (at * (i + 2) * 7) % 256));
      await sharp(data, { raw: { width: 24, height: 40, channels: 3 } })
        .png()
        .toFile(path);
      return path;
    }),
  );
}

const texts = ['a man in red', 'hat'];

describe('embedFiles', () => {
  it('gives every named output as it comes out, and the score that a search would give', async () => {
    const model = await open();
    const images = await pictures(5);
    const outcome = embedOutcome.parse(await embedFiles(model, { images, texts }));
    expect(outcome).toMatchObject({ pack: 'further', digest: model.summary.digest, provider: 'cpu' });
    expect(outcome.images.map(({ source }) => source)).toEqual(images);
    expect(outcome.texts.map(({ source }) => source)).toEqual(texts);
    expect(Object.keys(outcome.images[0]!.embeddings)).toEqual(['first', 'second', 'attention']);
    const dot = (one: number[], other: number[]): number =>
      one.reduce((sum, value, i) => sum + value * other[i]!, 0);
    for (const [row, text] of outcome.texts.entries())
      for (const [column, image] of outcome.images.entries())
        expect(outcome.scores[row]![column]).toBeCloseTo(
          0.25 * dot(text.embeddings['first']!, image.embeddings['first']!) +
            0.75 * dot(text.embeddings['second']!, image.embeddings['second']!),
          6,
        );
    expect(JSON.parse(JSON.stringify(outcome))).toEqual(outcome);
  });

  it('works with pictures alone and with texts alone', async () => {
    const model = await open();
    const onlyTexts = await embedFiles(model, { images: [], texts });
    expect(onlyTexts).toMatchObject({ images: [], scores: [[], []] });
    const onlyImages = await embedFiles(model, { images: await pictures(1), texts: [] });
    expect(onlyImages).toMatchObject({ texts: [], scores: [] });
    expect(onlyImages.images).toHaveLength(1);
  });

  it('names the text in which there is nothing to read, and the picture that cannot be read', async () => {
    const model = await open();
    const invalid = (message: RegExp): Error =>
      expect.objectContaining({
        kind: 'invalid-input',
        message: expect.stringMatching(message) as string,
      }) as Error;
    await expect(embedFiles(model, { images: [], texts: ['hat', '  '] })).rejects.toThrow(
      invalid(/^Text 2: There is nothing to read/),
    );
    const [good] = await pictures(1);
    const bad = join(temporaryFolder(), 'notes.jpg');
    writeFileSync(bad, 'not a picture');
    await expect(embedFiles(model, { images: [good!, bad], texts: [] })).rejects.toThrow(
      invalid(/notes\.jpg: The file is/),
    );
    await expect(embedFiles(model, { images: [`${bad}.gone`], texts: [] })).rejects.toThrow(
      invalid(/notes\.jpg\.gone: The file is not there/),
    );
  });
});
