import { describe, expect, it } from 'vitest';
import { readReportingConfig } from './config.js';

describe('the environment of reporting', () => {
  it('writes into out/report where nothing is said', () => {
    expect(readReportingConfig({})).toMatchObject({ reportDir: 'out/report', provenance: {} });
  });

  it('takes the folder and what is said of the data', () => {
    expect(readReportingConfig({ REPORT_DIR: 'out/x', REPORT_PROVENANCE: '{"oracle":"60 s EMA of mid"}' })).toMatchObject({ reportDir: 'out/x', provenance: { oracle: '60 s EMA of mid' } });
  });

  it.each(['no json', '[]', '{"oracle":1}', 'null'])('refuses the provenance %s by name, with what is allowed', (found) => {
    expect(() => readReportingConfig({ REPORT_PROVENANCE: found })).toThrow(/REPORT_PROVENANCE: found .*, allowed is a JSON object whose values are texts/);
  });
});
