import type { ReportLanguage } from './template.ts';
import { english, type ReportTexts } from './texts.ts';

/** The catalogues of texts, by language; a further language is one more file and one more line here. */
export const catalogues: Record<ReportLanguage, ReportTexts> = { en: english };
