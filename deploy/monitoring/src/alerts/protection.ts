import { type AlertGroup, type AlertOf, grew, MINUTE } from './alert.js';

const PROTECTION: readonly AlertOf[] = [
  {
    name: 'ProtectionExhausted', severity: 'page', holdsFor: 0,
    summary: 'Protection of {{ $labels.bot }} has nothing left to give',
    description: 'The position is in danger and no deposit can be made. It is reduced, where the settings say so, or is lost.',
    expr: (span) => `${grew('ballast_protection_actions_total{action="Exhausted"}', span, 15 * MINUTE, ['bot'])} > 0`,
    fires: { series: { up: '1x20', 'ballast_protection_actions_total{bot="b",action="Exhausted"}': '_x16 1x10' }, at: '18m', fire: [{ bot: 'b' }] },
    quiet: { series: { 'ballast_protection_actions_total{bot="b",action="Exhausted"}': '1x40', 'ballast_protection_actions_total{bot="b",action="Deposited"}': '0+1x40' }, at: '30m' },
  },
  {
    name: 'ProtectionInDanger', severity: 'page', holdsFor: 5 * MINUTE,
    summary: 'The position of {{ $labels.bot }} stays below its trigger',
    description: 'Protection deposits within seconds where it can; after five minutes it could not, or not enough.',
    expr: () => 'max by (bot) (ballast_protection_in_danger) == 1',
    fires: { series: { 'ballast_protection_in_danger{bot="b"}': '1x20' }, at: '10m', fire: [{ bot: 'b' }] },
    quiet: { series: { 'ballast_protection_in_danger{bot="b"}': '1x3 0 1x4 0x10' }, at: '10m' },
  },
  {
    name: 'ProtectionVenueFrozen', severity: 'page', holdsFor: 0,
    summary: 'The venue moves no collateral for {{ $labels.bot }}',
    description: 'It refused a transfer because it is frozen. No deposit can protect the position until it moves again.',
    expr: () => 'max by (bot) (ballast_protection_venue_frozen) == 1',
    fires: { series: { 'ballast_protection_venue_frozen{bot="b"}': '0x5 1x10' }, at: '8m', fire: [{ bot: 'b' }] },
    quiet: { series: { 'ballast_protection_venue_frozen{bot="b"}': '1x3 0x10' }, at: '8m' },
  },
  {
    name: 'ProtectionStale', severity: 'page', holdsFor: 0,
    summary: 'The position of {{ $labels.bot }} was in danger when it was last seen',
    description: 'Its account or its prices are stale, so protection moves nothing (C-70).',
    expr: () => 'max by (bot) (ballast_protection_stale) == 1',
    fires: { series: { 'ballast_protection_stale{bot="b"}': '0x5 1x10' }, at: '8m', fire: [{ bot: 'b' }] },
    quiet: { series: { 'ballast_protection_stale{bot="b"}': '1x3 0x10' }, at: '8m' },
  },
  {
    name: 'AccountStateOld', severity: 'ticket', holdsFor: MINUTE,
    summary: 'The venue has not answered for the account of {{ $labels.bot }} for three minutes',
    description: 'Sizing refuses new plans and protection moves nothing on so old a state.',
    expr: () => 'max by (bot) (ballast_account_observation_age_seconds) > 180',
    fires: { series: { 'ballast_account_observation_age_seconds{bot="b"}': '0+60x20' }, at: '8m', fire: [{ bot: 'b' }] },
    quiet: { series: { 'ballast_account_observation_age_seconds{bot="b"}': '0 60 120 0 60 120 0 60 120 0 60' }, at: '8m' },
  },
];

const VENUE: readonly AlertOf[] = [
  {
    name: 'MarketDataStale', severity: 'page', holdsFor: 30,
    summary: 'Market data is stale',
    description: 'A book is older than 5 s of market time, or a feed is away. Nothing is priced on it.',
    expr: () => 'slo:market_data_stale:now == 1',
    fires: { series: { 'ballast_concern{job="risk",check="feeds"}': '0x5 1x10' }, at: '8m' },
    quiet: { series: { 'ballast_concern{job="risk",check="feeds"}': '0x10', 'ballast_market_staleness_seconds{venue="v",instrument="i"}': '4x10', 'ballast_concern{job="risk",check="lanes"}': '1x10' }, at: '8m' },
  },
  {
    name: 'MarketClockStuck', severity: 'page', holdsFor: 30,
    summary: 'Market time does not move',
    description: 'Every rule reads it as now. Without it nothing is decided.',
    expr: (span) => `max(changes(ballast_market_time_seconds{job="market-data"}[${span(MINUTE)}])) == 0`,
    fires: { series: { 'ballast_market_time_seconds{job="market-data"}': '0+60x3 180x10' }, at: '10m' },
    quiet: { series: { 'ballast_market_time_seconds{job="market-data"}': '0+60x20' }, at: '10m' },
  },
  {
    name: 'VenueRateLimited', severity: 'page', holdsFor: 0,
    summary: 'The venue limits the rate of our calls',
    description: 'More than a twentieth of all calls are answered with 429. Calls of trades and of protection come first.',
    expr: (span) => `sum by (venue) (rate(ballast_venue_calls_total{outcome="limited"}[${span(5 * MINUTE)}])) / sum by (venue) (rate(ballast_venue_calls_total[${span(5 * MINUTE)}])) > 0.05`,
    fires: { series: { 'ballast_venue_calls_total{venue="v",call="place",outcome="limited"}': '0+1x20', 'ballast_venue_calls_total{venue="v",call="place",outcome="accepted"}': '0+9x20' }, at: '10m', fire: [{ venue: 'v' }] },
    quiet: { series: { 'ballast_venue_calls_total{venue="v",call="place",outcome="limited"}': '0+1x20', 'ballast_venue_calls_total{venue="v",call="place",outcome="accepted"}': '0+24x20' }, at: '10m' },
  },
  {
    name: 'VenueCallsFail', severity: 'page', holdsFor: 0,
    summary: 'Calls to the venue end without an answer',
    description: 'More than a fifth of them time out or break. Each is looked up before anything is sent again.',
    expr: (span) => `sum by (venue) (rate(ballast_venue_calls_total{outcome="unknown"}[${span(5 * MINUTE)}])) / sum by (venue) (rate(ballast_venue_calls_total[${span(5 * MINUTE)}])) > 0.2`,
    fires: { series: { 'ballast_venue_calls_total{venue="v",call="place",outcome="unknown"}': '0+3x20', 'ballast_venue_calls_total{venue="v",call="place",outcome="accepted"}': '0+7x20' }, at: '10m', fire: [{ venue: 'v' }] },
    quiet: { series: { 'ballast_venue_calls_total{venue="v",call="place",outcome="unknown"}': '0+1x20', 'ballast_venue_calls_total{venue="v",call="place",outcome="accepted"}': '0+9x20' }, at: '10m' },
  },
  {
    name: 'VenueCallBudgetExceeded', severity: 'ticket', holdsFor: 0,
    summary: 'The budget of calls to {{ $labels.venue }} does not reach for all',
    description: 'Calls that can wait were left out to save it for trades and protection (R82, R86).',
    expr: (span) => `${grew('ballast_venue_calls_skipped_total', span, 5 * MINUTE, ['venue'])} > 0`,
    fires: { series: { up: '1x10', 'ballast_venue_calls_skipped_total{venue="v",call="book",priority="4"}': '_x5 1x10' }, at: '8m', fire: [{ venue: 'v' }] },
    quiet: { series: { 'ballast_venue_calls_skipped_total{venue="v",call="book",priority="4"}': '3x30' }, at: '20m' },
  },
  {
    name: 'VenueClockSkew', severity: 'ticket', holdsFor: MINUTE,
    summary: 'Our clock and that of {{ $labels.venue }} differ by more than 2 s',
    description: 'Orders may be refused as expired, and ages of books are wrong.',
    expr: () => 'max by (venue) (abs(ballast_venue_clock_skew_seconds)) > 2',
    fires: { series: { 'ballast_venue_clock_skew_seconds{venue="v"}': '-3x10' }, at: '8m', fire: [{ venue: 'v' }] },
    quiet: { series: { 'ballast_venue_clock_skew_seconds{venue="v"}': '-1.5x10' }, at: '8m' },
  },
];

export const VENUE_GROUPS: readonly AlertGroup[] = [
  { name: 'protection', recorded: [], alerts: PROTECTION },
  { name: 'market-and-venue', recorded: [], alerts: VENUE },
];
