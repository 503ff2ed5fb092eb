import { z } from 'zod';
import type { KeyStoreQuestion } from './key-store-messages.ts';

/** What a host gives the engine process to start with, as JSON in its first argument. */
export const engineStart = z.object({
  version: z.string(),
  holder: z.string(),
  dataFolder: z.string(),
  modelsFolder: z.string(),
  demoFolder: z.string(),
  casesFolder: z.string(),
  /** Continue interrupted imports when a case is opened. */
  resumeImports: z.boolean(),
  /** Operator until somebody gives a name: who is logged in, for hosts that do not ask. */
  fallbackOperator: z.string(),
  /** A case to open at once: after a crash, the one that was open. */
  restoreCase: z.string().nullable(),
});
export type EngineStart = z.infer<typeof engineStart>;

/** What the engine process tells its parent outside the contract. */
export type EngineNotice = { type: 'ready' } | { type: 'case'; path: string | null } | KeyStoreQuestion;

/** Frames between a parent and a forked engine: one pipe carries many connections. */
export type ChannelFrame =
  | { type: 'connect'; channel: number; role: EngineRole }
  | { type: 'data'; channel: number; data: string | Uint8Array }
  | { type: 'disconnect'; channel: number };

/** `host` may also make the calls that hosts keep for themselves. */
export type EngineRole = 'renderer' | 'host';
