import { z } from 'zod';
import { providerName } from '../inference/schema.ts';

/** What a file or folder that somebody wants to add turned out to be. */
export const modelKind = z.enum([
  'rde',
  'irra',
  'sen',
  'gaussian',
  'person-clip',
  'clip',
  'exported',
  'pack',
]);
export type ModelKind = z.infer<typeof modelKind>;

/** In which type a converted pack keeps its weights; `stored` keeps what the checkpoint has. */
export const weightType = z.enum(['stored', 'float32', 'float16']);
export type WeightType = z.infer<typeof weightType>;

export const activation = z.enum(['quickgelu', 'gelu']);
export type Activation = z.infer<typeof activation>;

/** What the user says about a model that its files do not. */
export const modelAnswers = z.object({
  /** CLIP's BPE vocabulary (`bpe_simple_vocab_16e6.txt`, plain or `.gz`), or a `tokenizer.json`. */
  vocabulary: z.string().min(1).max(4096).optional(),
  activation: activation.optional(),
  licence: z.string().trim().min(1).max(500).optional(),
  /** The id of the new pack. */
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'an id is made of a-z, 0-9, dot, dash and underscore')
    .optional(),
  weights: weightType.default('stored'),
});
export type ModelAnswers = z.infer<typeof modelAnswers>;

/** A plain account of a file or folder, made before anything is written. */
export const modelAccount = z.object({
  path: z.string(),
  kind: modelKind,
  /** One sentence that says what it is. */
  summary: z.string(),
  bytes: z.int(),
  facts: z.array(z.object({ label: z.string(), value: z.string() })),
  /** Groups of tensors that are not taken over, and why. */
  leftOut: z.array(z.object({ name: z.string(), tensors: z.int(), bytes: z.int(), reason: z.string() })),
  /** What has to be answered before the pack can be made; empty when nothing is missing. */
  questions: z.array(
    z.object({
      answer: z.enum(['vocabulary', 'activation', 'id']),
      text: z.string(),
      choices: z.array(z.object({ value: z.string(), label: z.string() })),
    }),
  ),
  /** The id that the pack gets when nobody gives another. */
  id: z.string(),
  name: z.string(),
});
export type ModelAccount = z.infer<typeof modelAccount>;

/** What `embed` gives for one picture or sentence: every named output as it comes out of the network. */
export const embedded = z.object({
  /** File path or text. */
  source: z.string(),
  embeddings: z.record(z.string(), z.array(z.number())),
});

export const embedOutcome = z.object({
  pack: z.string(),
  digest: z.string(),
  provider: providerName,
  images: z.array(embedded),
  texts: z.array(embedded),
  /** Score of every text (row) with every image (column), as a search would give it. */
  scores: z.array(z.array(z.number())),
  /** The same for each embedding alone, without its weight: the dot product, by its name. */
  similarities: z.record(z.string(), z.array(z.array(z.number()))),
});
export type EmbedOutcome = z.infer<typeof embedOutcome>;
