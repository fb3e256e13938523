import { Decimal, ratio } from '@ballast/domain';
import { describe, expect, it } from 'vitest';
import { METRICS, type MetricSpec } from './catalogue.js';
import { toGauge } from './gauge.js';
import { Metrics } from './metrics.js';

const metrics = (): Metrics => new Metrics({ service: 'risk', version: '0.1.0', commit: 'abc' });

describe('the metrics of a process', () => {
  it('count, set and observe by the labels of the catalogue', async () => {
    const m = metrics();
    m.count('ballast_messages_handled_total', { consumer: 'risk-plans', outcome: 'acknowledged' });
    m.count('ballast_messages_handled_total', { consumer: 'risk-plans', outcome: 'acknowledged' }, 2);
    m.set('ballast_account_leverage_ratio', { bot: 'pair-1' }, toGauge(ratio('2.5')));
    m.observe('ballast_hedge_imbalance_ratio', { bot: 'pair-1', stage: 'planned' }, toGauge(ratio('0.0006')));
    const text = await m.text();
    expect(text).toContain('ballast_messages_handled_total{consumer="risk-plans",outcome="acknowledged"} 3');
    expect(text).toContain('ballast_account_leverage_ratio{bot="pair-1"} 2.5');
    expect(text).toContain('ballast_hedge_imbalance_ratio_bucket{le="0.0005",bot="pair-1",stage="planned"} 0');
    expect(text).toContain('ballast_hedge_imbalance_ratio_bucket{le="0.001",bot="pair-1",stage="planned"} 1');
  });

  it('forget a gauge whose object is gone', async () => {
    const m = metrics();
    m.set('ballast_equity_quote', { bot: 'pair-1' }, 7);
    m.unset('ballast_equity_quote', { bot: 'pair-1' });
    expect(await m.text()).not.toContain('ballast_equity_quote{bot="pair-1"}');
  });

  it('of two processes in one program stay apart', async () => {
    const [one, other] = [metrics(), metrics()];
    one.count('ballast_redeliveries_total', { consumer: 'c' });
    expect(await other.text()).not.toContain('ballast_redeliveries_total{consumer="c"}');
  });
});

describe('the catalogue', () => {
  const specs = Object.entries(METRICS) as readonly (readonly [string, MetricSpec])[];

  it.each(specs)('%s is named, described and bounded as Prometheus and the desk expect', (name, spec) => {
    expect(name).toMatch(/^ballast_[a-z][a-z_]*[a-z]$/);
    expect(spec.help.length).toBeGreaterThan(10);
    expect(spec.unit).not.toBe('');
    if (spec.type === 'counter') expect(name).toMatch(/_(total|seconds)$/);
    if (spec.type === 'histogram') expect(spec.buckets).toEqual([...(spec.buckets ?? [NaN])].sort((a, b) => a - b));
    for (const label of spec.labels) expect(['tradeId', 'decisionId', 'clientOrderId', 'trade', 'order', 'decision']).not.toContain(label);
  });
});

describe('a decimal as a gauge', () => {
  it('keeps infinity, for a leg without its hedge', () => {
    expect(toGauge(new Decimal(Infinity))).toBe(Infinity);
  });

  it('refuses NaN by name', () => {
    expect(() => toGauge(new Decimal(NaN))).toThrow('toGauge: found NaN');
  });
});
