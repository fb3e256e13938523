import { describe, expect, it } from 'vitest';
import { nobodysKey } from './nobodys-key.js';

describe('the key of a user that has none', () => {
  it('has the form of a public key, is the same each time and another for each user', () => {
    expect(nobodysKey('risk')).toMatch(/^U[A-Z2-7]{55}$/);
    expect(nobodysKey('risk')).toBe(nobodysKey('risk'));
    expect(nobodysKey('risk')).not.toBe(nobodysKey('sizing'));
  });
});
