import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Numbers that published code computed, and its vocabulary, in a folder beside the repository. Not everybody has
 * them: a test that needs them skips with `vectorsMissing`.
 */
export const publishedVectors = join(import.meta.dirname, '../../../shared/vectors');

export const vectorsAreHere = existsSync(publishedVectors);

export const vectorsMissing = `the published vectors are not beside the repository (${publishedVectors})`;
