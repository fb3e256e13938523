import { EnvReader } from '@ballast/bus';
import { describe, expect, it } from 'vitest';
import { walletsIn } from './wallets.js';

const read = (text?: string): readonly (readonly [string, string])[] => {
  const reader = new EnvReader('collateral', text === undefined ? {} : { COLLATERAL_WALLETS: text });
  const wallets = [...walletsIn(reader, text === '' ? undefined : text)];
  reader.check();
  return wallets;
};

describe('the wallets that protection is paid from', () => {
  it('are none where nothing is said', () => expect([read(), read('')]).toEqual([[], []]));
  it('are one account for each portfolio named', () => expect(read('main=wallet-main, second=wallet-2')).toEqual([['main', 'wallet-main'], ['second', 'wallet-2']]));
  it.each(['main', 'main=', 'main=a=b', 'main=a b', 'main=w,main=v', 'main=w,second=w', 'main=w,'])('are refused where they are not one pair each, or shared: %s', (text) =>
    expect(() => read(text)).toThrow('COLLATERAL_WALLETS: found'));
});
