import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extractPhrases } from '../../../src-main/engine/search/phrases.ts';

describe('extractPhrases', () => {
  it.each([
    [
      'man in a red jacket, dark jeans, carrying a black backpack',
      ['man', 'red jacket', 'dark jeans', 'black backpack'],
    ],
    [
      'The woman has long blond hair and wears a light blue sleeveless dress with white sneakers.',
      ['woman', 'long blond hair', 'light blue sleeveless dress', 'white sneakers'],
    ],
    [
      'A tall young man wearing a grey hooded sweatshirt over a white t-shirt, khaki shorts; he holds a shopping bag in his left hand.',
      [
        'tall young man',
        'grey hooded sweatshirt',
        'white t-shirt',
        'khaki shorts',
        'shopping bag',
        'left hand',
      ],
    ],
    [
      'a girl with pink plaid shirt, short black skirt and brown boots is walking away',
      ['girl', 'pink plaid shirt', 'short black skirt', 'brown boots'],
    ],
    ['green and white striped polo', ['green and white striped polo']],
    ['dark trousers with a light-blue coat', ['dark trousers', 'light-blue coat']],
    ['red', ['red']],
    ['RED JACKET, red jacket', ['red jacket']],
    ['  ', []],
  ])('%s', (text, expected) => {
    expect(extractPhrases(text)).toEqual(expected);
  });

  it('takes any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (text) => {
        const phrases = extractPhrases(text);
        expect(phrases.length).toBeLessThanOrEqual(12);
        expect(phrases.every((phrase) => phrase.trim() !== '')).toBe(true);
        if (text.trim() !== '') expect(phrases.length).toBeGreaterThan(0);
      }),
      { numRuns: 60 },
    );
  });
});
