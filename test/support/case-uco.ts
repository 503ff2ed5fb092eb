import { readFileSync } from 'node:fs';
import jsonld from 'jsonld';
import { DataFactory, Parser, Store } from 'n3';
import Validator from 'rdf-validate-shacl';

const { namedNode } = DataFactory;
const rdfType = namedNode('http://www.w3.org/1999/02/22-rdf-syntax-ns#type');
const subClassOf = namedNode('http://www.w3.org/2000/01/rdf-schema#subClassOf');
const path = namedNode('http://www.w3.org/ns/shacl#path');
const property = namedNode('http://www.w3.org/ns/shacl#property');
const owl = 'http://www.w3.org/2002/07/owl#';

const excerpt = new URL('../fixtures/case-uco/terms.ttl', import.meta.url);
/** The excerpt of CASE and UCO that holds the terms of the export; see make-terms.ts beside it. */
const ontology = new Store(new Parser().parse(readFileSync(excerpt, 'utf8')));

/**
 * The triples of a JSON-LD document, by the reference processor; nothing is fetched.
 * @throws Error for a document that is no JSON-LD, or holds a name without an IRI.
 */
export async function triplesOf(document: object): Promise<Store> {
  const quads = await jsonld.toRDF(document, {
    format: 'application/n-quads',
    // What has no IRI is an error, where it would be left out in silence.
    safe: true,
    documentLoader: (url: string) => Promise.reject(new Error(`${url} was asked for`)),
  } as jsonld.Options.ToRdf);
  return new Store(new Parser({ format: 'N-Quads' }).parse(quads as unknown as string));
}

/** A class and all above it. */
function withAbove(type: string, found = new Set<string>()): Set<string> {
  found.add(type);
  for (const above of ontology.getObjects(namedNode(type), subClassOf, null))
    if (!found.has(above.value)) withAbove(above.value, found);
  return found;
}

/** Properties that the shapes of a class, or of one above it, speak of. */
function propertiesOf(type: string): Set<string> {
  const found = new Set<string>();
  for (const each of withAbove(type))
    for (const shape of ontology.getObjects(namedNode(each), property, null))
      for (const { value } of ontology.getObjects(shape, path, null)) found.add(value);
  return found;
}

const isDeclared = (iri: string, kind: string): boolean =>
  ontology.countQuads(namedNode(iri), rdfType, namedNode(`${owl}${kind}`), null) > 0;

/** What is undeclared, or stands where the ontology does not have it: classes, properties, values of the wrong kind. */
export function undeclared(data: Store): string[] {
  const problems = new Set<string>();
  for (const { subject, predicate, object } of data) {
    if (predicate.equals(rdfType)) {
      if (!isDeclared(object.value, 'Class')) problems.add(`no class ${object.value}`);
      continue;
    }
    const name = predicate.value;
    const kind = object.termType === 'Literal' ? 'DatatypeProperty' : 'ObjectProperty';
    if (!isDeclared(name, kind)) problems.add(`no ${kind} ${name}`);
    const types = data.getObjects(subject, rdfType, null).map((type) => type.value);
    if (types.length === 0) problems.add(`${subject.value} is of no class`);
    if (!types.some((type) => propertiesOf(type).has(name)))
      problems.add(`${types.join(', ')} has no ${name}`);
  }
  return [...problems];
}

/** What the shapes of CASE and UCO find, warnings and advice included, by an independent SHACL processor. */
export async function shapeFindings(data: Store): Promise<string[]> {
  // A shape reaches the classes below its own through what the data say of classes.
  const whole = new Store([...data, ...ontology.match(null, subClassOf, null)]);
  const report = await new Validator(ontology).validate(whole);
  return report.results.map(
    ({ focusNode, path: at, message, value }) =>
      `${focusNode?.value} ${at?.value ?? ''}: ${message.map((each) => each.value).join(' ')} (${value?.value ?? ''})`,
  );
}
