import { describe, expect, it } from 'vitest';
import { reportDocument } from '../../../src-main/engine/report/document/report-document.ts';
import { renderHtml } from '../../../src-main/engine/report/html/render-html.ts';
import { catalogues } from '../../../src-main/engine/report/languages.ts';
import { logCheckProgram } from '../../../src-main/engine/report/log-check-program.ts';
import { reportLanguage } from '../../../src-main/engine/report/template.ts';
import { english, type ReportTexts } from '../../../src-main/engine/report/texts.ts';
import { fixtureModel, fixturePictures, hash } from './report-fixture.ts';

type Text = (...values: unknown[]) => unknown;

/** What a catalogue holds at each place: a text, a list of so many, or a text with so many values in it. */
function places(catalogue: unknown, place = ''): string[] {
  if (typeof catalogue === 'function') return [`${place}: text with ${catalogue.length} values`];
  if (typeof catalogue === 'string') return [`${place}: ${catalogue.trim() === '' ? 'nothing' : 'text'}`];
  return Object.entries(catalogue as object).flatMap(([name, member]) =>
    places(member, place === '' ? name : `${place}.${name}`),
  );
}

/** A catalogue with a mark around each text, as a translation that can be told from everything else. */
function marked(catalogue: unknown): unknown {
  if (typeof catalogue === 'function') {
    const text = catalogue as Text;
    const marking = (...values: unknown[]): unknown => marked(text(...values));
    return Object.defineProperty(marking, 'length', { value: text.length });
  }
  if (typeof catalogue === 'string') return catalogue === '' ? '' : `\u2045${catalogue}\u2046`;
  if (Array.isArray(catalogue)) return catalogue.map(marked);
  return Object.fromEntries(Object.entries(catalogue as object).map(([name, text]) => [name, marked(text)]));
}

describe('the catalogues of texts', () => {
  it('are there for every language that a template can choose, under its own tag', () => {
    expect(Object.keys(catalogues).sort()).toEqual([...reportLanguage.options].sort());
    for (const [language, texts] of Object.entries(catalogues)) expect(texts.language).toBe(language);
  });

  it('have every text of the English one, and no other', () => {
    const wanted = places(english);
    expect(wanted.length).toBeGreaterThan(250);
    for (const texts of Object.values(catalogues)) expect(places(texts)).toEqual(wanted);
  });

  it('are found incomplete where a text, a column or a value is missing', () => {
    const wanted = places(english);
    const damaged: [string, (texts: ReportTexts) => void][] = [
      ['search.cutOffEmpty: text', ({ search }) => Object.assign(search, { cutOffEmpty: ' ' })],
      ['audit.columns.5: text', ({ audit }) => audit.columns.pop()],
      ['check.title: text', ({ check }) => Reflect.deleteProperty(check, 'title')],
      [
        'pageOf: text with 2 values',
        (texts) => Object.assign(texts, { pageOf: (page: number) => `${page}` }),
      ],
    ];
    for (const [place, damage] of damaged) {
      const texts = marked(english) as ReportTexts;
      damage(texts);
      expect(wanted.filter((name) => !places(texts).includes(name))).toEqual([place]);
    }
  });

  it('are the only source of words in a document, besides the case itself', async () => {
    const model = fixtureModel();
    const document = reportDocument(model, hash('body'), marked(english) as ReportTexts);
    let markup = '';
    for await (const chunk of renderHtml(document, fixturePictures)) markup += chunk;
    const shown = markup
      .replace(/<style>[^]*?<\/style>/, '')
      .matchAll(/>([^<]+)<|(?:alt|aria-label)="([^"]+)"/g);
    const given = JSON.stringify([model, logCheckProgram]).replaceAll('\\n', '\n');
    const foreign = [...shown]
      .map(([, text, attribute]) => text ?? attribute ?? '')
      .filter((text) => !text.includes('\u2045'))
      .map((text) =>
        text.replaceAll('&quot;', '\\"').replaceAll('&#39;', "'").replaceAll('&amp;', '&').trim(),
      )
      .filter((text) => !given.includes(text))
      // What is put together from the model: hashes, names of files, a pack with its version, the symbol of minutes.
      .map((text) => text.replace(/originals\/\S+|[0-9a-f]{64}|descry-s \d|\d min\b/g, ''))
      .filter((text) => /\p{L}{3}/u.test(text));
    expect(foreign).toEqual([]);
  });
});
