import { expect, it } from 'vitest';
import { adapterAt, SetClock } from './canned-venue.fixtures.js';

/** Nobody listens there. */
const away = { url: 'http://127.0.0.1:1', close: (): void => undefined };

it('a stream that can’t be opened is out of reach, not refused: whoever starts then waits for it', async () => {
  const opened = adapterAt(away, new SetClock(1_000_000)).subscribeAccount({ accountId: 'bot', subaccount: 'bot' }, () => undefined);
  await expect(opened).rejects.toMatchObject({ kind: 'unreachable', outcome: 'notPlaced' });
});
