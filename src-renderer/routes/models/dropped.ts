/** Endings of the files that may hold a model. */
export const modelEndings = ['pth', 'pt', 'ckpt', 'bin', 'safetensors', 'zip'];
/** Endings of the files that may hold a vocabulary. */
export const vocabularyEndings = ['gz', 'txt', 'json'];

/** What was dropped: the model, and the vocabulary where one came with it. */
export interface Dropped {
  model: string;
  vocabulary: string;
}

const isVocabulary = (path: string): boolean => /(\.txt|\.txt\.gz|\.gz|\.json)$/i.test(path);

/** Tells the model of several dropped files; null when there is none. @param paths of files and folders. */
export function sortDropped(paths: readonly string[]): Dropped | null {
  const model = paths.find((path) => !isVocabulary(path)) ?? paths[0];
  if (model === undefined) return null;
  return { model, vocabulary: paths.find((path) => path !== model && isVocabulary(path)) ?? '' };
}
