import type { ReportTemplate } from '../../src-main/api/types.ts';

type Language = ReportTemplate['language'];

/** Languages of reports, by the tags of the engine's catalogues. */
export const languages: Record<Language, string> = { en: 'English' };

export const languageOptions = Object.entries(languages).map(([value, label]) => ({
  value: value as Language,
  label,
}));
