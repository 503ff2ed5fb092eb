/**
 * The layers of Descry. Arrows point one way:
 *   hosts -> api -> engine, renderer -> api (types only).
 * docs/architecture.md draws the same picture.
 */
module.exports = {
  forbidden: [
    {
      name: 'engine-knows-no-host',
      comment: 'The engine does what the application does; it knows neither the contract nor who hosts it.',
      severity: 'error',
      from: { path: '^src-main/engine' },
      to: { path: '^src-main/(api|hosts)|^src-renderer' },
    },
    {
      name: 'engine-has-no-electron-and-no-http',
      severity: 'error',
      from: { path: '^src-main/(engine|api)' },
      to: { path: 'node_modules/(electron|hono|@hono|ws)/|^(node:)?https?$' },
    },
    {
      name: 'api-knows-no-host',
      severity: 'error',
      from: { path: '^src-main/api' },
      to: { path: '^src-main/hosts|^src-renderer' },
    },
    {
      name: 'hosts-use-the-api',
      comment:
        'A host talks to the engine through the contract. Only the engine process composes the engine.',
      severity: 'error',
      from: { path: '^src-main/hosts/(electron|browser|cli)' },
      to: { path: '^src-main/engine', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'hosts-do-not-share-secrets',
      comment: 'Hosts meet in hosts/shared only; the command line may start the browser host.',
      severity: 'error',
      from: { path: '^src-main/hosts/([^/]+)/' },
      to: { path: '^src-main/hosts/', pathNot: '^src-main/hosts/($1|shared|browser|engine-process)/' },
    },
    {
      name: 'renderer-sees-api-types-only',
      severity: 'error',
      from: { path: '^src-renderer' },
      to: { path: '^src-main', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'renderer-sees-the-api-only',
      severity: 'error',
      from: { path: '^src-renderer' },
      to: { path: '^src-main/(engine|hosts)' },
    },
    {
      name: 'areas-of-the-engine',
      comment: 'case and audit lie under everything; nothing below reaches up.',
      severity: 'error',
      from: { path: '^src-main/engine/(case|audit)/' },
      to: { path: '^src-main/engine/(ingest|inference|search|report)/' },
    },
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'A module that nothing reaches is dead.',
      severity: 'error',
      from: { orphan: true, path: '^src-(main|renderer)', pathNot: '\\.d\\.ts$' },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    extraExtensionsToScan: [],
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'svelte', 'default'],
    },
  },
};
