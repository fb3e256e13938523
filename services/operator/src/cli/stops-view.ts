import { Decimal, type Id, type Ms, partitionOf } from '@ballast/domain';
import { query } from './ask.js';
import { type CliBus, CliFailure } from './io.js';
import { tableOf, timeText } from './output.js';

type Unit = 'RATIO' | 'USD' | 'COUNT';

interface Tripped {
  readonly stop: string;
  readonly scope: string;
  readonly scopeId: string;
  readonly unit: Unit;
  readonly value: string;
  readonly limit: string;
  readonly state: string;
  readonly heldUntil?: Ms;
}

/** The hard stops of one portfolio, as risk tells them. */
export interface HardStops {
  readonly portfolioId: Id;
  /** Those that are latched, with what they measured when they tripped. */
  readonly tripped: readonly Tripped[];
  /** Every one in force, with how far it is from its limit now. */
  readonly stops: readonly { readonly stop: string; readonly scope: string; readonly scopeId: string; readonly unit: Unit; readonly profile: string; readonly value?: string; readonly limit: string; readonly latched: boolean }[];
  /** Why it could not be asked. */
  readonly fault?: string;
}

export async function hardStopsOf(bus: CliBus, portfolioId: Id): Promise<HardStops> {
  try {
    return (await query(bus, 'risk', partitionOf(portfolioId), 'hard-stops', { portfolioId })) as HardStops;
  } catch (error) {
    if (error instanceof CliFailure) return { portfolioId, tripped: [], stops: [], fault: error.message };
    throw error;
  }
}

function figure(unit: Unit, text: string): string {
  switch (unit) {
    case 'RATIO':
      return `${new Decimal(text).times(100).toString()} %`;
    case 'USD':
      return `$${text}`;
    case 'COUNT':
      return text;
  }
}

const needs = ({ scope, scopeId, state, heldUntil }: Tripped): string =>
  `TRIPPED: ${state}; ${heldUntil === undefined ? '' : `from ${timeText(heldUntil)} `}ballast --as approver resume${scope === 'BOT' ? ` --bot ${scopeId}` : ''} --reason "…"`;

const sameStop = (a: Pick<Tripped, 'stop' | 'scope' | 'scopeId'>, b: Pick<Tripped, 'stop' | 'scope' | 'scopeId'>): boolean => a.stop === b.stop && a.scope === b.scope && a.scopeId === b.scopeId;
const ofText = ({ scope, scopeId }: Pick<Tripped, 'scope' | 'scopeId'>): string => `${scope.toLowerCase()} ${scopeId}`;

/** What is lost so far and allowed, stop by stop; what a resume needs where one has tripped. One that no profile binds any more is latched all the same. */
export const hardStopsTable = (found: readonly HardStops[]): string =>
  tableOf(
    ['portfolio', 'hard stop', 'of', 'now', 'trips at', 'from', 'state'],
    found.flatMap(({ portfolioId, stops, tripped, fault }) => [
      ...(fault === undefined ? [] : [[portfolioId, 'UNKNOWN', '', '', '', '', fault]]),
      ...stops.map(({ stop, scope, scopeId, unit, value, limit, profile }) => {
        const latched = tripped.find((each) => sameStop(each, { stop, scope, scopeId }));
        return [portfolioId, stop, ofText({ scope, scopeId }), value === undefined ? 'nothing observed' : figure(unit, value), figure(unit, limit), profile, latched ? needs(latched) : 'armed'];
      }),
      ...tripped.filter((each) => !stops.some((stop) => sameStop(stop, each))).map((each) => [portfolioId, each.stop, ofText(each), '', figure(each.unit, each.limit), 'no bound profile now', needs(each)]),
    ]),
    'no hard stops: no bound profile has one',
  );
