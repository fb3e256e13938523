import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'], externalConditions: ['source'] } },
  test: {
    include: ['{libs,services,deploy,tests,bench}/**/src/**/*.spec.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '**/*.crash.spec.ts', '**/*.browser.spec.ts', '**/*.demo.spec.ts'],
    environment: 'node',
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
