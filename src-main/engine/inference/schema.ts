import { z } from 'zod';
import { sha256 } from '../case/schema.ts';

const fileName = z
  .string()
  .regex(/^[A-Za-z0-9._-]+$/, 'not a plain file name')
  .refine((name) => !name.startsWith('.'), 'not a plain file name');

export const measuredAccuracy = z.object({
  dataset: z.string(),
  date: z.string(),
  queries: z.int(),
  gallery: z.int(),
  people: z.int(),
  /** Per cent of queries, 0..100. */
  rank1: z.number(),
  rank5: z.number(),
  rank10: z.number(),
  meanAveragePrecision: z.number(),
  meanInversePenalty: z.number(),
});
export type MeasuredAccuracy = z.infer<typeof measuredAccuracy>;

/** `pack.json`: what a model is, what is in its files, and how they are used. */
export const packManifest = z.object({
  schema: z.literal(1),
  id: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'an id is made of a-z, 0-9, dot, dash and underscore'),
  version: z.string().min(1).max(40),
  name: z.string().min(1).max(120),
  licence: z.string().min(1).max(500),
  provenance: z.record(z.string(), z.unknown()),
  intendedUse: z.string(),
  limits: z.array(z.string()),
  accuracy: z.array(measuredAccuracy),
  files: z.record(fileName, z.object({ sha256, bytes: z.int().nonnegative() })),
  image: z.object({
    file: fileName,
    input: z.string(),
    width: z.int().min(8).max(2048),
    height: z.int().min(8).max(2048),
    resize: z.enum(['antialias-bilinear']),
    mean: z.tuple([z.number(), z.number(), z.number()]),
    std: z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]),
  }),
  text: z.object({
    file: fileName,
    input: z.string(),
    idType: z.enum(['int32', 'int64']),
    tokenizer: z.object({ kind: z.literal('huggingface'), file: fileName }),
    maxTokens: z.int().min(4).max(4096),
    padId: z.int().nonnegative(),
    /** A list of words seen in training, one a line; a query's other words are pointed out. */
    knownWords: fileName.optional(),
  }),
  /** Named outputs, both L2-normalised; the score is the weighted sum of their cosines. */
  embeddings: z
    .array(
      z.object({
        name: z.string(),
        imageOutput: z.string(),
        textOutput: z.string(),
        dimensions: z.int().min(1).max(8192),
        weight: z.number().positive(),
      }),
    )
    .min(1),
  /** Patch vectors in the space of the first embedding, row-major, for heat maps. */
  patches: z.object({ output: z.string(), rows: z.int().positive(), columns: z.int().positive() }).optional(),
  /**
   * Outputs [batch, dimensions of the first embedding]: logarithms of the variances of the distribution
   * whose mean the first embedding is, wide for a blurred picture or a vague sentence. No score uses them.
   */
  uncertainty: z.object({ imageOutput: z.string(), textOutput: z.string() }).optional(),
});
export type PackManifest = z.infer<typeof packManifest>;

export const packSummary = z.object({
  id: z.string(),
  version: z.string(),
  name: z.string(),
  licence: z.string(),
  /** Digest over its files' hashes and how they are used: the identity of the model in searches and reports. */
  digest: sha256,
  bytes: z.int(),
  dimensions: z.int(),
  builtIn: z.boolean(),
  inUse: z.boolean(),
  intendedUse: z.string(),
  limits: z.array(z.string()),
  accuracy: z.array(measuredAccuracy),
  provenance: z.record(z.string(), z.unknown()),
  files: z.record(z.string(), z.object({ sha256, bytes: z.int() })),
  explains: z.boolean(),
  path: z.string(),
});
export type PackSummary = z.infer<typeof packSummary>;

export const providerName = z.enum(['cuda', 'dml', 'coreml', 'webgpu', 'cpu']);
export type ProviderName = z.infer<typeof providerName>;

export const providerTrial = z.object({
  provider: providerName,
  usable: z.boolean(),
  /** Why it was not taken, or an empty string. */
  reason: z.string(),
  /** Measured with the pack's image tower at `batch`; null when the trial failed. */
  imagesPerSecond: z.number().nullable(),
  batch: z.int().nullable(),
  /** Largest difference to the CPU's embedding of the same picture. */
  difference: z.number().nullable(),
});
export type ProviderTrial = z.infer<typeof providerTrial>;

export const doctorReport = z.object({
  descry: z.string(),
  node: z.string(),
  platform: z.string(),
  cpu: z.string(),
  cores: z.int(),
  memoryBytes: z.int(),
  onnxRuntime: z.string(),
  sqlite: z.string(),
  pack: packSummary,
  provider: providerName,
  batch: z.int(),
  imagesPerSecond: z.number(),
  textMilliseconds: z.number(),
  trials: z.array(providerTrial),
  /** Where things lie: data, models, log. */
  paths: z.record(z.string(), z.string()),
});
export type DoctorReport = z.infer<typeof doctorReport>;
