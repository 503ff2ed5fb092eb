import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanQuery, cleanText, modelWarnings } from '../../../src-main/engine/search/query.ts';
import { findNegations, findSensitiveWords } from '../../../src-main/engine/search/query-words.ts';
import { searchQuery, type SearchWarning } from '../../../src-main/engine/search/schema.ts';

const clean = (query: object): ReturnType<typeof cleanQuery> => cleanQuery(searchQuery.parse(query));
const say = (text: string): ReturnType<typeof cleanQuery> => clean({ statements: [{ text }] });
const kinds = (warnings: SearchWarning[]): string[] => warnings.map(({ kind }) => kind);

describe('cleanQuery', () => {
  it('keeps a plain description as it is', () => {
    expect(say('Man in a red jacket, dark jeans')).toEqual({
      statements: [{ text: 'Man in a red jacket, dark jeans', weight: 1 }],
      avoid: [],
      like: [],
      warnings: [],
    });
  });

  it.each([
    [{}],
    [{ statements: [{ text: ' \n\t ' }] }],
    [{ statements: [{ text: '\u0000\u200b' }] }],
    [{ statements: [{ text: 'red jacket', weight: 0 }] }],
    [{ like: [{ cropId: 3, weight: 0 }] }],
    [{ avoid: ['hat'] }],
  ])('refuses %j: there is nothing to search for', (query) => {
    expect(() => clean(query)).toThrow(expect.objectContaining({ kind: 'invalid-input' }));
  });

  it('searches by example alone', () => {
    expect(clean({ like: [{ cropId: 3 }], statements: [{ text: '' }] })).toMatchObject({
      statements: [],
      like: [{ cropId: 3, weight: 1 }],
    });
  });

  it('leaves control characters out, and says so', () => {
    const { statements, warnings } = say('red\u0000 jac\u0007ket \u202ebackwards');
    expect(statements[0]!.text).toBe('red jac ket backwards');
    expect(kinds(warnings)).toEqual(['control-characters']);
    expect(kinds(say('red jacket,\r\n\tblack bag').warnings)).toEqual([]);
    expect(kinds(say('lone surrogate \ud800').warnings)).toEqual(['control-characters']);
  });

  it('makes clean text of anything, once and for all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const once = cleanText(text);
        expect(once).not.toMatch(/[\p{Cc}\p{Cf}]|^\s|\s$|\s\s/u);
        expect(cleanText(once)).toBe(once);
      }),
    );
  });

  it('takes 10,000 characters in its stride', () => {
    expect(say('red jacket no '.repeat(700)).statements[0]!.text.length).toBe(9799);
  });

  it('points out negations in statements, and not in phrases to avoid', () => {
    const { warnings } = clean({
      statements: [{ text: 'A man with no hat and without a backpack' }],
      avoid: ['no bag'],
    });
    expect(warnings).toEqual([expect.objectContaining({ kind: 'negation', words: ['hat', 'backpack'] })]);
    expect(warnings[0]!.message).toContain('"hat" and "backpack"');
  });

  it('names sensitive words wherever they stand, and searches all the same', () => {
    const { warnings, statements } = clean({
      statements: [{ text: 'Asian woman in a black coat' }],
      avoid: ['hijab'],
    });
    expect(statements).toHaveLength(1);
    expect(warnings).toEqual([expect.objectContaining({ kind: 'sensitive', words: ['Asian', 'hijab'] })]);
  });
});

describe('findNegations', () => {
  it.each([
    ['no hat', ['hat']],
    ['He was not wearing a red cap, dark jeans', ['red cap']],
    ['woman without any bag or scarf', ['bag']],
    ["she didn't have glasses", ['glasses']],
    ['he doesn’t carry an umbrella', ['umbrella']],
    ['a knot in her hair, a notebook, nose ring', []],
    ['definitely not', ['not']],
    ['red jacket', []],
  ])('%s', (text, expected) => {
    expect(findNegations(text)).toEqual(expected);
  });
});

describe('findSensitiveWords', () => {
  it.each([
    ['a black man in a white shirt', ['black man']],
    ['a black jacket, white shoes, brown hair, yellow bag', []],
    ['dark-skinned youth', ['dark-skinned']],
    ['Muslims', ['Muslims']],
    ['a pregnant woman', ['pregnant']],
    ['navy turban', ['turban']],
    ['he looked Arabic', ['Arabic']],
    ['an Indiana Jones hat', []],
    ['Middle Eastern male, IC6', ['Middle Eastern', 'IC6']],
    ['a man with dark skin', ['skin']],
    ['skin-tight jeans, polished boots, red nail polish', []],
    ['a Polish man with a Catholic cross', ['Polish', 'Catholic']],
    ['she looked unwell, perhaps diabetic', ['unwell', 'diabetic']],
    ['East African woman', ['African', 'East African']],
    ['a plaid jacket from the east entrance, an eastern style coat', []],
    ['pale trainers, a tall man, beard, about 30', []],
  ])('%s', (text, expected) => {
    expect(findSensitiveWords(text)).toEqual(expected);
  });
});

describe('modelWarnings', () => {
  const known = { text: 'a red jacket', truncated: false, unknownWords: [] };
  const unknown = { text: 'the Flörb of zab', truncated: false, unknownWords: ['florb', 'zab'] };

  it('tells a few unknown words from nothing but unknown words', () => {
    expect(modelWarnings([known], [], true)).toEqual([]);
    expect(kinds(modelWarnings([{ ...known, unknownWords: ['jacket'] }], [], true))).toEqual([
      'unknown-words',
    ]);
    expect(kinds(modelWarnings([known, unknown], [], true))).toEqual(['unknown-words']);
    expect(kinds(modelWarnings([unknown, unknown], [], true))).toEqual(['all-words-unknown']);
    expect(kinds(modelWarnings([unknown], [], false))).toEqual(['unknown-words']);
    expect(kinds(modelWarnings([known], [unknown], true))).toEqual(['unknown-words']);
    expect(modelWarnings([{ ...known, text: '007' }], [], true)).toEqual([]);
  });

  it('tells when a text was cut', () => {
    expect(kinds(modelWarnings([{ ...known, truncated: true }], [], true))).toEqual(['truncated']);
  });
});
