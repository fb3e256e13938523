import { describe, expect, it } from 'vitest';
import { messageIdsOf, newCredential } from './credentials.js';

describe('the ids under which the store de-duplicates', () => {
  const { seed } = newCredential();

  it('are the same for all who hold one credential, however its file ends', () => {
    expect(messageIdsOf(`${seed}\n`)('decision1')).toBe(messageIdsOf(seed)('decision1'));
    expect(messageIdsOf(seed)('decision1')).toMatch(/^[0-9a-f]{26}$/);
  });

  it('differ by message and by credential: from the decision alone nobody comes to them', () => {
    const ids = [messageIdsOf(seed)('decision1'), messageIdsOf(seed)('decision2'), messageIdsOf(newCredential().seed)('decision1')];
    expect(new Set([...ids, 'decision1', 'decision2']).size).toBe(5);
  });
});
