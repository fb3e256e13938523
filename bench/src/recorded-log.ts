import { type DecisionRecord, decodeMessage, encodeEnvelope, hashOf, type StoredMessage } from '@ballast/bus';
import { money, PARTITIONS } from '@ballast/domain';
import { type DeskBot, MemoryDesk, strategyFolder } from '@ballast/local';
import { strategyModule } from '@ballast/strategy';
import { GeneratedMarket } from '@ballast/venues';
import type { Progress } from './pairs.js';

export const PAIR_SETTINGS = { mode: 'cycle', instrumentA: 'ETH-PERP', instrumentB: 'SOL-PERP', targetNotional: '1000', costBudgetBps: '25', dailyCostBudget: '500', holdMs: 5_000, sleepMs: 1_000 } as const;
export const PAIR_INSTRUMENTS = ['ETH-PERP', 'SOL-PERP'];
/** Portfolios whose names fall into eight different partitions would be chance; these spread over several. */
const BOTS: readonly DeskBot[] = ['north', 'east', 'south', 'west'].map((name) => ({ botId: `pair-${name}`, portfolioId: name, accountId: `account-${name}`, strategy: 'dn-pair', profiles: ['demo'], settings: PAIR_SETTINGS, deposit: money('2000') }));
const RENAMED = new Set(['clientOrderId', 'replaces', 'tradeId', 'accountId', 'botId', 'portfolioId']);
const LENGTH_MAX = 64;

/** A log as the services write it: the whole desk, with four pair bots, on a generated market for so many minutes of market time. */
async function tradedLog(minutes: number): Promise<readonly StoredMessage[]> {
  const source = new GeneratedMarket({ seed: 7, durationMs: minutes * 60_000 + 120_000 });
  const strategy = await strategyFolder('dn-pair').load();
  const desk = await MemoryDesk.start({ source, instruments: PAIR_INSTRUMENTS, strategies: { 'dn-pair': () => strategyModule(strategy) }, bots: BOTS });
  await desk.run(source.startTime + minutes * 60_000);
  const messages: StoredMessage[] = [];
  for (let partition = 0; partition < PARTITIONS; partition += 1) await desk.system.store.read(partition, { filters: [] }, (message) => messages.push(message));
  await desk.stop();
  return messages;
}

function renamed(value: unknown, suffix: string): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, suffix));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([field, held]) => [field, RENAMED.has(field) && typeof held === 'string' ? withSuffix(held, suffix) : renamed(held, suffix)]));
}

const withSuffix = (id: string, suffix: string): string => `${id.slice(0, LENGTH_MAX - suffix.length)}${suffix}`;

/** The same story of other bots: other streams and ids, chains of their own. */
function copyOf(messages: readonly StoredMessage[], suffix: string): readonly StoredMessage[] {
  const heads = new Map<string, string>();
  return messages.map((message) => {
    const { decisionId, stream, lane, previousHash, ...rest } = JSON.parse(Buffer.from(message.bytes).toString('utf8')) as DecisionRecord;
    void previousHash;
    const name = withSuffix(stream, suffix);
    const bytes = encodeEnvelope({ ...rest, decisionId: withSuffix(decisionId, suffix), stream: name, lane: withSuffix(lane, suffix), previousHash: heads.get(name) ?? '', events: renamed(rest.events, suffix) as readonly unknown[] });
    heads.set(name, hashOf(bytes));
    const copied = { ...message, subject: `evt.${message.partition}.${name}`, bytes };
    decodeMessage(copied);
    return copied;
  });
}

const kept = new Map<string, Promise<readonly StoredMessage[]>>();

/** A log of at least so many messages, in the order of each partition; the same one for whoever asks again in this run. */
export function recordedLog(messagesMin: number, minutes: number, progress: Progress): Promise<readonly StoredMessage[]> {
  const key = `${messagesMin} ${minutes}`;
  const log = kept.get(key) ?? newLog(messagesMin, minutes, progress);
  kept.set(key, log);
  return log;
}

async function newLog(messagesMin: number, minutes: number, progress: Progress): Promise<readonly StoredMessage[]> {
  progress(`trades ${minutes} minutes of a generated market for a log`);
  const traded = await tradedLog(minutes);
  const copies = Math.ceil(messagesMin / traded.length);
  const log = Array.from({ length: copies }, (_, copy) => (copy === 0 ? traded : copyOf(traded, `-${copy}`))).flat();
  progress(`${traded.length} decisions traded, ${log.length} with ${copies - 1} copies under other names`);
  return log;
}
