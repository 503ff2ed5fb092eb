import { z } from 'zod';

const mostBytes = 64 * 1024;
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length <= mostBytes);

/**
 * What the engine's process asks the process that owns the operating system's key store. The asking side
 * decodes foreign pictures: nothing in a question is taken for granted.
 */
export const keyStoreQuestion = z.object({
  type: z.literal('key-store'),
  /** Chosen by the engine; the answer carries it back. */
  request: z.int().nonnegative(),
  question: z.discriminatedUnion('ask', [
    z.strictObject({ ask: z.literal('state') }),
    z.strictObject({
      ask: z.literal('seal'),
      name: z.string().min(1).max(200),
      fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
      secret: bytes,
    }),
    z.strictObject({ ask: z.literal('open'), sealed: bytes }),
  ]),
});
export type KeyStoreQuestion = z.infer<typeof keyStoreQuestion>;

/** Why there is no answer: the person said no, there is no key store, or the bytes are not what it sealed. */
export type KeyStoreRefusal = 'refused' | 'unavailable' | 'damaged';

export const keyStoreReply = z.object({
  type: z.literal('key-store'),
  request: z.int().nonnegative(),
  answer: z.union([
    z.object({ state: z.object({ available: z.boolean(), description: z.string() }) }),
    z.object({ bytes }),
    z.object({ refusal: z.enum(['refused', 'unavailable', 'damaged']) }),
  ]),
});
export type KeyStoreReply = z.infer<typeof keyStoreReply>;
export type KeyStoreAnswer = KeyStoreReply['answer'];
