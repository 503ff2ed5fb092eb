/**
 * Repair of text that was written as UTF-8 and read as Windows-1252 or Latin-1 ("cafÃ©", "â€™").
 *
 * Every such text is a row of UTF-8 sequences spelt with the characters of one byte each. A few of
 * these spellings are also met in honest text ("JOSÉ…" spells U+0245), so a sequence is taken for
 * damage only where nobody writes it, or where the whole line is made of sequences and one of them
 * is such a one. Texts that went through another encoding are left as they are.
 */

/** Characters of Windows-1252 at 0x80 to 0x9F; the five places without one have Latin-1's control. */
const upperControls = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

const byteOf = new Map(Array.from(upperControls, (character, i) => [character, 0x80 + i]));

const continuation = `[\\x80-\\xbf${upperControls}]`;
const sequencePattern = `[\\xc2-\\xdf]${continuation}|[\\xe0-\\xef]${continuation}{2}|[\\xf0-\\xf4]${continuation}{3}`;

/** Adjoining sequences. */
const runs = new RegExp(`(?:${sequencePattern})+`, 'gu');
const sequences = new RegExp(sequencePattern, 'gu');

/** What may follow a letter in honest text: closing marks, and the letters that Slavic languages add. */
const honestAfterLetter = /^[…‘’“”–—‹›«»™®°·•´²³¹\xa0\xadŠŽšž]$/u;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A text that was damaged more often than this is no sentence any more. */
const mostRepairs = 4;

/** Windows-1252's characters for the control characters U+0080 to U+009F, as browsers read them. */
export function readControlsAsWindows1252(text: string): string {
  return text.replace(/[\x80-\x9f]/gu, (control) => upperControls[control.charCodeAt(0) - 0x80]!);
}

/** Repairs one line; several times where it was damaged several times. */
export function repairMojibake(line: string): string {
  // "à" is "Ã" with a space that does not break, which many programs make a common one.
  let text = line.replace(/(?<!\p{Lu})Ã(?= )/gu, 'à');
  for (let repair = 0; repair < mostRepairs; repair++) {
    const repaired = repairOnce(text);
    if (repaired === text) break;
    text = repaired;
  }
  return text;
}

function repairOnce(text: string): string {
  if (!/[\xc2-\xf4]/u.test(text)) return text;
  const damaged = (run: string, before: string): boolean => {
    let last = before;
    for (const [sequence] of run.matchAll(sequences)) {
      if (decode(sequence) !== sequence && isDamage(sequence, last)) return true;
      last = sequence.slice(-1);
    }
    return false;
  };
  const rest = text.replace(runs, '');
  let anywhere = false;
  if (/^[\x00-\x7f]*$/u.test(rest)) {
    for (const match of text.matchAll(runs))
      anywhere ||= damaged(match[0], text.slice(0, match.index).slice(-1));
  }
  return text.replace(runs, (run, at: number) =>
    anywhere || damaged(run, text.slice(Math.max(0, at - 1), at)) ? run.replace(sequences, decode) : run,
  );
}

/** Whether nobody writes this. @param before the character before the sequence, or nothing. */
function isDamage(sequence: string, before: string): boolean {
  const [lead, ...rest] = [...sequence] as [string, ...string[]];
  if (rest.length === 3 || rest.some((character) => character >= '\x80' && character <= '\x9f')) return true;
  // No word begins with these, and no capital follows a small letter.
  if (/^[ÂÃÐ]$/u.test(lead) && !/\p{Lu}/u.test(before)) return true;
  // "í": far more often met than a word broken after "Ã".
  if (sequence === 'Ã\xad') return true;
  if (/\p{Lu}/u.test(lead) && /\p{Ll}/u.test(before)) return true;
  return rest.some((character) => !honestAfterLetter.test(character));
}

/** The character that a sequence spells; the sequence itself where it spells none. */
function decode(sequence: string): string {
  try {
    return utf8.decode(
      Uint8Array.from(sequence, (character) => byteOf.get(character) ?? character.charCodeAt(0)),
    );
  } catch {
    return sequence;
  }
}
