import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

// The flag only adds a function to contexts made from here on.
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as (options: { type: 'minor' }) => void;

/**
 * Frees what a thread read and needs no more. V8 would let 64 MiB of it gather in each thread before it did
 * so by itself: it goes by the size of its own heap, and the bytes of a blob lie outside.
 */
export function collectGarbage(): void {
  collect({ type: 'minor' });
}

/** Bytes read after which a thread tidies up: between two jobs, where it costs nobody time, and within one. */
export const tidyBetweenJobs = 2 * 2 ** 20;
export const tidyDuringJob = 8 * 2 ** 20;
