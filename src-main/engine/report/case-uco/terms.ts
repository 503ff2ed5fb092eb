import { hash } from 'node:crypto';

/** Version of CASE, and of the UCO that belongs to it, whose terms are used. */
export const ontologyVersion = '1.4.0';

/** Prefixes of the JSON-LD document. */
export const context = {
  'case-investigation': 'https://ontology.caseontology.org/case/investigation/',
  'uco-action': 'https://ontology.unifiedcyberontology.org/uco/action/',
  'uco-configuration': 'https://ontology.unifiedcyberontology.org/uco/configuration/',
  'uco-core': 'https://ontology.unifiedcyberontology.org/uco/core/',
  'uco-identity': 'https://ontology.unifiedcyberontology.org/uco/identity/',
  'uco-observable': 'https://ontology.unifiedcyberontology.org/uco/observable/',
  'uco-tool': 'https://ontology.unifiedcyberontology.org/uco/tool/',
  'uco-types': 'https://ontology.unifiedcyberontology.org/uco/types/',
  xsd: 'http://www.w3.org/2001/XMLSchema#',
} as const;

export interface Reference {
  '@id': string;
}

/** A node of the graph; members that are undefined are left out. */
export interface Node extends Reference {
  '@type': string;
  [property: string]: unknown;
}

export const reference = (id: string): Reference => ({ '@id': id });

/** @param instant ISO 8601 with an offset. */
export const dateTime = (instant: string): object => ({ '@type': 'xsd:dateTime', '@value': instant });

/**
 * Names the things of one case: an IRI with a UUID at its end, as UCO asks, which is the same for the same
 * thing each time (RFC 9562, 5.5, with the case's own identifier as the name space).
 */
export class Names {
  readonly #space: Buffer;

  /** @param caseId the case's UUID. */
  constructor(caseId: string) {
    this.#space = Buffer.from(caseId.replaceAll('-', ''), 'hex');
  }

  /** @param what kind and number of the thing, such as `crop/12`. */
  of(what: string): string {
    const bytes = hash('sha1', Buffer.concat([this.#space, Buffer.from(what)]), 'buffer');
    bytes[6] = (bytes[6]! & 0x0f) | 0x50;
    bytes[8] = (bytes[8]! & 0x3f) | 0x80;
    const hex = bytes.toString('hex', 0, 16);
    return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }
}

/** Content of a file by its hash. @param id of what has the content. */
export function contentFacet(
  names: Names,
  what: string,
  content: { sha256: string; bytes?: number; mimeType?: string },
): Node {
  return {
    '@id': names.of(`${what}/content`),
    '@type': 'uco-observable:ContentDataFacet',
    'uco-observable:mimeType': content.mimeType,
    'uco-observable:sizeInBytes': content.bytes,
    'uco-observable:hash': {
      '@id': names.of(`${what}/hash`),
      '@type': 'uco-types:Hash',
      'uco-types:hashMethod': 'SHA256',
      'uco-types:hashValue': { '@type': 'xsd:hexBinary', '@value': content.sha256 },
    },
  };
}

/** Name and place of a file. */
export function fileFacet(
  names: Names,
  what: string,
  file: { name: string; path?: string; bytes?: number },
): Node {
  const extension = /\.([A-Za-z0-9]{1,10})$/.exec(file.name)?.[1];
  return {
    '@id': names.of(`${what}/file`),
    '@type': 'uco-observable:FileFacet',
    'uco-observable:fileName': file.name,
    'uco-observable:filePath': file.path,
    'uco-observable:extension': extension,
    'uco-observable:isDirectory': false,
    'uco-observable:sizeInBytes': file.bytes,
  };
}

/** A configuration of named values, as UCO keeps the settings of a tool. */
export function configuration(
  names: Names,
  what: string,
  entries: readonly (readonly [string, string | undefined])[],
): Node {
  return {
    '@id': names.of(`${what}/configuration`),
    '@type': 'uco-configuration:Configuration',
    'uco-configuration:configurationEntry': entries.flatMap(([name, value], i) =>
      value === undefined
        ? []
        : [
            {
              '@id': names.of(`${what}/configuration/${i}`),
              '@type': 'uco-configuration:ConfigurationEntry',
              'uco-configuration:itemName': name,
              'uco-configuration:itemValue': value,
            },
          ],
    ),
  };
}
