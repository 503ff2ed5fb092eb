import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { DescryError, toDescryError } from '../errors.ts';

/** One image of a test set in the layout of CUHK-PEDES; ICFG-PEDES and RSTPReid differ in the path's name only. */
const entry = z
  .object({
    split: z.string().optional(),
    id: z.union([z.int(), z.string()]),
    file_path: z.string().min(1).optional(),
    img_path: z.string().min(1).optional(),
    captions: z.array(z.string()),
  })
  .refine((value) => value.file_path !== undefined || value.img_path !== undefined, 'has no file_path');

export interface AnnotatedImage {
  person: string;
  path: string;
  captions: string[];
}

/**
 * Images of one split, in the order of the file. Entries without a split belong to every split.
 * @throws DescryError `not-found`, `invalid-input` (not JSON, not the layout, no such split).
 */
export async function readAnnotations(file: string, split: string): Promise<AnnotatedImage[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw toDescryError(error);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new DescryError(
      'invalid-input',
      `${file} is not JSON: ${(error as Error).message}`,
      { file },
      error,
    );
  }
  const layout = 'Annotations are a list of {"split", "id", "file_path", "captions"}.';
  if (!Array.isArray(json))
    throw new DescryError('invalid-input', `${file} is not a list. ${layout}`, { file });
  const entries = json.map((value: unknown, i) => {
    const parsed = entry.safeParse(value);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0]!;
    const where = issue.path.length > 0 ? ` (${issue.path.join('.')})` : '';
    throw new DescryError(
      'invalid-input',
      `Entry ${i + 1} of ${file} does not fit${where}: ${issue.message}. ${layout}`,
      { file, entry: i },
    );
  });
  const chosen = entries.filter((value) => value.split === undefined || value.split === split);
  if (chosen.length === 0) {
    const splits = [...new Set(entries.map((value) => value.split))].join(', ');
    throw new DescryError(
      'invalid-input',
      `${file} has no images of the split "${split}"${splits ? `; it has: ${splits}` : ''}.`,
      { file, split },
    );
  }
  return chosen.map((value) => ({
    person: String(value.id),
    path: (value.file_path ?? value.img_path)!,
    captions: value.captions,
  }));
}
