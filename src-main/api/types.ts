/** The contract's types, for the renderer: importing this file brings no code. */
export type { DescryClient } from './contract.ts';
export type { EngineEvent } from '../engine/events.ts';
export type { ArchiveOutcome, CopyOutcome, RestoreOutcome } from '../engine/archive/format.ts';
export type {
  AuditEntry,
  Camera,
  CameraChange,
  CaseDetails,
  CaseInfo,
  CropDetail,
  CropSummary,
  Decision,
  Finding,
  Note,
  RecentCase,
  Redaction,
  RedactionBox,
  Verdict,
  Verification,
} from '../engine/case/schema.ts';
export type { ErrorKind } from '../engine/errors.ts';
export type {
  Batch,
  ImportOptions,
  ImportPreview,
  ImportProgress,
  ImportRequest,
  ImportSource,
  RejectedFile,
  RejectReason,
} from '../engine/ingest/schema.ts';
export type { EmbeddingJob, PackCoverage } from '../engine/embedding/schema.ts';
export type { DoctorReport, PackSummary } from '../engine/inference/schema.ts';
export type { EmbedOutcome, ModelAccount, ModelAnswers } from '../engine/packs/schema.ts';
export type { EarlierExport } from '../engine/report/earlier-exports.ts';
export type { RemovalPreview, RemovalProgress } from '../engine/removal/schema.ts';
export type {
  ReportContainer,
  ReportFormat,
  ReportModel,
  ReportOptions,
  ReportOutcome,
} from '../engine/report/schema.ts';
export type { BlindCrop, BlindOutcome, BlindReview, ReviewedTwice } from '../engine/review/schema.ts';
export type { Agreement } from '../engine/review/agreement.ts';
export type { DiscoveryOutcome } from '../engine/report/discovery/schema.ts';
export type { ReportTemplate, ReportTemplateChange } from '../engine/report/template.ts';
export type {
  CertificateAccount,
  ExportSignature,
  ExportVerification,
  KeyStoreState,
  SignatureVerdict,
  Signer,
  StoredKey,
} from '../engine/report/signing/schema.ts';
export type { SigningProblem } from '../engine/report/signing/signing-error.ts';
export type {
  Explanation,
  Facets,
  GalleryState,
  PackComparison,
  PhraseEvidence,
  RerunOutcome,
  ResultRow,
  ScoreDistribution,
  SearchFilter,
  SearchOutcome,
  SearchQuery,
  SearchRecord,
  SearchWarning,
} from '../engine/search/schema.ts';
