/** What the name of a file says about it, before anything is read. */
export type FileKind = 'image' | 'side-file' | 'other';

const imageExtensions = /\.(jpe?g|jpe|jfif|png|webp|tiff?|gif|avif)$/i;

/**
 * Files that lie beside pictures in any folder and were never meant as pictures: notes, tables, data
 * sheets, scripts, checksums, and what operating systems and synchronisation programs leave behind.
 */
const sideExtensions =
  /\.(txt|md|csv|tsv|jsonl?|ndjson|xml|ya?ml|toml|ini|log|html?|pdf|sha1|sha256|sha512|md5|sum|sig|asc|mat|npy|npz|pkl|h5|py|m|sh|db|sqlite|lnk|url|tmp|part|crdownload|bak)$/i;
const sideNames = /^(\.|thumbs\.db$|desktop\.ini$|ehthumbs\.db$|icon\r$|readme$|license$|licence$|copying$)/i;

/**
 * Tells by its name whether a file is taken for a picture (also when it has no extension), is a side
 * file that is passed over, or is neither and will be listed as rejected.
 */
export function kindOfFile(name: string): FileKind {
  if (sideNames.test(name) || sideExtensions.test(name)) return 'side-file';
  if (imageExtensions.test(name) || !/\.[A-Za-z][A-Za-z0-9]{0,9}$/.test(name)) return 'image';
  return 'other';
}

/** Folders that hold no evidence: caches of other programs, the recycle bin, and Descry's own cases. */
export function isSkippedFolder(name: string): boolean {
  return /^(\.git|\.svn|\.trash.*|__macosx|@eadir|\$recycle\.bin|system volume information)$|\.descry$/i.test(
    name,
  );
}

/** The name without the extension of a picture; other dots stay. */
export function withoutImageExtension(name: string): string {
  return name.replace(imageExtensions, '');
}
