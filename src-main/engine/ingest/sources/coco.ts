import { z } from 'zod';
import { DescryError } from '../../errors.ts';
import type { DetectionFile } from './detection.ts';

const identifier = z.union([z.number(), z.string()]);
const layout = z.object({
  images: z.array(
    z.looseObject({
      id: identifier,
      file_name: z.string().min(1),
      frame_id: z.int().nonnegative().optional(),
      frame_number: z.int().nonnegative().optional(),
    }),
  ),
  annotations: z.array(z.unknown()),
  categories: z.array(z.looseObject({ id: identifier, name: z.string() })).optional(),
});
const annotation = z.looseObject({
  image_id: identifier,
  category_id: identifier.optional(),
  bbox: z.tuple([z.number(), z.number(), z.number().positive(), z.number().positive()]),
  score: z.number().optional(),
  track_id: identifier.nullish(),
  attributes: z.looseObject({ track_id: identifier.nullish() }).optional(),
  iscrowd: z.union([z.number(), z.boolean()]).optional(),
});

/**
 * Reads COCO JSON (`images`, `annotations`, `categories`): boxes of the category person or pedestrian,
 * of all categories where the file lists none. Regions marked as a crowd are left out.
 * @throws DescryError `invalid-input` when the file is not COCO JSON or has no category for people.
 */
export function readCoco(text: string): DetectionFile {
  const parsed = layout.safeParse(parseJson(text));
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new DescryError(
      'invalid-input',
      `This is not COCO JSON: ${issue.path.join('.') || 'the file'}: ${issue.message}. It needs "images" and "annotations"; a list of results alone does not name its files.`,
    );
  }
  const { images, annotations, categories } = parsed.data;
  const people = personCategories(categories);
  const imageById = new Map(images.map((image) => [String(image.id), image]));
  const file: DetectionFile = { detections: [], invalid: [] };
  annotations.forEach((entry, index) => {
    const reject = (detail: string): void =>
      void file.invalid.push({
        where: `annotation ${index + 1}`,
        problem: { reason: 'invalid-row', detail: `Annotation ${index + 1}: ${detail}` },
      });
    const read = annotation.safeParse(entry);
    if (!read.success)
      return reject(`${read.error.issues[0]!.path.join('.')}: ${read.error.issues[0]!.message}.`);
    const { image_id: imageId, category_id: categoryId, bbox, score, iscrowd } = read.data;
    if (people && !people.has(String(categoryId))) return;
    if (iscrowd === 1 || iscrowd === true) return;
    const image = imageById.get(String(imageId));
    if (!image) return reject(`there is no image ${imageId}.`);
    const track = read.data.track_id ?? read.data.attributes?.track_id ?? null;
    const [x, y, width, height] = bbox;
    file.detections.push({
      frame: image.frame_id ?? image.frame_number ?? null,
      file: image.file_name,
      track: track === null ? null : String(track),
      box: { x, y, width, height },
      confidence: score ?? null,
    });
  });
  return file;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DescryError('invalid-input', 'The detection file is not valid JSON.', {}, error);
  }
}

function personCategories(
  categories: readonly { id: number | string; name: string }[] | undefined,
): Set<string> | null {
  if (!categories || categories.length === 0) return null;
  const people = categories.filter(({ name }) => /^(person|people|pedestrian|human)$/i.test(name.trim()));
  if (people.length === 0) {
    throw new DescryError(
      'invalid-input',
      `No category of this file means people (person, pedestrian). Found: ${categories
        .map(({ name }) => name)
        .join(', ')
        .slice(0, 300)}.`,
    );
  }
  return new Set(people.map(({ id }) => String(id)));
}
