import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Specs of whole recorded judgements first: they notice most changes, and a run ends with the first test that fails. */
class RecordedFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isRecorded = ({ moduleId }: TestSpecification): boolean => /\/recorded[^/]*$/.test(moduleId);
    return [...sorted.filter(isRecorded), ...sorted.filter((file) => !isRecorded(file))];
  }
}

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
    sequence: { sequencer: RecordedFirst },
    testTimeout: 30_000,
  },
});
