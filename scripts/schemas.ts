import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { bundleSchemas } from '../src-main/engine/report/bundle/schema.ts';

/** Writes docs/schemas from the schemas that exports are checked against; run by hand when these change. */
const folder = join(dirname(fileURLToPath(import.meta.url)), '..', 'docs', 'schemas');

mkdirSync(folder, { recursive: true });
for (const [name, schema] of Object.entries(bundleSchemas())) {
  const path = join(folder, name);
  const text = await format(JSON.stringify(schema), { ...(await resolveConfig(path)), filepath: path });
  writeFileSync(path, text);
}
