import { Decimal, ratio } from '@ballast/domain';
import { describe, expect, it } from 'vitest';
import { METRICS, type MetricSpec } from './catalogue.js';
import { toGauge } from './gauge.js';
import { Metrics } from './metrics.js';

const build = { service: 'risk', version: '0.1.0', commit: 'abc' };
const metrics = (): Metrics => new Metrics(build);

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

  it('begin a histogram at 0, so that its first observation is seen to be added', async () => {
    const m = metrics();
    m.begin('ballast_hedge_imbalance_ratio', { bot: 'pair-1', stage: 'planned' });
    expect(await m.text()).toContain('ballast_hedge_imbalance_ratio_count{bot="pair-1",stage="planned"} 0');
    m.observe('ballast_hedge_imbalance_ratio', { bot: 'pair-1', stage: 'planned' }, 0.002);
    expect(await m.text()).toContain('ballast_hedge_imbalance_ratio_bucket{le="0.0025",bot="pair-1",stage="planned"} 1');
  });

  it('forget a gauge whose object is gone', async () => {
    const m = metrics();
    m.set('ballast_equity_quote', { bot: 'pair-1' }, 7);
    m.unset('ballast_equity_quote', { bot: 'pair-1' });
    expect(await m.text()).not.toContain('ballast_equity_quote{bot="pair-1"}');
  });

  it('say nothing of what belongs to a partition while another process may speak for it, and all that was counted once that is over', async () => {
    const m = metrics();
    let isSilent = false;
    m.silentWhile(() => isSilent);
    m.set('ballast_protection_stale', { bot: 'pair-1' }, 1);
    m.set('ballast_ready', { condition: 'bus' }, 0);
    m.observe('ballast_hedge_imbalance_ratio', { bot: 'pair-1', stage: 'planned' }, 0.1);
    const before = await m.text();
    isSilent = true;
    for (const accept of ['', 'application/openmetrics-text']) {
      const { text } = await m.expose(accept);
      expect([text.includes('pair-1'), text.includes('ballast_ready{condition="bus"} 0'), text.includes('ballast_build_info{')]).toEqual([false, true, true]);
    }
    m.count('ballast_unguarded_position_seconds_total', { bot: 'pair-1', reason: 'no_stop' }, 5);
    isSilent = false;
    expect(await m.text()).toBe(before.replace(/(# TYPE ballast_unguarded_position_seconds_total counter\n)/, '$1ballast_unguarded_position_seconds_total{bot="pair-1",reason="no_stop"} 5\n'));
  });

  it('of two processes in one program stay apart', async () => {
    const [one, other] = [metrics(), metrics()];
    one.count('ballast_redeliveries_total', { consumer: 'c' });
    expect(await other.text()).not.toContain('ballast_redeliveries_total{consumer="c"}');
  });
});

describe('a page of metrics', () => {
  const lines = (text: string, name: string): readonly string[] => text.split('\n').filter((line) => line.startsWith(name));

  it('is OpenMetrics where that is accepted, and the same counters are in the old format before and after', async () => {
    const m = metrics();
    m.count('ballast_redeliveries_total', { consumer: 'c' });
    const plain = await m.text();
    const open = await m.expose('application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5');
    expect(open.contentType).toMatch(/^application\/openmetrics-text; version=1\.0\.0/);
    expect(open.text.endsWith('\n# EOF\n')).toBe(true);
    expect(open.text).toContain('# TYPE ballast_redeliveries counter');
    expect(lines(open.text, 'ballast_redeliveries')).toEqual(['ballast_redeliveries_total{consumer="c"} 1']);
    expect(await m.text()).toBe(plain);
    expect(plain).toContain('# TYPE ballast_redeliveries_total counter');
  });

  it('names the trace of a trade at the bucket that its latency fell into', async () => {
    const m = new Metrics(build, { traceOf: (tradeId) => (tradeId === 't1' ? 'ab'.repeat(16) : undefined) });
    m.observe('ballast_handling_seconds', { consumer: 'c' }, 0.02, 't1');
    m.observe('ballast_handling_seconds', { consumer: 'c' }, 0.2, 'not sampled');
    m.observe('ballast_handling_seconds', { consumer: 'c' }, 2);
    const { text } = await m.expose('application/openmetrics-text');
    expect(lines(text, 'ballast_handling_seconds').filter((line) => line.includes('trace_id'))).toEqual([expect.stringMatching(/le="0\.025".* 1 # \{trace_id="(ab){16}"\} 0\.02 /)]);
    expect(lines(text, 'ballast_handling_seconds_count')).toEqual(['ballast_handling_seconds_count{consumer="c"} 3']);
  });

  it('asks what is only worth a look then', async () => {
    const m = metrics();
    let now = 1;
    m.beforeScrape(() => m.set('ballast_market_time_seconds', {}, now));
    expect(await m.text()).toContain('ballast_market_time_seconds 1');
    now = 2;
    expect(await m.text()).toContain('ballast_market_time_seconds 2');
  });
});

describe('the catalogue', () => {
  const specs = Object.entries(METRICS) as readonly (readonly [string, MetricSpec])[];

  it.each(specs)('%s is named, described and bounded as Prometheus and the desk expect', (name, spec) => {
    expect(name).toMatch(/^ballast_[a-z][a-z_]*[a-z]$/);
    expect(spec.help.length).toBeGreaterThan(10);
    expect(spec.unit).not.toBe('');
    expect(name.endsWith('_total')).toBe(spec.type === 'counter');
    expect(spec.owner).toMatch(/^(libs\/[a-z-]+|[a-z-]+(, [a-z-]+)*)$/);
    expect(spec.cardinality).toHaveLength(spec.labels.length);
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
