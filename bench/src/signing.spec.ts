import { describe, expect, it } from 'vitest';
import { signingRow } from './signing.js';

describe('the row on signing', () => {
  it('gives percentiles and their share of the way, and has no bound', async () => {
    const told: string[] = [];
    const row = await signingRow(5, 1_000_000, (text) => told.push(text));
    expect(row.ours).toMatch(/^p50 \d+\.\d\d ms, p99 \d+\.\d\d ms$/);
    expect(row.note).toContain("0 % of that way's p50");
    expect(row.ratio).toBeUndefined();
    expect(told).toHaveLength(1);
  });
});
