import { money, type Ms } from '@ballast/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DrivenMarket } from './desk/driven-market.js';
import { eventsOf, type LogStory } from './desk/log.js';
import { type DeskBot, ProcessDesk } from './desk/process-desk.js';

const MINUTE_MS: Ms = 60_000;
const COOLDOWN_MS: Ms = 20_000;
const CAP = '400';
const PROTECTED = { enabled: true, mode: 'smart', triggerDistance: '0.05', safeDistance: '0.12', maxDeposit: CAP, cooldownMs: COOLDOWN_MS, exhausted: 'hold' } as const;
const STEPS = { ...PROTECTED, mode: 'increment', increment: '50' } as const;
const botOf = (botId: string, portfolioId = 'main'): DeskBot => ({ botId, portfolioId, deposit: money('500'), notional: '1000' });
const [SMART, STEPPER, POOR] = [botOf('smart'), botOf('stepper'), botOf('poor', 'poor')];

let market: DrivenMarket;
let desk: ProcessDesk;

const intents = (story: LogStory, botId: string) => eventsOf(story, 'ProtectionTransferIntended').filter((event) => event.botId === botId);
const actsOf = (story: LogStory, botId: string): readonly string[] => story.events.flatMap((event) => (event.type.startsWith('Protection') && 'botId' in event && event.botId === botId ? [event.type.replace('Protection', '')] : []));
const told = (story: LogStory, type: 'ProtectionDeposited' | 'ProtectionWithdrawn' | 'ProtectionExhausted' | 'ProtectionStale' | 'ProtectionFresh' | 'ProtectionReleased', botId: string): number => eventsOf(story, type).filter((event) => event.botId === botId).length;

describe('protection over processes, on a market that falls and comes back', () => {
  beforeAll(async () => {
    market = new DrivenMarket(60 * MINUTE_MS);
    desk = await ProcessDesk.start({ name: 'protection', market, speed: 5, wallets: { main: { accountId: 'wallet-main', deposit: money('2000') }, poor: { accountId: 'wallet-poor', deposit: money('3') } } });
    await desk.open([SMART, STEPPER, POOR]);
    await desk.protect(SMART, PROTECTED);
    await desk.protect(STEPPER, STEPS);
    await desk.protect(POOR, PROTECTED);
  }, 180_000);
  afterAll(() => desk.stop());

  it('deposits once in a fast crash, though the venue\'s answer to the first transfer is lost, and says that an empty wallet can\'t', async () => {
    await desk.sim.addFault({ match: { kind: 'transfer' }, fault: { type: 'dropAfterAccept' }, times: 1 });
    market.slideTo(0.56, 10_000);
    await desk.pass(12_000);
    market.slideTo(0.53, 0);
    const story = await desk.until('two deposits and an empty wallet', (log) => [SMART, STEPPER].every(({ botId }) => told(log, 'ProtectionDeposited', botId) === 1) && told(log, 'ProtectionExhausted', 'poor') === 1);
    expect(eventsOf(story, 'ProtectionExhausted').map(({ cause }) => cause)).toEqual(['FUNDS']);
    expect(eventsOf(story, 'ProtectionTransferIntended')).toHaveLength(2);
    expect(await desk.sim.faults()).toMatchObject([{ acted: 1 }]);
  }, 120_000);
});
