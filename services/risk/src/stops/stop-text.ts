import { Decimal, type Ms } from '@ballast/domain';
import type { Tripped } from './stops.types.js';

const timeText = (at: Ms): string => new Date(at).toISOString();

function figure(unit: Tripped['unit'], text: string): string {
  switch (unit) {
    case 'RATIO':
      return `${new Decimal(text).times(100).toString()} %`;
    case 'USD':
      return `$${text}`;
    case 'COUNT':
      return text;
  }
}

/** A stop as the log and a person are told of it: what it measured, its limit, where that comes from, and what a resume needs. */
export const stopText = ({ stop, unit, value, limit, profile, heldUntil }: Omit<Tripped, 'scope' | 'scopeId' | 'state'>): string =>
  `hard stop ${stop}: ${figure(unit, value)}, allowed is less than ${figure(unit, limit)} (${profile}); an approver resumes it${heldUntil === undefined ? '' : `, not before ${timeText(heldUntil)}`}`;
