import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'svelte/compiler';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { english } from '../../../src-main/engine/report/texts.ts';
import { claimsIn, neverInReports, neverSaid } from './claims.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

interface Found {
  where: string;
  words: string[];
}

/** The texts of string and template literals of a source. */
function literals(source: string, name: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (
      ts.isStringLiteralLike(node) ||
      ts.isTemplateHead(node) ||
      ts.isTemplateMiddle(node) ||
      ts.isTemplateTail(node)
    )
      found.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(name, source, ts.ScriptTarget.Latest, true));
  return found;
}

/** Texts of a component: what stands in its markup and its attributes, and the literals of its script and expressions. */
function componentTexts(source: string): string[] {
  const found: string[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    if (Array.isArray(node)) return node.forEach(visit);
    const { type, data, value } = node as { type?: string; data?: unknown; value?: unknown };
    if (type === 'Text' && typeof data === 'string') found.push(data);
    if (type === 'Literal' && typeof value === 'string' && isSentence(value)) found.push(value);
    if (type === 'TemplateElement') found.push((value as { raw: string }).raw);
    for (const [name, member] of Object.entries(node)) if (name !== 'css') visit(member);
  };
  visit(parse(source, { modern: true }));
  return found;
}

/** Words for people: with a space between them, or a capital at the beginning. */
function isSentence(text: string): boolean {
  return /\S\s+\S|^[A-Z][a-z]/.test(text);
}

function search(files: string[], texts: (source: string, name: string) => string[], words: RegExp): Found[] {
  return files.flatMap((file) =>
    texts(readFileSync(file, 'utf8'), file)
      .map((text) => ({
        where: `${relative(root, file)}: ${text.trim().slice(0, 80)}`,
        words: claimsIn(text, words),
      }))
      .filter((found) => found.words.length > 0),
  );
}

const sources = globSync('src-main/**/*.ts', { cwd: root }).map((file) => join(root, file));
const pages = globSync('src-renderer/**/*.{svelte,ts}', { cwd: root }).map((file) => join(root, file));

describe('the words that people are shown', () => {
  it('are found where they are looked for', () => {
    expect(claimsIn('A 93% certain match of the same person', neverSaid)).toHaveLength(3);
    expect(claimsIn('an investigative lead, never an identification', neverSaid)).toEqual([]);
    expect(claimsIn('External-Identifier: 7, identifier of a person', neverSaid)).toEqual(['identifier']);
    expect(literals('throw new Error(`It is ${x} identified`)', 'a.ts')).toEqual(['It is ', ' identified']);
    const component = '<script>const a = "Person identified";</script><p title="a match">Same {b} person</p>';
    expect(componentTexts(component).toSorted()).toEqual([
      ' person',
      'Person identified',
      'Same ',
      'a match',
    ]);
    expect(sources.length).toBeGreaterThan(200);
    expect(pages.filter((file) => file.endsWith('.svelte')).length).toBeGreaterThan(30);
  });

  it('of the report catalogue claim nothing, whatever they are filled with', () => {
    const [catalogue] = sources.filter((file) => file.endsWith('report/texts.ts'));
    expect(search([catalogue!], (source, name) => literals(source, name), neverInReports)).toEqual([]);
    expect(literals(readFileSync(catalogue!, 'utf8'), 'texts.ts').length).toBeGreaterThan(300);
    expect(claimsIn(english.header, /identification/)).toEqual([]);
  });

  it('of errors, warnings, the command line and the log claim nothing', () => {
    const sentences = (source: string, name: string): string[] => literals(source, name).filter(isSentence);
    expect(search(sources, sentences, neverSaid)).toEqual([]);
  });

  it('of the window claim nothing', () => {
    const texts = (source: string, name: string): string[] =>
      name.endsWith('.svelte') ? componentTexts(source) : literals(source, name).filter(isSentence);
    expect(search(pages, texts, neverSaid)).toEqual([]);
  });
});
