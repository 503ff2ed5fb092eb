import { z } from 'zod';
import { Names } from '../../report/case-uco/terms.ts';
import type { CheckedReport } from './check-report.ts';
import type { ExportFiles } from './export-files.ts';
import type { Findings } from './findings.ts';
import { jsonValues, reasonOf } from './json-values.ts';

const reference = z.object({ '@id': z.string() });
const listOf = <T extends z.ZodType>(item: T): z.ZodType<z.infer<T>[]> =>
  z.preprocess(
    (value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]),
    z.array(item),
  ) as z.ZodType<z.infer<T>[]>;

const facet = z.object({
  'uco-observable:filePath': z.string().optional(),
  'uco-observable:path': z.string().optional(),
  'uco-observable:sizeInBytes': z.int().optional(),
  'uco-observable:hash': z.object({ 'uco-types:hashValue': z.object({ '@value': z.string() }) }).optional(),
});
type Facet = z.infer<typeof facet>;

const graphNode = z.object({
  '@id': z.string(),
  '@type': z.string(),
  '@reverse': z.unknown().optional(),
  'uco-core:source': reference.optional(),
  'uco-core:hasFacet': listOf(facet),
});
type GraphNode = z.infer<typeof graphNode>;

/** What the description is held against. */
export interface DescribedBundle {
  report: CheckedReport;
  /** SHA-256 of every file of the payload, as the manifest gives it. */
  payload: ReadonlyMap<string, string>;
}

/**
 * Whether the CASE/UCO description of a bundle gives every document the hash of the manifest, and every
 * listed crop the hash, the size and the file of report.json; and describes neither less nor more of them.
 */
export async function checkCaseUco(
  files: ExportFiles,
  path: string,
  bundle: DescribedBundle,
  findings: Findings,
  signal?: AbortSignal,
): Promise<void> {
  if (!(await files.find(path))) {
    findings.error('case-uco', path, 'The description in CASE/UCO is not there.');
    return;
  }
  const check = new DescriptionCheck(path, bundle, findings);
  try {
    for await (const { value } of jsonValues(files, path, ['$.@graph.*'], signal)) {
      const node = graphNode.safeParse(value);
      if (node.success) check.add(node.data);
    }
  } catch (error) {
    signal?.throwIfAborted();
    findings.error('case-uco', path, `It cannot be read: ${reasonOf(error)}`);
    return;
  }
  check.finish();
}

class DescriptionCheck {
  readonly #file: string;
  readonly #bundle: DescribedBundle;
  readonly #findings: Findings;
  /** Numbers of the listed crops by what the description calls them. */
  readonly #crops = new Map<string, number>();
  readonly #described = new Set<number>();
  readonly #placed = new Set<number>();
  readonly #documents = new Set<string>();

  constructor(file: string, bundle: DescribedBundle, findings: Findings) {
    this.#file = file;
    this.#bundle = bundle;
    this.#findings = findings;
    const names = new Names(bundle.report.caseId ?? '');
    for (const id of bundle.report.crops.keys()) this.#crops.set(names.of(`crop/${id}`), id);
  }

  add(node: GraphNode): void {
    const facets = node['uco-core:hasFacet'];
    if (node['@type'] === 'uco-observable:File') this.#addDocument(facets);
    // Frames are pictures too, but belong to no import.
    else if (node['@type'] === 'uco-observable:RasterPicture' && node['@reverse'] !== undefined)
      this.#addCrop(node['@id'], facets);
    else if (node['uco-core:source']) this.#addPlace(node['uco-core:source']['@id'], facets);
  }

  finish(): void {
    const { report, payload } = this.#bundle;
    for (const path of payload.keys())
      if (/^data\/report\.[a-z]+$/.test(path) && !this.#documents.has(path))
        this.#error(path, 'is not described');
    for (const [id, { file }] of report.crops) {
      if (!this.#described.has(id)) this.#error(`crop ${id}`, 'is not described');
      else if (file !== null && !this.#placed.has(id))
        this.#error(`crop ${id}`, 'has no place in the bundle');
    }
  }

  #addDocument(facets: readonly Facet[]): void {
    const path = facets.find((each) => each['uco-observable:filePath'] !== undefined)?.[
      'uco-observable:filePath'
    ];
    if (path === undefined) return;
    this.#documents.add(path);
    const listed = this.#bundle.payload.get(path);
    if (listed === undefined) this.#error(path, 'is described, and no file of the bundle');
    else if (hashIn(facets) !== listed)
      this.#error(path, `has SHA-256 ${hashIn(facets) ?? 'none'} there, and ${listed} in the manifest`);
  }

  #addCrop(iri: string, facets: readonly Facet[]): void {
    const id = this.#crops.get(iri);
    if (id === undefined) {
      this.#error(iri, 'is described as a crop, and no list of report.json names it');
      return;
    }
    this.#described.add(id);
    const { sha256, bytes } = this.#bundle.report.crops.get(id)!;
    if (hashIn(facets) !== sha256)
      this.#error(
        `crop ${id}`,
        `has SHA-256 ${hashIn(facets) ?? 'none'} there, and ${sha256} in report.json`,
      );
    for (const { 'uco-observable:sizeInBytes': size } of facets)
      if (size !== undefined && size !== bytes)
        this.#error(`crop ${id}`, `has ${size} bytes there, and ${bytes} in report.json`);
  }

  #addPlace(source: string, facets: readonly Facet[]): void {
    const id = this.#crops.get(source);
    const place = facets.find((each) => each['uco-observable:path'] !== undefined)?.['uco-observable:path'];
    if (id === undefined || place === undefined) return;
    this.#placed.add(id);
    const file = this.#bundle.report.crops.get(id)!.file;
    if (file === null || place !== `data/${file}`)
      this.#error(
        `crop ${id}`,
        `is said to lie at ${place}; in report.json ${file === null ? 'it was left out' : `its file is ${file}`}`,
      );
  }

  #error(what: string, message: string): void {
    this.#findings.error('case-uco', `${this.#file}, ${what}`, `It ${message}.`);
  }
}

function hashIn(facets: readonly Facet[]): string | undefined {
  return facets.find((each) => each['uco-observable:hash'])?.['uco-observable:hash']?.['uco-types:hashValue'][
    '@value'
  ];
}
