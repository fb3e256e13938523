import { describe, expect, it } from 'vitest';
import { configOf } from './config.js';

describe('The environment of execution', () => {
  it('names every variable at fault, what was found and what is allowed', () => {
    const read = (): unknown => configOf({ NADO_ENDPOINT_ADDRESS: '0x12', SLIPPAGE_BPS_MAX: '-1', MAKER_TIMEOUT_MS: '20s', VENUE_TIMEOUT_MS: '0' });
    expect(read).toThrow(/NADO_ENDPOINT_ADDRESS: found "0x12", allowed is an address/);
    expect(read).toThrow(/SLIPPAGE_BPS_MAX: found "-1", allowed is basis points above 0/);
    expect(read).toThrow(/MAKER_TIMEOUT_MS: found "20s"/);
    expect(read).toThrow(/VENUE_TIMEOUT_MS: found "0", allowed is a whole number from 100/);
    expect(read).toThrow(/NADO_KEY_FILE: found nothing/);
  });

  it('has orders live longer than their maker time, and than they may take to reach the venue', () => {
    expect(() => configOf({ MAKER_TIMEOUT_MS: '20000', ORDER_TIME_TO_LIVE_MS: '20000' })).toThrow(/ORDER_TIME_TO_LIVE_MS: found "20000", allowed is more than 20000/);
    expect(() => configOf({ MAKER_TIMEOUT_MS: '1000', ORDER_TIME_TO_LIVE_MS: '5000' })).toThrow(/ORDER_TIME_TO_LIVE_MS: found "5000", allowed is more than 6000/);
    expect(() => configOf({ MAKER_TIMEOUT_MS: '20000', ORDER_TIME_TO_LIVE_MS: '20001' })).not.toThrow(/ORDER_TIME_TO_LIVE_MS/);
  });
});
