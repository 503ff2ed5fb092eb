/**
 * Words that name ethnicity, religion, health or sexual orientation. A search with one of them runs, since
 * the words are the witness's and stay verbatim. They are pointed out and written into the audit log,
 * because such traits cannot be read from a crop, because a model ranks them by stereotype, and because
 * personal data of this kind is specially protected (in the EU: GDPR Article 9, LED Article 10).
 * Colours that are also used for people ("black", "white") are named only before a word for a person.
 */
const sensitiveWords = new Set(
  `african afro arab arabian arabic asian caucasian chinese ethnic ethnicity gypsy hispanic indian japanese kurdish latin latina
  latino mexican mediterranean mongoloid moroccan negro nigerian oriental pakistani roma romani romanian russian slavic
  somali syrian turkish turk vietnamese race racial coloured-skin dark-skinned light-skinned black-skinned white-skinned
  brown-skinned fair-skinned skinned complexion mulatto
  buddhist christian hindu islamic islamist jew jewish moslem muslim orthodox sikh burka burqa chador hijab kippa
  kippah niqab turban yarmulke
  autistic blind crippled deaf dementia disabled disability diseased handicapped ill insane mentally pregnant retarded sick
  bisexual gay homosexual lesbian queer transgender transsexual`
    .split(/\s+/)
    .filter((word) => word !== ''),
);

const person =
  '(?:man|men|woman|women|male|males|female|females|person|people|guy|guys|boy|boys|girl|girls|lady|ladies|gentleman|gentlemen|individual|youth|teenager|adult|suspect|skin)';
const colourOfPerson = new RegExp(`\\b(?:black|white|brown|yellow)\\s+${person}\\b`, 'giu');
const negation =
  /\b(?:no|not|without|never|neither|nor|nothing|isn't|wasn't|aren't|weren't|doesn't|didn't|don't|hasn't|hadn't|lacks|lacking|minus)\b/iu;

/** Sensitive words of a text, as they stand there, each once. */
export function findSensitiveWords(text: string): string[] {
  const words = text.match(/[\p{L}\p{M}]+(?:-[\p{L}\p{M}]+)*/gu) ?? [];
  const found = words.filter((word) => {
    const lower = word.toLowerCase();
    return (
      sensitiveWords.has(lower) ||
      lower.split('-').some((part) => sensitiveWords.has(part)) ||
      sensitiveWords.has(lower.replace(/s$/u, ''))
    );
  });
  return [...new Set([...found, ...(text.match(colourOfPerson) ?? [])])];
}

/**
 * What a text says is not there: the words after each negation up to the next comma, conjunction or
 * preposition, without articles ("no hat" gives "hat", "not wearing a red cap, ..." gives "red cap").
 */
export function findNegations(text: string): string[] {
  const found: string[] = [];
  for (const clause of text.split(/[,.;:!?()\n]|\b(?:and|but|while|with|who)\b/iu)) {
    const at = negation.exec(clause.replaceAll('’', "'"));
    if (!at) continue;
    const after = clause
      .slice(at.index + at[0].length)
      .split(/\b(?:in|on|at|or|nor|over|under|from)\b/iu)[0]!;
    const thing = after
      .replace(
        /\b(?:wearing|wear|carrying|carry|holding|have|having|any|the|an|a|his|her|their|of|was|is)\b/giu,
        ' ',
      )
      .replace(/\s+/gu, ' ')
      .trim();
    found.push(thing === '' ? at[0] : thing);
  }
  return [...new Set(found)];
}
