const SPEC = '[.]spec[.]ts$';
const PACKAGE = '^(libs/[^/]+|services/strategies/[^/]+|services/[^/]+|deploy/[^/]+|tests|bench)';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two modules that need each other are one module, or lack an event between them.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'services-talk-by-events-only',
      comment: 'A service knows no other service: what it needs of it is an event in libs/events.',
      severity: 'error',
      from: { path: '^services/(strategies/[^/]+|[^/]+)/' },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    {
      name: 'libs-know-no-service',
      comment: 'Libraries are below the services.',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^(services|deploy|tests|bench)/' },
    },
    {
      name: 'domain-stands-alone',
      comment: 'libs/domain imports decimal.js and nothing else (and the hash of Node for ids).',
      severity: 'error',
      from: { path: '^libs/domain/src/', pathNot: SPEC },
      to: { pathNot: ['^libs/domain/src/', '(^|/)node_modules/decimal[.]js/', '^decimal[.]js$', '^(node:)?crypto$'] },
    },
    {
      name: 'deciders-are-pure',
      comment: 'A decider imports value types, its neighbours and the types of events: no clock, no I/O, no framework.',
      severity: 'error',
      from: { path: '[.]decider[.]ts$' },
      to: {
        pathNot: [
          '^libs/domain/',
          '^libs/events/',
          '^@ballast/(domain|events)$',
          '^(services/strategies/[^/]+|services/[^/]+|libs/[^/]+)/src/(?!.*[.](service|gateway|module|controller|config|adapter)[.]ts$)',
        ],
      },
    },
    {
      name: 'deciders-stay-in-their-package',
      comment: 'A decider and the pure modules it is made of are in one package, or in libs/domain, libs/policy, libs/balance, libs/performance, libs/ladder and libs/protection (value types, limits as data, the sizing rule, results, gates, liquidation).',
      severity: 'error',
      from: { path: '^(services/strategies/[^/]+|services/[^/]+|libs/[^/]+)/src/.*[.]decider[.]ts$' },
      to: { path: '^(services|libs)/', pathNot: ['^$1/', '^libs/(domain|events|policy|balance|performance|ladder|protection)/'] },
    },
    {
      name: 'deciders-take-events-as-types',
      comment: 'The classes in libs/events carry decorators of the wire; a decider uses their shape only.',
      severity: 'error',
      from: { path: '[.]decider[.]ts$' },
      to: { path: '^(libs/events/|@ballast/events$)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'only-bus-imports-nats',
      comment: 'One folder knows the wire; the rest knows EventStreams.',
      severity: 'error',
      from: { pathNot: ['^libs/bus/', '^libs/testing/', '^bench/', SPEC, '[.]fixtures[.]ts$'] },
      to: { path: '((^|/)node_modules/(nats|@nats-io/[^/]+)/|^(nats|@nats-io/.+)$)' },
    },
    {
      name: 'only-venue-callers-import-venues',
      comment: 'Orders leave through execution, transfers through collateral, feeds come through market-data; nobody else meets a venue.',
      severity: 'error',
      from: { pathNot: ['^libs/venues/', '^services/(execution|collateral|market-data|paper-venue)/', '^deploy/', '^tests/', '^bench/'] },
      to: { path: '^(libs/venues/|@ballast/venues$)' },
    },
    {
      name: 'strategies-see-the-strategy-library-only',
      comment: 'A strategy is written as an outside author would write it.',
      severity: 'error',
      from: { path: '^services/strategies/', pathNot: SPEC },
      to: { path: '^(libs/|@ballast/)', pathNot: ['^libs/(strategy|domain|events|observability)/', '^@ballast/(strategy|domain|events|observability)$'] },
    },
    {
      name: 'no-deep-imports',
      comment: 'A package is entered by its name; its files are its own.',
      severity: 'error',
      from: { path: `${PACKAGE}/` },
      to: { path: `${PACKAGE}/(src|dist)/`, pathNot: ['^$1/', `${PACKAGE}/src/index[.]ts$`] },
    },
    {
      name: 'no-relative-path-into-a-package',
      comment: 'A relative path that leaves its package breaks once the package is published or moved.',
      severity: 'error',
      from: { path: `${PACKAGE}/` },
      to: { path: PACKAGE, pathNot: '^$1/', dependencyTypes: ['local'], dependencyTypesNot: ['npm', 'npm-dev', 'aliased', 'localmodule'] },
    },
    {
      name: 'not-to-unresolvable',
      comment: 'Every import is found.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    exclude: { path: '(^|/)(dist|node_modules/[.]vite)/' },
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['source', 'import', 'node', 'default', 'types'], extensions: ['.ts', '.tsx', '.js', '.cjs', '.mjs', '.json'] },
  },
};
