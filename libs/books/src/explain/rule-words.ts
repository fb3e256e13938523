import { Decimal } from '@ballast/domain';
import type { RuleEvaluation } from '@ballast/events';
import { bpsText, moneyText, percentText, secondsText, timeText } from './text.js';

type Bound = 'at most' | 'below' | 'at least';

/** What each rule looks at, as a trader would ask it, and on which side of its limit the value has to be. */
const WORDS: Readonly<Record<string, readonly [about: string, bound: Bound]>> = {
  'absolute-leverage': ['leverage of the account after the plan', 'at most'],
  'profile-leverage': ['position of the account after the plan, against collateral x leverage x safety', 'at most'],
  'leg-half': ['largest instrument after the plan, against half of that limit', 'at most'],
  'position-table': ["position of the account after the plan, against the profile's table x safety", 'at most'],
  'profile-leg': ['largest leg', 'at most'],
  'profile-leg-minimum': ['smallest leg', 'at least'],
  'daily-volume': ['volume of the day, counted and approved', 'below'],
  'daily-trades': ['rounds of the day, counted and approved', 'below'],
  residual: ['what the plan takes over of earlier trades, against what they left open', 'at most'],
  'trading-state': ['what may be traded', 'at most'],
  'bot-account': ['portfolio and account of the plan, against those of the bot', 'at most'],
  'bot-deleted': ['whether the bot of the plan is still there', 'at most'],
  'plan-hash': ['identity of the plan, against what was received', 'at most'],
  'trade-once': ['whether the trade is new', 'at most'],
  'lot-grid': ['quantities on the lots of the venue', 'at most'],
  'venue-minimum': ["every order against the venue's smallest", 'at most'],
  imbalance: ['difference of the legs over the smaller one', 'below'],
  'one-leg': ['legs of the plan, against what the profiles of the bot allow', 'at most'],
  slippage: ['estimated slippage of the worse leg', 'at most'],
  depth: ['depth of the book over the size of the leg', 'at least'],
  expiry: ['time of the decision, against the end of the plan', 'at most'],
  'market-data-age': ['age of the oldest book', 'at most'],
  'account-state-age': ['age of what is known of the account', 'at most'],
  'strategy-leverage': ['leverage after the plan, against the ceiling of the strategy', 'at most'],
  'venue-leverage': ['leverage after the plan, against the ceiling at the venue', 'at most'],
  'margin-utilisation': ['initial margin in use after the plan, over equity', 'at most'],
  'liquidation-buffer': ['adverse move to liquidation after the plan', 'at least'],
  'underlying-share': ['share of the allowed position that one underlying takes', 'at most'],
  'underlying-margin': ['margin in one underlying, over equity', 'at most'],
  'slippage-warn': ['estimated slippage of the worse leg, from which it is told', 'below'],
  'slippage-block': ['estimated slippage of the worse leg, from which it is refused', 'below'],
  'open-orders': ['open orders, with those to come', 'at most'],
  'orders-per-minute': ['orders of the last minute, with those to come', 'at most'],
  'refused-plans': ["the bot's refused plans of the last hour", 'at most'],
  'venue-maintenance': ["time to the venue's maintenance", 'at least'],
  'venue-clock': ["difference of the venue's clock from market time", 'at most'],
  'terms-changed': ["the venue's terms, against those of the plan", 'at most'],
};

const MOMENT_MIN = new Decimal('1e12');
const ANSWER: Readonly<Record<RuleEvaluation['result'], string>> = { PASS: 'passed', WARN: 'warned by', REFUSE: 'refused by', MISSING_INPUT: 'refused by' };

function figure(text: string, unit: RuleEvaluation['unit']): string {
  switch (unit) {
    case 'USD':
      return moneyText(new Decimal(text));
    case 'X':
      return `${new Decimal(text).toDecimalPlaces(4).toString()} x`;
    case 'RATIO':
      return percentText(new Decimal(text));
    case 'BPS':
      return bpsText(new Decimal(text));
    case 'MS':
      return new Decimal(text).gte(MOMENT_MIN) ? timeText(Number.parseInt(text, 10)) : secondsText(Number.parseInt(text, 10));
    case 'COUNT':
    case 'STATE':
      return text;
  }
}

/** `largestLegAfter` as `largest leg after`. */
const nameOf = (input: string): string => input.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
const inputOf = ([name, value]: readonly [string, string]): string => `${nameOf(name)} ${/^\d{13}$/.test(value) ? timeText(Number.parseInt(value, 10)) : value}`;

function spare(distance: string, unit: RuleEvaluation['unit']): string {
  const far = new Decimal(distance);
  if (far.isZero()) return 'exactly at it';
  return far.isNegative() ? `${figure(far.negated().toString(), unit)} beyond it` : `${figure(distance, unit)} to spare`;
}

/** One rule of a refused plan: what it looked at, what it found, what is allowed, how far that is, and what it was made of. */
export function ruleWords({ rule, profile, result, unit, value, limit, distance, inputs }: RuleEvaluation): string {
  const [about, bound] = WORDS[rule] ?? [nameOf(rule), 'at most'];
  const made = Object.entries(inputs).map(inputOf).join(', ');
  const end = ` (limit of ${profile}${made === '' ? '' : `; ${made}`})`;
  const start = `${ANSWER[result]} ${rule}: ${about}`;
  if (result === 'MISSING_INPUT' || value === undefined || limit === undefined) return `${start}: not known, so no new risk${end}`;
  if (unit === 'STATE' || distance === undefined) return `${start}: ${value}, ${value === limit ? 'as it must be' : `allowed is ${limit}`}${end}`;
  return `${start}: ${figure(value, unit)}, allowed is ${bound} ${figure(limit, unit)}, ${spare(distance, unit)}${end}`;
}
