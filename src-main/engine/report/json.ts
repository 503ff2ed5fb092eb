import type { ReportModel } from './schema.ts';

/** The report body. Its SHA-256 is what HTML and PDF print, so the same model always gives the same bytes. */
export function renderJson(model: ReportModel): string {
  return `${JSON.stringify(model, null, 2)}\n`;
}
