/**
 * The 256 characters that byte-level BPE writes bytes with, in the order in which CLIP numbers
 * them: the bytes that Latin-1 prints first, as themselves, then the others as U+0100 and on.
 */
export const byteAlphabet: readonly string[] = (() => {
  const isPrinted = (byte: number): boolean =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xff && byte !== 0xad);
  const bytes = Array.from({ length: 256 }, (_, byte) => byte);
  const others = bytes.filter((byte) => !isPrinted(byte));
  return [
    ...bytes.filter(isPrinted).map((byte) => String.fromCodePoint(byte)),
    ...others.map((_, place) => String.fromCodePoint(0x100 + place)),
  ];
})();

/** Ends the last piece of every word. */
export const endOfWord = '</w>';
