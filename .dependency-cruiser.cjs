const ADAPTERS = '^src/(blobs|bus|db|images|locks|media|pull|queue)/'
const NOT_IN_TESTS = '\\.test\\.tsx?$'

/** The architecture, as a test: arrows point inwards (docs/architecture.md). */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'core-knows-nothing',
      severity: 'error',
      from: { path: '^src/core/', pathNot: NOT_IN_TESTS },
      to: { pathNot: '^src/core/|^(node:)?(crypto|stream|events|zlib)$' },
    },
    {
      name: 'adapters-look-inwards',
      severity: 'error',
      from: { path: ADAPTERS, pathNot: NOT_IN_TESTS },
      to: { path: '^src/(http|workers|app|main|config)' },
    },
    {
      name: 'adapters-are-strangers',
      comment: 'Only what coordinates through the database knows another adapter: src/db.',
      severity: 'error',
      from: { path: '^src/(blobs|bus|db|images|locks|media|pull|queue)/', pathNot: NOT_IN_TESTS },
      to: { path: ADAPTERS, pathNot: '^src/($1|db)/' },
    },
    {
      name: 'storage-and-media-know-no-database',
      severity: 'error',
      from: { path: '^src/(blobs|images|media|pull)/', pathNot: NOT_IN_TESTS },
      to: { path: '^src/db/' },
    },
    {
      name: 'features-never-touch-adapters',
      severity: 'error',
      from: { path: '^src/(http|workers)/', pathNot: NOT_IN_TESTS },
      to: { path: ADAPTERS },
    },
    {
      name: 'http-and-workers-are-apart',
      severity: 'error',
      from: { path: '^src/(http|workers)/', pathNot: NOT_IN_TESTS },
      to: { path: '^src/(http|workers)/', pathNot: '^src/$1/' },
    },
    {
      name: 'dialects-are-strangers',
      severity: 'error',
      from: { path: '^src/http/dialects/([^/]+)/' },
      to: { path: '^src/http/dialects/', pathNot: '^src/http/dialects/$1/' },
    },
    {
      name: 'infrastructure-knows-no-feature',
      severity: 'error',
      from: { path: '^src/(config|system|telemetry)/', pathNot: NOT_IN_TESTS },
      to: { path: ['^src/(http|workers|app|main)', ADAPTERS] },
    },
    {
      name: 'only-main-and-tests-build-the-app',
      severity: 'error',
      from: { pathNot: `^(src/main|test/)|${NOT_IN_TESTS}` },
      to: { path: '^src/app\\.ts$' },
    },
    {
      name: 'acceptance-is-black-box',
      severity: 'error',
      from: { path: '^test/acceptance/' },
      to: { path: '^src/' },
    },
    {
      name: 'server-ships-without-tests',
      severity: 'error',
      from: { path: '^src/', pathNot: NOT_IN_TESTS },
      to: { path: ['^(test|bench|scripts)/', NOT_IN_TESTS] },
    },
    {
      name: 'server-runs-without-dev-dependencies',
      severity: 'error',
      from: { path: '^src/', pathNot: NOT_IN_TESTS },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'console-knows-only-the-api',
      severity: 'error',
      from: { path: '^console/' },
      to: { path: '^(src|test|bench|scripts)/' },
    },
    {
      name: 'nothing-imports-the-console',
      severity: 'error',
      from: { path: '^(src|test|bench|scripts)/' },
      to: { path: '^console/' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^console/dist/' },
  },
}
