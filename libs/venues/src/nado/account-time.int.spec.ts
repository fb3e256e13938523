import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Clock, type Disarm, type Ms } from '@ballast/domain';
import { expect, it } from 'vitest';
import { NadoAdapter } from './nado-adapter.js';

const ASKED_AT: Ms = 1_000_000;

class SetClock extends Clock {
  time: Ms = ASKED_AT;
  now(): Ms {
    return this.time;
  }
  at(): Disarm {
    return () => undefined;
  }
}

it('an account is as old as the question where the venue tells no time: what moved while the answer was on its way is not in it', async () => {
  const clock = new SetClock();
  const account = { healths: [{ health: '10' }, { health: '10' }, { health: '10' }], spot_balances: [], perp_balances: [], spot_products: [], perp_products: [] };
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      clock.time += 3_000;
      response.end(JSON.stringify({ status: 'success', data: account }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const adapter = new NadoAdapter({ gatewayUrl: url, archiveUrl: url, streamUrl: url, chainId: 1, endpointAddress: `0x${'1'.repeat(40)}`, privateKey: `0x${'1'.repeat(64)}`, clock, live: true, prices: 'poll' });
    expect((await adapter.accountState({ accountId: 'bot', subaccount: 'bot' })).time).toBe(ASKED_AT);
  } finally {
    server.close();
  }
});
