import { describe, expect, it } from 'vitest';
import { Leadership } from './leadership.js';
import type { Unit } from './lease-table.js';

/** A share whose beats are the test's. */
class ShareByHand {
  units: readonly Unit[] = [];
  readonly said: string[] = [];
  private listen: () => void = () => undefined;

  readonly holds = (): boolean => this.units.length > 0;
  readonly onBeat = (listen: () => void): (() => void) => {
    this.listen = listen;
    return () => undefined;
  };
  readonly start = (): void => void this.said.push('starts');
  readonly leave = (): Promise<void> => Promise.resolve(void this.said.push('leaves'));

  beat(units: readonly Unit[]): void {
    this.units = units;
    this.listen();
  }
}

function given(): { readonly share: ShareByHand; readonly leadership: Leadership } {
  const share = new ShareByHand();
  const leadership = new Leadership(share);
  leadership.start(() => {
    share.said.push('begins');
    return () => void share.said.push('ends');
  });
  return { share, leadership };
}

describe('one of several equal processes', () => {
  it('does nothing while another one leads', () => {
    const { share, leadership } = given();
    share.beat([]);
    share.beat([]);
    expect(share.said).toEqual(['starts']);
    expect(leadership.holds()).toBe(false);
  });

  it('begins once when it comes to lead, ends when another one does, and begins anew after that', () => {
    const { share, leadership } = given();
    share.beat([0]);
    share.beat([0]);
    expect(leadership.holds()).toBe(true);
    share.beat([]);
    share.beat([]);
    share.beat([0]);
    expect(share.said).toEqual(['starts', 'begins', 'ends', 'begins']);
  });

  it('takes no more work before it says that it is gone', async () => {
    const { share, leadership } = given();
    share.beat([0]);
    await leadership.leave();
    expect(share.said).toEqual(['starts', 'begins', 'ends', 'leaves']);
  });
});
