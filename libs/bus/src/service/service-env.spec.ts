import { describe, expect, it } from 'vitest';
import { readServiceEnv } from './service-env.js';

describe('what a service reads from its environment', () => {
  it('takes an empty variable for one that was left unset: a compose file has no other way to leave one out', () => {
    const empty = { NATS_URL: '', NATS_SEED_FILE: '', HEALTH_PORT: '', HEALTH_HOST: '', PARTITIONS: '', LEASE_TTL_MS: '', CLOCK: '', ARCHIVE_DIR: '', SNAPSHOT_EVERY: '', KEEP_SNAPSHOTS_MS: '' };
    expect(readServiceEnv('risk', empty)).toEqual(readServiceEnv('risk', {}));
  });

  it('names every variable at fault, what was found and what is allowed', () => {
    const read = (): unknown => readServiceEnv('risk', { SNAPSHOT_EVERY: '99', PARTITIONS: '0-8', CLOCK: 'sun' });
    expect(read).toThrow('risk cannot start: PARTITIONS: found "0-8", allowed is partitions 0 to 7 as in 0-7 or 0,2,5, or lease; CLOCK: found "sun", allowed is one of wall, market; SNAPSHOT_EVERY: found "99", allowed is a whole number from 100 to 100000');
  });
});
