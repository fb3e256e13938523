import { readFileSync, writeFileSync } from 'node:fs';
import type { WatchedDesk } from '../watched-desk.js';
import { away, type End, type GameDayFault } from './fault.js';
import { AFTER_AN_OUTAGE } from './faults-of-processes.js';
import { idleBot, resume, WHOLE_PORTFOLIO } from './holding-bot.js';
import { poison } from './poison.fixtures.js';

async function halt(desk: WatchedDesk): Promise<End> {
  await desk.command('risk', 'halt', { ...WHOLE_PORTFOLIO, reason: 'game day' });
  return () => resume(desk, 'the game goes on');
}

/** Of what the log has already: the rest of the disk is used up soon. */
const ROOM = 1.03;
const UNLIMITED = 'sync_interval: always';

/** The server comes back with a disk that the log fills. */
async function fullDisk(desk: WatchedDesk): Promise<End> {
  const { monitorUrl, configFile } = desk.stack.nats;
  const { storage } = (await (await fetch(`${monitorUrl ?? ''}/jsz`)).json()) as { readonly storage: number };
  const before = readFileSync(configFile, 'utf8');
  const restartWith = async (config: string): Promise<void> => {
    const start = await away('nats-server')(desk);
    writeFileSync(configFile, config);
    await start();
  };
  await restartWith(before.replace(UNLIMITED, `${UNLIMITED}, max_file_store: ${Math.ceil(storage * ROOM)}`));
  return () => restartWith(before);
}

/** Rules that are not asked, and a portfolio in which nothing may be done. */
export const FAULTS_OF_RULES: readonly GameDayFault[] = [
  { what: 'rules that are in force and that nobody asks', inject: idleBot, alert: 'RuleSilent', labels: { portfolio: 'aside' }, withinS: 120, follow: [] },
  { what: 'a person halts the portfolio', inject: halt, alert: 'TradingHalted', withinS: 30, follow: ['FillRateBelowFloor'] },
];

/** A log that is away, full, or has what cannot be read. */
export const FAULTS_OF_LOG: readonly GameDayFault[] = [
  { what: 'NATS stops', inject: away('nats-server'), alert: 'NatsDown', withinS: 30, follow: AFTER_AN_OUTAGE },
  { what: 'the disk of the log is full', inject: fullDisk, alert: 'LogDiskFull', withinS: 60, follow: ['NatsDown', ...AFTER_AN_OUTAGE] },
  { what: 'a message that breaks its contract', inject: poison, alert: 'DeadLetters', withinS: 30, follow: [] },
];
