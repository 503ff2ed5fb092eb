import { z } from 'zod';
import { sha256 } from '../case/schema.ts';

/** Sizes of paper that documents are laid out for. */
export const pageSize = z.enum(['A4', 'LETTER']);
export type PageSize = z.infer<typeof pageSize>;

/** BCP 47 tags of the languages that the catalogue of texts has (languages.ts). */
export const reportLanguage = z.enum(['en']);
export type ReportLanguage = z.infer<typeof reportLanguage>;

const line = z.string().trim().max(200);

/** An agency's mark as reports carry it: written anew as PNG, so that no other bytes of the file come along. */
export const templateLogo = z.object({
  format: z.literal('png'),
  /** In pixels. */
  width: z.int().positive(),
  height: z.int().positive(),
  sha256,
  /** The picture itself, base64. */
  data: z.base64(),
});
export type TemplateLogo = z.infer<typeof templateLogo>;

/** What an agency's reports have in common: who they come from, and how they are laid out. */
export const reportTemplate = z.object({
  agency: line,
  unit: line,
  /** Address, telephone and the like, a line each. */
  contact: z.array(line).max(6),
  language: reportLanguage,
  pageSize,
  logo: templateLogo.nullable(),
});
export type ReportTemplate = z.infer<typeof reportTemplate>;

/** The form of a report for whom nobody has set another. */
export const plainTemplate: ReportTemplate = {
  agency: '',
  unit: '',
  contact: [],
  language: 'en',
  pageSize: 'A4',
  logo: null,
};

/** What is to be different from now on; members that are absent stay as they are. */
export const reportTemplateChange = reportTemplate
  .omit({ logo: true })
  .partial()
  .extend({
    /** A PNG or JPEG file on the engine's machine, of which a copy is kept; null takes the logo away. */
    logo: z
      .object({ path: z.string().min(1).max(4096) })
      .nullable()
      .optional(),
  });
export type ReportTemplateChange = z.infer<typeof reportTemplateChange>;

/** A template as the settings keep it; the logo is a file beside them. */
export const storedTemplate = reportTemplate
  .omit({ logo: true })
  .extend({ logo: templateLogo.omit({ data: true }).nullable() });
export type StoredTemplate = z.infer<typeof storedTemplate>;
