import type { Ms } from '@ballast/domain';
import { expect, it } from 'vitest';
import { adapterAt, cannedVenue, SetClock } from './canned-venue.fixtures.js';

const ASKED_AT: Ms = 1_000_000;

it('an account is as old as the question where the venue tells no time: what moved while the answer was on its way is not in it', async () => {
  const clock = new SetClock(ASKED_AT);
  const account = { healths: [{ health: '10' }, { health: '10' }, { health: '10' }], spot_balances: [], perp_balances: [], spot_products: [], perp_products: [] };
  const venue = await cannedVenue(() => {
    clock.time += 3_000;
    return { status: 'success', data: account };
  });
  try {
    expect((await adapterAt(venue, clock).accountState({ accountId: 'bot', subaccount: 'bot' })).time).toBe(ASKED_AT);
  } finally {
    venue.close();
  }
});
