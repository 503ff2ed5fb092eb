/** What no person may be told of a ranked result, in any place. */
export const neverSaid =
  /\bmatch(?:es|ed|ing)?\b|\bidentif\w*|\bsame person\b|\bprobabilit\w*|(?:\bper ?cent|%) certain\b|\bperpetrator\w*|\bculprit\w*/giu;

/** What a report does not say, either. */
export const neverInReports =
  /\bmatch\w*|\bidentif\w*|\bsame person\b|\bprobab\w*|\bcertain\w*|\bconfiden\w*|\blikel\w*|%|\bsuspect\w*|\bperpetrator\w*|\bculprit\w*/giu;

/** Sentences that say what a result is not. */
const denials = /\b(?:not|never) (?:an )?identifications?\b|\bnot for identifying anyone\b/giu;
/** Labels of bag-info.txt, which BagIt (RFC 8493, 2.2.2) gives: names of a case and a report, not of people. */
const bagLabels = /\b(?:External|Bag-Group|Internal-Sender)-Identifier\b/gu;

/** The words of a text that claim more than a ranked list can say. */
export function claimsIn(text: string, words: RegExp = neverInReports): string[] {
  return text.replace(/\s+/g, ' ').replaceAll(denials, '').replaceAll(bagLabels, '').match(words) ?? [];
}
