import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EventLoopLag } from './event-loop.js';

describe('how late the event loop is', () => {
  let now: number;
  let lag: EventLoopLag;
  const takenAt = (time: number): number => {
    now = time;
    return lag.takeMs();
  };
  beforeEach(() => {
    now = 0;
    lag = new EventLoopLag(() => now);
    lag.start();
  });
  afterEach(() => lag.stop());

  it('is known to whoever asks first after the loop stood still, before any timer has fired', () => {
    expect([takenAt(20), takenAt(2_540)]).toEqual([0, 2_500]);
  });

  it('is told to every reader that waited meanwhile, and to none that comes later', () => {
    expect([takenAt(2_520), takenAt(2_525), takenAt(2_570), takenAt(2_690)]).toEqual([2_500, 2_500, 2_500, 100]);
  });

  it('is nothing where it is not measured', () => {
    lag.stop();
    expect(takenAt(5_000)).toBe(0);
  });
});
