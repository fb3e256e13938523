import { describe, expect, it } from 'vitest';
import { actorOf, credentialOf, mayBeOnePerson, personOf } from './actor.js';

describe('who asked', () => {
  it('is a credential, and the person whom it vouches for', () => {
    expect([actorOf('cli'), actorOf('approver', 'kim')]).toEqual(['cli', 'approver/kim']);
    expect([credentialOf('cli'), credentialOf('approver/kim')]).toEqual(['cli', 'approver']);
    expect([personOf('cli'), personOf('approver/kim')]).toEqual([undefined, 'kim']);
  });

  it.each([
    ['operator/kim', 'approver/kim', true],
    ['operator/kim', 'approver/lee', false],
    ['cli', 'approver', false],
    ['approver', 'approver', true],
    ['approver', 'approver/kim', true],
    ['cli', 'approver/kim', false],
  ])('%s and %s can be one person: %s (W-18)', (one, other, same) => {
    expect([mayBeOnePerson(one, other), mayBeOnePerson(other, one)]).toEqual([same, same]);
  });
});
