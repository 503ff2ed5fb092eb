import { decodeHTML, decodeHTMLStrict } from 'entities';
import { readControlsAsWindows1252, repairMojibake } from './mojibake.ts';

/**
 * The cleaning that CLIP's tokenizer and its descendants do before they read a text: repair of
 * damaged text as the Python package ftfy does it (`fix_text`), HTML's character references twice,
 * single spaces, lower case. Of ftfy, the repair of text that went through encodings other than
 * Windows-1252 and Latin-1, or that lost bytes on the way, is left out.
 */

/** Texts that only the tokenizer itself may turn into numbers. */
const specialTokens = /<\|(?:startoftext|endoftext|mask)\|>/gu;

/** Letters that stand for two; "ŉ" ends up with a straight quote. */
const ligatures = /[Ĳĳŉ\u01c4-\u01cc\u01f1-\u01f3\ufb00-\ufb06]/gu;

/** Letters and marks of East Asian fonts in half or full width. */
const widths = /[\uff01-\uffef]/gu;

/** What shows nothing: controls that are no white space, deprecated formats, annotations, byte order marks. */
const invisible = /[\x00-\x08\x0b\x0e-\x1f\x7f\u206a-\u206f\ufff9-\ufffc\ufeff]/gu;

const terminalColours = /\x1b\[[\d;]*[a-zA-Z]/gu;

/** Repairs go on until nothing changes, but in a text that was made to go on for ever. */
const mostPasses = 20;

/**
 * Cleans a text as CLIP's reference tokenizer does, and takes out what is spelt like one of its
 * special tokens, however it was disguised.
 * @returns lower case, single spaces, nothing at the ends; empty when nothing visible is left.
 */
export function cleanClipText(text: string): string {
  const plain = decodeReferences(decodeReferences(repair(text)));
  const clean = singleSpaces(singleSpaces(plain).toLowerCase().replace(specialTokens, ' '));
  return /[^\p{C}\p{Z}]|[\p{Cn}\p{Co}]/u.test(clean) ? clean : '';
}

function singleSpaces(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}

/** Character references, also those that lack their semicolon; none of them becomes a control character. */
function decodeReferences(text: string): string {
  return text.includes('&') ? decodeHTML(text).replace(invisible, '').toWellFormed() : text;
}

/** Line by line; from the first "<" on, references are taken for a page's own and left for later. */
function repair(text: string): string {
  let isMarkup = false;
  return text
    .toWellFormed()
    .split('\n')
    .map((line) => {
      isMarkup ||= line.includes('<');
      return repairLine(line, !isMarkup);
    })
    .join('\n');
}

function repairLine(line: string, withReferences: boolean): string {
  let text = line;
  for (let pass = 0; pass < mostPasses; pass++) {
    const before = text;
    if (withReferences) text = decodeHTMLStrict(text);
    text = readControlsAsWindows1252(repairMojibake(text))
      .replace(ligatures, expandLigature)
      .replace(widths, (character) => character.normalize('NFKC'))
      .replaceAll('\u3000', ' ')
      .replace(/[\u02bc\u2018-\u201b]/gu, "'")
      .replace(/[\u201c-\u201f]/gu, '"')
      .replace(/\r\n?|[\u2028\u2029]/gu, '\n')
      .replace(terminalColours, '')
      .replace(invisible, '')
      .normalize('NFC');
    if (text === before) break;
  }
  return text;
}

/** "ﬅ" keeps its long s, which a full compatibility form would lose. */
function expandLigature(ligature: string): string {
  return ligature === '\ufb05' ? '\u017ft' : ligature.normalize('NFKC');
}
