/**
 * Characters that change how text around them reads without being seen: controls, bidirectional
 * overrides, invisible separators, tags, lone surrogates. The joiners U+200C and U+200D stay, since
 * several scripts need them.
 */
const hidden =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e007f}\p{Cs}]/gu;

/** A character as its code point, `[U+202E]`. */
export function codePointName(character: string): string {
  return `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`;
}

/** One line of somebody else's text (a file name) with every hidden character written out. */
export function visibleLine(text: string): string {
  return text.replace(hidden, codePointName);
}

/** Somebody else's text with its line breaks kept and every other hidden character written out. */
export function visibleText(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(hidden, (character) =>
      character === '\n' || character === '\t' ? character : codePointName(character),
    );
}
