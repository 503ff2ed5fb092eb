/**
 * Words that name ethnicity, religion, health or sexual orientation. A search with one of them runs, since
 * the words are the witness's and stay verbatim. They are pointed out and written into the audit log,
 * because such traits cannot be read from a crop, because a model ranks them by stereotype, and because
 * personal data of this kind is specially protected (in the EU: GDPR Article 9, LED Article 10).
 * Colours that are also used for people ("black", "white") are named only before a word for a person.
 */
const sensitiveWords = new Set(
  `aboriginal afghan african afro albanian algerian amerindian arab arabian arabic asian balkan bangladeshi brazilian bulgarian
  caribbean caucasian chechen chinese colombian cuban egyptian eritrean ethiopian ethnic ethnicity european eurasian filipino
  foreigner ghanaian gypsy hispanic indian indonesian iranian iraqi israeli jamaican japanese kenyan korean kosovan kurd kurdish
  latin latina latino lebanese maghrebi malaysian mexican mediterranean mongoloid moroccan mulatto negro nepalese nigerian
  nordic oriental pakistani palestinian persian peruvian polish race racial roma romani romanian russian scandinavian senegalese
  serbian sinti slavic somali somalian sudanese syrian tamil thai tunisian turk turkish ukrainian vietnamese
  coloured-skin complexion dark-skinned light-skinned black-skinned white-skinned brown-skinned fair-skinned skin skinned
  abaya agnostic amish atheist buddhist catholic chador christian dastar hasidic hijab hindu islamic islamist jew jewish
  jilbab khimar kippa kippah mormon moslem muslim niqab orthodox protestant quran rastafarian sikh tichel turban yarmulke
  burka burqa
  addict aids alcoholic amputee anorexic autistic blind crippled deaf dementia depressed diabetic disability disabled diseased
  drugged epileptic handicapped hiv ill insane junkie lame mentally pregnant psychotic retarded schizophrenic senile sick sickly
  unwell
  bisexual gay heterosexual homosexual lesbian queer trans transgender transsexual`
    .split(/\s+/)
    .filter((word) => word !== ''),
);

const person =
  '(?:man|men|woman|women|male|males|female|females|person|people|guy|guys|boy|boys|girl|girls|lady|ladies|gentleman|gentlemen|individual|youth|teenager|adult|suspect|skin)';
/** Whole phrases: colours of people, origins in two words, and the codes IC0 to IC9 of police reports. */
const sensitivePhrases = [
  new RegExp(`\\b(?:black|white|brown|yellow)\\s+${person}\\b`, 'giu'),
  /\b(?:middle|far|south|east|north|west|eastern|western)[\s-]+(?:eastern|europeans?|asians?|africans?)\b/giu,
  /\bnative\s+americans?\b|\bdown['\u2019]?s?\s+syndrome\b|\bfirst\s+nations\b/giu,
  /\bIC[\s-]?[0-9]\b/giu,
];
/** Words that mean the fit or the finish of a thing. */
const ofThings = /\bskin[\s-]?(?:tight|coloured|colored)\b|\b(?:boot|nail|shoe)[\s-]+polish\b/giu;
const negation =
  /\b(?:no|not|without|never|neither|nor|nothing|isn't|wasn't|aren't|weren't|doesn't|didn't|don't|hasn't|hadn't|lacks|lacking|minus)\b/iu;

/** Sensitive words of a text, as they stand there, each once. */
export function findSensitiveWords(text: string): string[] {
  const ofPeople = text.replace(ofThings, ' ');
  const words = ofPeople.match(/[\p{L}\p{M}]+(?:-[\p{L}\p{M}]+)*/gu) ?? [];
  const found = words.filter((word) => {
    const lower = word.toLowerCase();
    return (
      sensitiveWords.has(lower) ||
      lower.split('-').some((part) => sensitiveWords.has(part)) ||
      sensitiveWords.has(lower.replace(/s$/u, ''))
    );
  });
  const phrases = sensitivePhrases.flatMap((phrase) => ofPeople.match(phrase) ?? []);
  return [...new Set([...found, ...phrases])];
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
