import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DescryError } from '../../../src-main/engine/errors.ts';
import { readAnnotations } from '../../../src-main/engine/search/annotations.ts';
import { temporaryFolder } from '../../support/temporary.ts';

function fileOf(text: string): string {
  const file = join(temporaryFolder(), 'annotations.json');
  writeFileSync(file, text);
  return file;
}

describe('readAnnotations', () => {
  it('reads the layouts of CUHK-PEDES and RSTPReid, one split of them', async () => {
    const file = fileOf(
      JSON.stringify([
        {
          split: 'test',
          id: 1,
          file_path: 'a/1.jpg',
          captions: ['red', 'blue'],
          processed_tokens: [['red']],
        },
        { split: 'train', id: 2, file_path: 'a/2.jpg', captions: ['green'] },
        { split: 'test', id: 'x', img_path: 'a/3.jpg', captions: [] },
        { id: 3, file_path: 'a/4.jpg', captions: ['any split'] },
      ]),
    );
    expect(await readAnnotations(file, 'test')).toEqual([
      { person: '1', path: 'a/1.jpg', captions: ['red', 'blue'] },
      { person: 'x', path: 'a/3.jpg', captions: [] },
      { person: '3', path: 'a/4.jpg', captions: ['any split'] },
    ]);
  });

  it.each([
    ['not JSON', '[{"split": "test",', /not JSON/],
    ['not a list', '{"images": []}', /not a list/],
    ['an entry without captions', '[{"split":"test","id":1,"file_path":"a"}]', /Entry 1 .*captions/],
    ['an entry without a path', '[{"split":"test","id":1,"captions":[]}]', /file_path/],
    [
      'no such split',
      '[{"split":"train","id":1,"file_path":"a","captions":[]}]',
      /no images of the split "test".*it has: train/,
    ],
    ['an empty list', '[]', /no images of the split/],
  ])('refuses %s', async (_, text, message) => {
    await expect(readAnnotations(fileOf(text), 'test')).rejects.toThrow(
      expect.objectContaining({ kind: 'invalid-input', message: expect.stringMatching(message) }),
    );
  });

  it('says when the file is not there', async () => {
    await expect(readAnnotations('/nowhere/annotations.json', 'test')).rejects.toThrow(
      expect.objectContaining({ kind: 'not-found' }),
    );
  });

  it('never fails in another way, whatever the JSON', async () => {
    const file = fileOf('');
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.json(),
          fc.string(),
          fc.array(fc.json()).map((parts) => `[${parts.join(',')}]`),
        ),
        async (text) => {
          writeFileSync(file, text);
          await readAnnotations(file, 'test').catch((error: unknown) =>
            expect(error).toBeInstanceOf(DescryError),
          );
        },
      ),
      { numRuns: 200 },
    );
  });
});
