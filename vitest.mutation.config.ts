import { defineConfig } from 'vitest/config';

/** Specs of risk's pure rules alone: each mutant is judged by those that reach it. */
export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'], externalConditions: ['source'] } },
  test: {
    include: ['services/risk/src/{exposure,trading-state}/*.spec.ts', 'services/risk/src/{stops,ladder}/*.decider.spec.ts', 'services/risk/src/stops/stop-{limits,scopes,verdicts}.spec.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '**/*.controller.spec.ts', '**/*.module.spec.ts', '**/*properties.spec.ts'],
    environment: 'node',
    isolate: false,
    fileParallelism: false,
    testTimeout: 30_000,
  },
});
