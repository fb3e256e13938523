import 'reflect-metadata';
import { notional } from '@ballast/domain';
import type { TradeApproved } from '@ballast/events';
import { afterEach, describe, expect, it } from 'vitest';
import { PaperDesk } from './paper-desk.fixtures.js';
import { limits, pair, START } from './trade/trade.fixtures.js';

describe('Execution hears from the bus', () => {
  const desks: PaperDesk[] = [];
  const started = async (): Promise<PaperDesk> => {
    const desk = new PaperDesk({ limits: { makerTimeoutMs: 1_000 } });
    desks.push(desk);
    await desk.start();
    return desk;
  };
  afterEach(async () => { for (const desk of desks.splice(0)) await desk.stop(); });

  it('that an approval is of another plan than the legs it carries, and refuses it', async () => {
    const desk = await started();
    await desk.write('risk', 'exposure', 'portfolio1', { type: 'TradeApproved', ...pair, planHash: 'hash', rules: [], bindingRule: 'none', grossBefore: notional('0'), grossAfter: notional('1'), planVolume: notional('1'), validUntil: START + 1e10 } as unknown as TradeApproved);
    await desk.run(2_000);
    expect((await desk.of('TradeRefused')).map(({ reason }) => reason.split(':')[0])).toEqual(['APPROVAL_OF_ANOTHER_PLAN']);
    expect(await desk.of('OrderSubmitted')).toEqual([]);
  });

  it('what slippage the signal of an exit accepts', async () => {
    const desk = await started();
    await desk.approve();
    await desk.run(3_000);
    await desk.signalExit();
    await desk.run(3_000);
    expect((await desk.of('ExitStarted')).map(({ slippageBpsMax }) => String(slippageBpsMax))).toEqual([limits.slippageBpsMax.toString()]);
    expect((await desk.trade()).phase).toBe('CLOSED');
  });
});
