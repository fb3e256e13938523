import { describe, expect, it } from 'vitest';
import { bindingFault, ladderOf } from './bindings.js';
import { PROFILES } from './profiles.js';

describe('what a portfolio binds', () => {
  it('is one ladder, whichever bot binds it (C-6)', () => {
    expect(ladderOf(['legion', 'scaling-capital'], PROFILES)?.profile.name).toBe('scaling-capital');
    expect(ladderOf(['legion', 'demo'], PROFILES)).toBeUndefined();
    expect(bindingFault(['legion', 'scaling-capital', 'scaling-capital', 'demo'], PROFILES)).toBeUndefined();
  });

  it('is refused with two ladders, naming both', () => {
    expect(bindingFault(['scaling-capital', 'dn-pair-v4.1'], PROFILES)).toBe('profiles: found a ladder in dn-pair-v4.1 and scaling-capital, allowed is one ladder for a portfolio');
  });

  it('is refused with two splits of its profit (R102)', () => {
    const twin = { ...PROFILES.get('legion')!, name: 'twin' };
    expect(bindingFault(['legion', 'twin'], new Map(PROFILES).set('twin', twin))).toContain('found a treasury in legion and twin');
  });
});
