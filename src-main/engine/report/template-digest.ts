import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { ReportTemplate } from './template.ts';

/** SHA-256 of a template's canonical JSON (RFC 8785). */
export function templateDigest(template: ReportTemplate): string {
  const { agency, unit, contact, language, pageSize, logo } = template;
  return createHash('sha256')
    .update(canonicalize({ agency, unit, contact, language, pageSize, logo })!)
    .digest('hex');
}
