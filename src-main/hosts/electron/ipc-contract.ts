import { z } from 'zod';

const path = z.string().min(1).max(4096);
const title = z.string().min(1).max(200);

/**
 * What the page may ask of the main process: the whole of it. Each question has a schema for its
 * arguments; the answers' types are below. Both sides are typed by this map.
 */
export const questions = {
  'descry:pick-folder': z.tuple([z.strictObject({ title, defaultPath: path.optional() })]),
  'descry:pick-files': z.tuple([
    z.strictObject({
      title,
      /** Without a dot; empty or absent allows every file. */
      extensions: z
        .array(z.string().regex(/^[a-z0-9]{1,12}$/i))
        .max(40)
        .optional(),
      multiple: z.boolean().optional(),
    }),
  ]),
  'descry:show-in-folder': z.tuple([z.int().positive()]),
  'descry:open-export': z.tuple([path]),
} as const;

/** What the page may tell the main process, without an answer. */
export const notices = {
  /** The page is listening: send the engine's port, and a case that waits to be opened. */
  'descry:ready': z.tuple([]),
} as const;

export type Question = keyof typeof questions;
export type Notice = keyof typeof notices;
export type QuestionArguments<Channel extends Question> = z.infer<(typeof questions)[Channel]>;
export type NoticeArguments<Channel extends Notice> = z.infer<(typeof notices)[Channel]>;

export interface Answers {
  'descry:pick-folder': string | null;
  'descry:pick-files': string[];
  'descry:show-in-folder': undefined;
  'descry:open-export': undefined;
}

/** Commands of the native menu, as the page knows them. */
export type MenuCommand =
  | 'new-case'
  | 'open-case'
  | 'close-case'
  | 'import'
  | 'search'
  | 'review'
  | 'export'
  | 'models'
  | 'settings'
  | 'undo'
  | 'redo'
  | 'theme-system'
  | 'theme-light'
  | 'theme-dark'
  | 'shortcuts'
  | 'verify'
  | 'audit'
  | 'doctor';

/** What the main process tells the page. The engine's port comes with `descry:engine-port`. */
export interface PageMessages {
  'descry:engine-port': null;
  'descry:menu': MenuCommand;
  'descry:open-case': string;
}
