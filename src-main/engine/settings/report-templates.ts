import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toDescryError } from '../errors.ts';
import {
  plainTemplate,
  type ReportTemplate,
  type ReportTemplateChange,
  type TemplateLogo,
} from '../report/template.ts';
import { readLogo } from './logo-file.ts';
import type { UserSettings } from './user-settings.ts';

/** The template of this user's reports: kept in the settings, its logo as a copy in the data folder. */
export class ReportTemplates {
  readonly #settings: Pick<UserSettings, 'template'>;
  readonly #folder: string;

  constructor(settings: Pick<UserSettings, 'template'>, dataFolder: string) {
    this.#settings = settings;
    this.#folder = dataFolder;
  }

  /** A logo that is gone, or is not the one that was taken, is left out. */
  get(): ReportTemplate {
    const stored = this.#settings.template;
    if (!stored) return plainTemplate;
    const { logo } = stored;
    return { ...stored, logo: logo && this.#storedLogo(logo) };
  }

  /**
   * Changes the members that are given.
   * @throws DescryError `not-found`, `invalid-input` for a logo that is no usable picture; `disk-full`, `read-only`.
   */
  async set({ logo: wanted, ...change }: ReportTemplateChange): Promise<ReportTemplate> {
    const before = this.get();
    const logo = wanted === undefined ? before.logo : wanted === null ? null : await readLogo(wanted.path);
    const { agency, unit, contact, language, pageSize } = before;
    try {
      if (logo && logo.sha256 !== before.logo?.sha256) this.#storeLogo(logo);
      this.#settings.template = {
        agency: change.agency ?? agency,
        unit: change.unit ?? unit,
        contact: change.contact ?? contact,
        language: change.language ?? language,
        pageSize: change.pageSize ?? pageSize,
        logo: logo && withoutData(logo),
      };
      if (before.logo && before.logo.sha256 !== logo?.sha256)
        rmSync(this.#logoPath(before.logo.sha256), { force: true });
    } catch (error) {
      throw toDescryError(error);
    }
    return this.get();
  }

  #storedLogo(logo: Omit<TemplateLogo, 'data'>): TemplateLogo | null {
    try {
      const bytes = readFileSync(this.#logoPath(logo.sha256));
      const actual = createHash('sha256').update(bytes).digest('hex');
      return actual === logo.sha256 ? { ...logo, data: bytes.toString('base64') } : null;
    } catch {
      return null;
    }
  }

  #storeLogo({ sha256, data }: TemplateLogo): void {
    mkdirSync(this.#folder, { recursive: true });
    const path = this.#logoPath(sha256);
    writeFileSync(`${path}.part`, Buffer.from(data, 'base64'));
    renameSync(`${path}.part`, path);
  }

  #logoPath(sha256: string): string {
    return join(this.#folder, `report-logo-${sha256.slice(0, 16)}.png`);
  }
}

function withoutData({ format, width, height, sha256 }: TemplateLogo): Omit<TemplateLogo, 'data'> {
  return { format, width, height, sha256 };
}
