import { serviceObserver } from '@ballast/bus';
import { createLogger, Metrics, startTracing, type SpanProcessor, type Traces } from '@ballast/observability';
import type { Bench } from './bench.js';
import { NatsBed } from './nats-bed.js';
import { contest } from './pairs.js';
import { TickDesk, type Watched } from './tick-desk.js';

/** Takes every span and keeps none: sending them is the collector's part, and happens in batches beside the way. */
const TAKEN: SpanProcessor = { onStart: () => undefined, onEnd: () => undefined, forceFlush: () => Promise.resolve(), shutdown: () => Promise.resolve() };
const ROUNDS_PER_SIDE = 4;
const US = (value: number): string => `${value.toFixed(0)} µs`;

/** CPU of this process for a decision, all services together, µs. */
async function cpuOf(desk: TickDesk): Promise<number> {
  const [began, before] = [process.cpuUsage(), desk.decisions];
  for (let round = 0; round < ROUNDS_PER_SIDE; round += 1) await desk.next();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / (desk.decisions - before);
}

function watching(traces: Traces | undefined): ConstructorParameters<typeof TickDesk>[1] {
  const log = createLogger('bench', { env: { LOG_LEVEL: 'silent' } });
  return (service, clock): Watched => {
    const metrics = new Metrics({ service, version: 'bench', commit: 'bench' }, traces ? { traceOf: (tradeId) => traces.traceOf(tradeId) } : {});
    return { metrics, traces, observer: serviceObserver(service, { metrics, log, clock, concern: () => undefined }) };
  };
}

export const observabilityBench: Bench = {
  name: 'observability',
  about: 'What metrics and tracing cost on the way from tick to order: CPU of all services for a decision, over JetStream, with both on (every counter, gauge and histogram with exemplars; every span made, with its header) against the same desk with neither, in interleaved turns. The CPU of books between the signals is in both.',
  async run({ quick, progress }) {
    const traces = await startTracing({ service: 'bench', version: 'bench', env: {}, processor: TAKEN });
    const sides = { on: watching(traces), metrics: watching(undefined), off: undefined };
    const beds: NatsBed[] = [];
    const desks: TickDesk[] = [];
    try {
      for (const watch of Object.values(sides)) {
        const bed = await NatsBed.start('2m');
        beds.push(bed);
        const desk = new TickDesk(bed, watch);
        desks.push(desk);
        progress('starts every service');
        await desk.start();
        for (let warm = 0; warm < (quick ? 4 : 20); warm += 1) await desk.next();
      }
      const [on, metrics, off] = desks as [TickDesk, TickDesk, TickDesk];
      const rounds = quick ? 8 : 30;
      const both = await contest({ rounds, ours: () => cpuOf(on), peer: () => cpuOf(off) }, progress);
      const alone = await contest({ rounds, ours: () => cpuOf(metrics), peer: () => cpuOf(off) }, progress);
      const row = (what: string, { medianOurs, medianPeer, oursOverPeer }: typeof both) => ({ what, ours: `${US(medianOurs)} a decision`, peer: `${US(medianPeer)} without`, ratio: oursOverPeer, note: `${US(medianOurs - medianPeer)} more` });
      return [{ ...row('CPU with metrics and traces', both), bound: { atMost: 1.1 } }, row('CPU with metrics alone, as where tracing is off', alone)];
    } finally {
      for (const desk of desks) await desk.stop();
      for (const bed of beds) await bed.stop();
    }
  },
};
