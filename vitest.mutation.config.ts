import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';

/** Specs of whole recorded judgements first: they notice most changes, and a run ends with the first test that fails. */
class RecordedFirst extends BaseSequencer {
  async sort(files) {
    const sorted = await super.sort(files);
    const isRecorded = ({ moduleId }) => /\/recorded[^/]*$/.test(moduleId);
    return [...sorted.filter(isRecorded), ...sorted.filter((file) => !isRecorded(file))];
  }
}

/** Specs of risk's pure rules alone: each mutant is judged by those that reach it. */
export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'], externalConditions: ['source'] } },
  test: {
    include: ['services/risk/src/{exposure,trading-state}/*.spec.ts', 'services/risk/src/{stops,ladder}/*.decider.spec.ts', 'services/risk/src/stops/stop-{limits,rules,scopes,verdicts}.spec.ts', 'services/risk/src/ladder/{refusal,past-profiles}.spec.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '**/*.controller.spec.ts', '**/*.module.spec.ts', '**/*properties.spec.ts'],
    environment: 'node',
    isolate: false,
    fileParallelism: false,
    sequence: { sequencer: RecordedFirst },
    testTimeout: 30_000,
  },
});
