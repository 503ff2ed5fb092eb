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
    resize: z.enum(['antialias-bilinear', 'antialias-bicubic']),
    /**
     * Resize so that the picture covers this width and height, keeping its aspect, then cut the middle out;
     * without it the picture is stretched to width and height.
     */
    crop: z.literal('centre').optional(),
    mean: z.tuple([z.number(), z.number(), z.number()]),
    std: z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]),
  }),
  text: z.object({
    file: fileName,
    input: z.string(),
    idType: z.enum(['int32', 'int64']),
    tokenizer: z.object({
      kind: z.literal('huggingface'),
      file: fileName,
      /** How a text is cleaned before it is read; `clip` is the cleaning of CLIP's reference tokenizer. */
      cleaning: z.literal('clip').optional(),
    }),
    maxTokens: z.int().min(4).max(4096),
    padId: z.int().nonnegative(),
    /** Texts are filled up to `maxTokens`, as the model saw them in training. */
    padded: z.literal(true).optional(),
    /** A second input, 1 for every token and 0 for every filling. */
    attentionMask: z.string().optional(),
    /** A list of words seen in training, one a line; a query's other words are pointed out. */
    knownWords: fileName.optional(),
  }),
  /** Named outputs; the score is the weighted sum of their dot products. */
  embeddings: z
    .array(
      z.object({
        name: z.string(),
        imageOutput: z.string(),
        textOutput: z.string(),
        dimensions: z.int().min(1).max(8192),
        weight: z.number().positive(),
        /**
         * Length of the vectors: 1 when absent; `normalise` when the graph leaves the division by the length
         * to the loader; `at-most-one` when the graph shortens a vector by its uncertainty.
         */
        length: z.enum(['normalise', 'at-most-one']).optional(),
      }),
    )
    .min(1),
  /** Patch vectors in the space of the first embedding, row-major, for heat maps. */
  patches: z.object({ output: z.string(), rows: z.int().positive(), columns: z.int().positive() }).optional(),
  /** Attention of the class token to each patch in the last block, mean over heads; [batch, rows * columns]. */
  attention: z.object({ output: z.string() }).optional(),
  /**
   * The distribution of a picture or a sentence, wide for a blurred picture or a vague sentence. Without
   * `scale` the outputs are logarithms of variances, with it of standard deviations; [batch, dimensions],
   * as many as the first embedding when `dimensions` is absent.
   */
  uncertainty: z
    .object({
      imageOutput: z.string(),
      textOutput: z.string(),
      scale: z.literal('log-sigma').optional(),
      dimensions: z.int().min(1).max(8192).optional(),
      /** Outputs with the means, not normalised; [batch, dimensions of the first embedding]. */
      mean: z.object({ imageOutput: z.string(), textOutput: z.string() }).optional(),
    })
    .optional(),
});
export type PackManifest = z.infer<typeof packManifest>;

export const providerName = z.enum(['cuda', 'dml', 'coreml', 'webgpu', 'cpu']);
export type ProviderName = z.infer<typeof providerName>;

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
  /** What runs it here, as measured at its first start or by the doctor; null before. */
  speed: z
    .object({ provider: providerName, batch: z.int(), imagesPerSecond: z.number().nullable() })
    .nullable(),
});
export type PackSummary = z.infer<typeof packSummary>;

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
