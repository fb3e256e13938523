import { defineConfig } from 'vitest/config';

const OWN_TARGETS = ['**/*.crash.spec.ts', '**/*.browser.spec.ts', '**/*.demo.spec.ts', '**/*.docker.spec.ts', '**/*.cluster.spec.ts', '**/*.game-day.spec.ts'];
const WITH_SERVERS = ['**/*.int.spec.ts', '**/*.e2e.spec.ts'];
const ROOTS = '{libs,services,deploy,tests,bench}/**/src/**';

const base = {
  environment: 'node',
  pool: 'forks',
  testTimeout: 30_000,
  hookTimeout: 60_000,
  // What is waited for may take its time where everything runs at once: vitest's own limit is a second.
  expect: { poll: { timeout: 20_000 } },
};
const NEVER = ['**/node_modules/**', '**/dist/**', ...OWN_TARGETS];

// Pure specs share one module graph per worker: loading it anew for each file took longer than the specs themselves.
// What starts servers or processes keeps a worker of its own, so that nothing it leaves open reaches the next file.
export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'], externalConditions: ['source'] } },
  test: {
    maxWorkers: 2,
    projects: [
      { extends: true, test: { ...base, name: 'pure', include: [`${ROOTS}/*.spec.ts`], exclude: [...NEVER, ...WITH_SERVERS], isolate: false } },
      { extends: true, test: { ...base, name: 'servers', include: WITH_SERVERS.map((pattern) => pattern.replace('**', ROOTS)), exclude: NEVER } },
    ],
  },
});
