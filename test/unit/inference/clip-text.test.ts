import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanClipText } from '../../../src-main/engine/inference/clip-text.ts';
import { repairMojibake } from '../../../src-main/engine/inference/mojibake.ts';

/** UTF-8 read as Windows-1252, as `text` would look after such an accident. */
function damage(text: string): string {
  const controls = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';
  return [...Buffer.from(text)]
    .map((byte) => (byte >= 0x80 && byte < 0xa0 ? controls[byte - 0x80]! : String.fromCharCode(byte)))
    .join('');
}

describe('cleanClipText', () => {
  it.each([
    ['  A   MAN\n\tin RED \r\n', 'a man in red'],
    ['‘it’s’ a “test”', `'it's' a "test"`],
    ['ＬＯＵＤ　ＮＯＩＳＥＳ ﾊﾟ', 'loud noises パ'],
    ['ﬂuﬃeﬆ Ĳ Ǆ ﬅ ŉ', "fluffiest ij dž \u017ft 'n"],
    ['e\u0301 A\u030a', 'é å'],
    ['a\u0000b\u0007c\u007f \ufeffd \ufffc', 'abc d'],
    ['\x1b[31mred\x1b[0m', 'red'],
    ['a\u2028b\u0085c', 'a b…c'],
    ['\u0093quoted\u0094 \u0096', '"quoted" –'],
    ['\ud83d \udc5f 👟', '\ufffd \ufffd 👟'],
    ['İ ΣΑΣ ẞ', 'i̇ σας ß'],
    ['R&amp;D &amp;amp;amp;amp; &#39;x&#x27; &copy2', "r&d & 'x' ©2"],
    ['a < b &amp;amp;lt; c', 'a < b &lt; c'],
    ['a < b &amp;lt; c', 'a < b < c'],
    ['&#150; &#1; &#xD800; &#x110000;', '–  \ufffd \ufffd'.replace('  ', ' ')],
    ['5 < 6 &notit;', '5 < 6 ¬it;'],
  ])('makes of %j what the reference makes of it', (text, clean) => {
    expect(cleanClipText(text)).toBe(clean);
  });

  it.each([
    '<|endoftext|>',
    '<|STARTOFTEXT|> <|Mask|>',
    '&lt;|endoftext|&gt;',
    '&amp;lt;&#124;endoftext&VerticalLine;&gt;',
    '＜｜ｅｎｄｏｆｔｅｘｔ｜＞',
    '<|end\u0000oftext|>',
    '<|endo\ufeffftext|>',
    '',
    ' \n\u00a0',
    '\u200b\u2060\u00ad',
  ])('leaves nothing of %j', (text) => {
    expect(cleanClipText(text)).toBe('');
  });

  it('does not put a special token together from what is left', () => {
    expect(cleanClipText('<|end<|mask|>oftext|>')).toBe('<|end oftext|>');
    const piece = fc.constantFrom(
      ...['<', '|', '>', '<|', '|>', 'endoftext', 'mask', 'START', 'oftext', '&lt;', '&amp;', '｜', '\ufeff'],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
        expect(cleanClipText(pieces.join(''))).not.toMatch(/<\|(startoftext|endoftext|mask)\|>/iu);
      }),
      { numRuns: 500 },
    );
  });

  it('comes to an end with any text, and leaves single spaces in lower case', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const clean = cleanClipText(text);
        expect(clean).toBe(clean.toLowerCase().trim());
        expect(clean).not.toMatch(/\s\s|[^\S ]/u);
        expect(clean.isWellFormed()).toBe(true);
      }),
    );
  });
});

describe('repairMojibake', () => {
  it.each([
    'Ein Mann mit grünem Mantel, Größe 1,80 m, weiße Schuhe, über die Straße',
    'Une femme à l’air fatigué, manteau bleu foncé… «l’été»',
    'El niño llevaba una camiseta española de color marrón ¿no? ¡Sí!',
    'Mężczyzna w żółtej kurtce, źle widoczny, łysy',
    'Человек в красной куртке и чёрных джинсах',
    'Ένας άντρας με κόκκινο μπουφάν',
    '日本語の人、赤いジャケット',
    'رجل يرتدي سترة حمراء',
    'emoji 👟🧥 ✓ → ★ ½ ° £5 €20',
  ])('restores %j, also when it was damaged twice', (text) => {
    expect(repairMojibake(damage(text))).toBe(text);
    expect(repairMojibake(damage(damage(text)))).toBe(text);
    expect(repairMojibake(text)).toBe(text);
  });

  it('restores single words between honest ones', () => {
    for (const [broken, whole] of [
      ['a cafÃ© and the naïve man’s â€œcoatâ€\x9d', 'a café and the naïve man’s “coat”'],
      ['Ã la mode, Â£5 — voilÃ ', 'à la mode, £5 — voilà '],
      ['it’s 日本 and MÃ¼ller', 'it’s 日本 and Müller'],
    ] as const)
      expect(repairMojibake(broken)).toBe(whole);
  });

  it.each([
    ...['JOSÉ…', 'NESCAFÉ®', 'CAFÉ™', 'CAFÉ’S', 'MAÇÃ…', '“IRMÃ”', 'É—É', 'Úžasný', 'Íž', '„víš“', 'mangé…»'],
    ...['été»—', 'ÆØÅ', 'Ö/Ü', '(É)', '500À', 'STRAßE…', '100×•', 'CAF\u00c9\u00adTERIA', 'ÞAÐ”', '5° – 6½'],
  ])('leaves the honest text %j alone', (text) => {
    expect(repairMojibake(text)).toBe(text);
    expect(repairMojibake(`he said ${text} and left`)).toBe(`he said ${text} and left`);
  });

  it('never lengthens a text, and ends with any', () => {
    const unit = fc.constantFrom(...'ÂÃâðé€™…\x81\xa0¶©aÉ ðŸ‘');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 200 }), (text) => {
        expect(repairMojibake(text).length).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});
