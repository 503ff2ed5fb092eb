import { eventIterator, oc, type ContractRouterClient } from '@orpc/contract';
import { z } from 'zod';
import { archiveOutcome, copyOutcome, restoreOutcome } from '../engine/archive/format.ts';
import {
  auditEntry,
  camera,
  cameraChange,
  caseDetails,
  caseInfo,
  cropDetail,
  cropId,
  cropSummary,
  recentCase,
  redactionBox,
  verdict,
  verification,
} from '../engine/case/schema.ts';
import { errorKinds } from '../engine/errors.ts';
import { engineEvent } from '../engine/events.ts';
import {
  batch,
  demoOutcome,
  importPreview,
  importProgress,
  importRequest,
  rejectedFile,
} from '../engine/ingest/schema.ts';
import { doctorReport, packSummary } from '../engine/inference/schema.ts';
import { embedOutcome, modelAccount, modelAnswers } from '../engine/packs/schema.ts';
import { embeddingJob, packCoverage } from '../engine/embedding/schema.ts';
import { discoveryOutcome } from '../engine/report/discovery/schema.ts';
import { reportTemplate, reportTemplateChange } from '../engine/report/template.ts';
import { earlierExport } from '../engine/report/earlier-exports.ts';
import { removalPreview, removalProgress } from '../engine/removal/schema.ts';
import {
  reportContainer,
  reportModel,
  reportOptions,
  reportFormat,
  reportOutcome,
} from '../engine/report/schema.ts';
import { blindCrop, blindOutcome, blindReview } from '../engine/review/schema.ts';
import {
  certificateAccount,
  certificateRequest,
  exportVerification,
  importKeyRequest,
  keyId,
  keyStoreState,
  newKeyRequest,
  newPassphrase,
  passphrase,
  signRequest,
  storedKey,
} from '../engine/report/signing/schema.ts';
import {
  evaluation,
  explanation,
  facets,
  packComparison,
  rerunOutcome,
  resultRow,
  searchFilter,
  searchOutcome,
  searchQuery,
  searchRecord,
} from '../engine/search/schema.ts';

/**
 * The contract between the engine and everything that uses it. Inputs are checked here, once, on
 * the way in; every error on the way out is `DESCRY` with a kind (see engine/errors.ts).
 */
const base = oc.errors({
  DESCRY: {
    data: z.object({ kind: z.enum(errorKinds), detail: z.record(z.string(), z.unknown()) }),
  },
});

const path = z.string().min(1).max(4096);
const page = z.object({
  offset: z.int().nonnegative().default(0),
  limit: z.int().min(1).max(500).default(100),
});
const progress = z.object({ done: z.int(), total: z.int(), step: z.string() });

export const contract = {
  app: {
    info: base.output(
      z.object({
        name: z.string(),
        version: z.string(),
        platform: z.string(),
        /** Where new cases are put when nobody chooses. */
        casesFolder: z.string(),
        pack: packSummary,
        provider: z.string(),
        runtime: z.string(),
        operator: z.string(),
      }),
    ),
    /** Who is at work; asked once a session, written beside everything that is done. */
    setOperator: base.input(z.object({ operator: z.string().trim().min(1).max(200) })).output(z.void()),
    events: base.output(eventIterator(engineEvent)),
    /** Checks an exported folder against its own `manifest-sha256.txt`, without the case. */
    verifyExport: base.input(z.object({ path })).output(exportVerification),
    /** Folders and files of the engine's machine, for hosts without native dialogs. */
    browse: base
      .input(z.object({ path: z.string().max(4096).nullable(), show: z.enum(['folders', 'files', 'cases']) }))
      .output(
        z.object({
          path: z.string(),
          parent: z.string().nullable(),
          entries: z.array(
            z.object({ name: z.string(), path: z.string(), kind: z.enum(['folder', 'file', 'case']) }),
          ),
        }),
      ),
  },
  case: {
    current: base.output(caseInfo.nullable()),
    create: base
      .input(
        z.object({
          folder: path,
          details: caseDetails.partial().required({ name: true }),
          /** Makes an encrypted case; whoever loses it has lost the case. */
          passphrase: newPassphrase.optional(),
        }),
      )
      .output(caseInfo),
    /** A case with the generated demo crops, already importing. */
    createDemo: base.input(z.object({ folder: path.optional() })).output(demoOutcome),
    /** An encrypted case opens with its passphrase: `passphrase-required`, `wrong-passphrase`. */
    open: base.input(z.object({ path, passphrase: passphrase.optional() })).output(caseInfo),
    /** Gives the open, encrypted case another passphrase. */
    changePassphrase: base.input(z.object({ current: passphrase, next: newPassphrase })).output(z.void()),
    /** Makes a new case of the open one, with a passphrase encrypted, with null not. The last event carries the outcome. */
    copy: base
      .input(z.object({ folder: path, passphrase: newPassphrase.nullable() }))
      .output(eventIterator(z.object({ progress, outcome: copyOutcome.nullable() }))),
    close: base.output(z.void()),
    change: base.input(caseDetails.partial()).output(caseInfo),
    recent: base.output(z.array(recentCase)),
    forget: base.input(z.object({ path })).output(z.void()),
    /** Schema, references, rows against the log, originals, thumbnails, vectors, audit chain, exports. The last event carries the verdict. */
    verify: base
      .input(
        z.object({
          media: z.boolean().default(true),
          /** Exports kept elsewhere: the log must have the entry that each of them ends with. */
          exports: z.array(path).max(1000).default([]),
        }),
      )
      .output(eventIterator(z.object({ progress, verification: verification.nullable() }))),
    /** Writes the whole open case into one file that is not there yet. The last event carries the outcome. */
    archive: base
      .input(z.object({ path }))
      .output(eventIterator(z.object({ progress, outcome: archiveOutcome.nullable() }))),
    /** Makes a new case folder of an archive; it is not opened. The last event carries the outcome. */
    restore: base
      .input(z.object({ archive: path, folder: path, passphrase: passphrase.optional() }))
      .output(eventIterator(z.object({ progress, outcome: restoreOutcome.nullable() }))),
    audit: base
      .input(z.object({ limit: z.int().min(1).max(500).default(100), before: z.int().optional() }))
      .output(z.array(auditEntry)),
  },
  cameras: {
    list: base.output(z.array(camera)),
    change: base.input(cameraChange).output(camera),
  },
  imports: {
    patterns: base.output(
      z.array(z.object({ id: z.string(), label: z.string(), example: z.string(), template: z.string() })),
    ),
    preview: base.input(importRequest).output(importPreview),
    start: base.input(importRequest).output(batch),
    pause: base.input(z.object({ batchId: z.int() })).output(batch),
    resume: base.input(z.object({ batchId: z.int() })).output(batch),
    cancel: base.input(z.object({ batchId: z.int() })).output(batch),
    list: base.output(z.array(batch)),
    /** The running import, or null. Progress itself comes through `app.events`. */
    current: base.output(importProgress.nullable()),
    rejected: base
      .input(page.extend({ batchId: z.int() }))
      .output(z.object({ total: z.int(), rows: z.array(rejectedFile) })),
    /** The whole list of rejected files as CSV text. */
    rejectedCsv: base.input(z.object({ batchId: z.int() })).output(z.string()),
  },
  /** Taking import batches out of the case again. One removal runs at a time; progress comes through `app.events`. */
  batches: {
    /** What would go, and how much of it somebody marked: to be shown before anybody agrees. */
    removalPreview: base.input(z.object({ batchId: z.int() })).output(removalPreview),
    /** Begins or goes on; refuses when the numbers are not those that were agreed to. */
    remove: base
      .input(
        z.object({
          batchId: z.int(),
          agreed: z.object({ crops: z.int().nonnegative(), marked: z.int().nonnegative() }),
        }),
      )
      .output(removalProgress),
    /** Ends it; what is out stays out. */
    cancelRemoval: base.input(z.object({ batchId: z.int() })).output(removalProgress),
    /** The removal that runs, or null. */
    removal: base.output(removalProgress.nullable()),
  },
  crops: {
    get: base.input(z.object({ cropId })).output(cropDetail),
    track: base.input(z.object({ cropId })).output(z.array(cropSummary)),
    facets: base
      .input(z.object({ filter: searchFilter, buckets: z.int().min(1).max(500).default(96) }))
      .output(facets),
  },
  search: {
    run: base
      .input(z.object({ query: searchQuery, top: z.int().min(1).max(500).default(50) }))
      .output(searchOutcome),
    rows: base
      .input(page.extend({ searchId: z.int(), order: z.enum(['rank', 'time']).default('rank') }))
      .output(z.array(resultRow)),
    explain: base.input(z.object({ searchId: z.int(), cropId })).output(explanation),
    history: base
      .input(z.object({ limit: z.int().min(1).max(500).default(100), namedOnly: z.boolean().default(false) }))
      .output(z.array(searchRecord)),
    rerun: base
      .input(z.object({ searchId: z.int(), top: z.int().min(1).max(500).default(50) }))
      .output(rerunOutcome),
    /** Keep under a name; null forgets the name, never the search. */
    rename: base
      .input(z.object({ searchId: z.int(), name: z.string().trim().min(1).max(200).nullable() }))
      .output(searchRecord),
    /** Many descriptions over one filtered gallery; nothing is stored but an entry in the audit log. */
    batch: base
      .input(
        z.object({
          queries: z
            .array(z.object({ id: z.string().max(200), text: z.string().max(10_000) }))
            .min(1)
            .max(10_000),
          filter: searchFilter.default({}),
          top: z.int().min(1).max(1000).default(50),
        }),
      )
      .output(
        z.array(
          z.object({
            id: z.string(),
            results: z.array(z.object({ cropId, fileName: z.string(), score: z.number() })),
            error: z.string().nullable(),
          }),
        ),
      ),
    evaluate: base
      .input(
        z.object({
          annotations: path,
          images: path,
          split: z.string().default('test'),
          pack: z.string().optional(),
        }),
      )
      .output(eventIterator(z.object({ progress, evaluation: evaluation.nullable() }))),
  },
  review: {
    decide: base
      .input(
        z.object({
          cropIds: z.array(cropId).min(1).max(10_000),
          verdict: verdict.nullable(),
          searchId: z.int().optional(),
        }),
      )
      .output(z.void()),
    /** Takes back, or does again, the last decision, note or tag of this session; says what it did, or null. */
    undo: base.output(z.string().nullable()),
    redo: base.output(z.string().nullable()),
    addNote: base.input(z.object({ cropId, text: z.string().trim().min(1).max(5000) })).output(z.void()),
    removeNote: base.input(z.object({ noteId: z.int() })).output(z.void()),
    addTag: base
      .input(z.object({ cropIds: z.array(cropId).min(1).max(10_000), tag: z.string().trim().min(1).max(60) }))
      .output(z.void()),
    removeTag: base
      .input(z.object({ cropIds: z.array(cropId).min(1).max(10_000), tag: z.string().trim().min(1).max(60) }))
      .output(z.void()),
    /**
     * Covers parts of a crop in reports, in place of what was covered before; no boxes: nothing any more.
     * It holds for all crops with the same bytes.
     */
    redact: base
      .input(
        z.object({
          cropId,
          boxes: z.array(redactionBox).max(100),
          reason: z.string().trim().max(1000).default(''),
        }),
      )
      .output(z.void()),
    /** Second reviews without scores, ranks or the first reviewer's decisions, in a shuffled order. */
    blind: {
      /** Newest first. */
      list: base.output(z.array(blindReview)),
      /** Begins one over the first rows of a search's list; the operator must not have decided on any of them. */
      start: base
        .input(
          z.object({
            searchId: z.int(),
            rows: z.int().min(1).max(1000).default(50),
            /** The same seed gives the same order; made at random when absent. */
            seed: z
              .string()
              .regex(/^[\w-]{1,64}$/)
              .optional(),
          }),
        )
        .output(blindReview),
      crops: base
        .input(page.extend({ reviewId: z.int() }))
        .output(z.object({ total: z.int(), rows: z.array(blindCrop) })),
      decide: base
        .input(z.object({ reviewId: z.int(), cropId, verdict: verdict.nullable() }))
        .output(z.void()),
      /** Ends it: both reviews can be seen side by side from now on. */
      finish: base.input(z.object({ reviewId: z.int() })).output(blindOutcome),
      abandon: base.input(z.object({ reviewId: z.int() })).output(z.void()),
      /** Both reviews and their agreement; only of a finished one. */
      outcome: base.input(z.object({ reviewId: z.int() })).output(blindOutcome),
    },
    /** Crops with a verdict, note or tag, in the order of time. */
    marked: base
      .input(page.extend({ filter: searchFilter.default({}) }))
      .output(z.object({ total: z.int(), rows: z.array(cropSummary) })),
  },
  report: {
    /** Who reports come from and how they are laid out: this user's, for every case. */
    template: {
      get: base.output(reportTemplate),
      /** Changes the members that are given; a logo is given by its path, and a copy of it is kept. */
      set: base.input(reportTemplateChange).output(reportTemplate),
    },
    /** The model that every format renders. */
    model: base.input(reportOptions).output(reportModel),
    /** One self-contained HTML document, as the export writes it, with thumbnails for pictures. */
    preview: base.input(reportOptions).output(z.string()),
    export: base
      .input(
        z.object({
          options: reportOptions,
          formats: z.array(reportFormat).min(1),
          folder: path.optional(),
          /** A BagIt bag holds more than the plain folder: docs/bundle.md. */
          container: reportContainer.default('folder'),
          /** Keys and passphrases are used for this export and kept nowhere. */
          sign: signRequest.optional(),
        }),
      )
      .output(eventIterator(z.object({ progress, outcome: reportOutcome.nullable() }))),
    /** The case's earlier exports, from its audit log, the newest first. */
    exports: base.input(page).output(z.object({ total: z.int(), rows: z.array(earlierExport) })),
    /** Everything that anyone wrote in the case, with the whole audit log. The last event carries the outcome. */
    discovery: base
      .input(z.object({ folder: path.optional() }))
      .output(eventIterator(z.object({ progress, outcome: discoveryOutcome.nullable() }))),
  },
  /** Keys and certificates that exports are signed with. Nothing but public parts ever comes out. */
  signing: {
    /** The keys that are kept for this user, and what protects a new one. */
    keys: base.output(z.object({ keyStore: keyStoreState, keys: z.array(storedKey) })),
    create: base.input(newKeyRequest).output(storedKey),
    /** Keeps a private Ed25519 key of a PEM file. */
    import: base.input(importKeyRequest).output(storedKey),
    /** Deletes a key for good; signatures made with it can still be checked. */
    remove: base.input(z.object({ id: keyId })).output(z.void()),
    /** What a PKCS#12 file holds, and whether it is valid now. */
    certificate: base.input(certificateRequest).output(certificateAccount),
  },
  models: {
    list: base.output(z.array(packSummary)),
    inspect: base.input(z.object({ path })).output(packSummary),
    /** What a checkpoint, an exported model or a pack is, before anything is written. */
    examine: base.input(z.object({ path, answers: modelAnswers.prefault({}) })).output(modelAccount),
    /** Makes a pack of it, or checks and copies a pack, and installs it. The last event carries the pack. */
    add: base
      .input(z.object({ path, answers: modelAnswers.prefault({}) }))
      .output(eventIterator(z.object({ progress, pack: packSummary.nullable() }))),
    /** Deletes a pack of this user; the case keeps the vectors and searches made with it. */
    remove: base.input(z.object({ id: z.string() })).output(z.void()),
    use: base.input(z.object({ id: z.string() })).output(packSummary),
    /** Every named output for pictures and sentences, and the score of every pair. */
    embed: base
      .input(
        z.object({
          pack: z.string().optional(),
          images: z.array(path).max(1000).default([]),
          texts: z.array(z.string().max(10_000)).max(1000).default([]),
        }),
      )
      .output(embedOutcome),
    /** The same query with two packs, each over the vectors that the case has of it; nothing is stored. */
    compare: base
      .input(
        z.object({
          packs: z.tuple([z.string(), z.string()]),
          query: searchQuery,
          top: z.int().min(1).max(200).default(50),
        }),
      )
      .output(packComparison),
    doctor: base.output(doctorReport),
  },
  /** Making the vectors that a case lacks of a pack. One runs at a time; progress comes through `app.events`. */
  embedding: {
    /** For every installed pack how much of the open case it has read. */
    coverage: base.output(z.array(packCoverage)),
    /** The job that runs, waits or ended last; null before the first. */
    current: base.output(embeddingJob.nullable()),
    start: base.input(z.object({ pack: z.string() })).output(embeddingJob),
    pause: base.output(embeddingJob),
    resume: base.output(embeddingJob),
    cancel: base.output(embeddingJob),
  },
};

/** Calls that hosts make for themselves; the renderer is never given them. */
export const hostContract = {
  ...contract,
  host: {
    /** Bytes of a crop or its thumbnail, for the host's image route. */
    media: base
      .input(z.object({ cropId, kind: z.enum(['original', 'thumbnail']) }))
      .output(z.object({ bytes: z.instanceof(Blob), type: z.string() })),
    /** Path of a crop's original, to show it in its folder. */
    locate: base.input(z.object({ cropId })).output(z.object({ path: z.string() })),
    /** Finishes what is running, closes the case, and answers when the process may end. */
    shutdown: base.output(z.void()),
  },
};

export type DescryClient = ContractRouterClient<typeof contract>;
export type HostClient = ContractRouterClient<typeof hostContract>;
